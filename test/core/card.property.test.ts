import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epoch } from '../../core/brand.ts';
import { type Card, drawingOf, type News, newCard, newsKey, newsOf, postsCard, withNews } from '../../core/card.ts';
import { message } from '../contracts/notifier.contract.ts';
import { questionOf } from '../support/question.ts';
import { heldRecord, t0 } from '../support/world.ts';

const base = newsOf(message);
const news: fc.Arbitrary<News> = fc.record({
  ...Object.fromEntries(Object.entries(base).map(([name, value]) => [name, fc.constant(value)])),
  kind: fc.constantFrom('announcement', 'question', 'conclusion', 'notice', 'answer'),
  subject: fc.string({ minLength: 1, maxLength: 10 }),
  at: fc.integer({ min: t0, max: t0 + 100 }),
}) as fc.Arbitrary<News>;
const cardOf = ([first = base, ...more]: readonly News[]): Card =>
  more.reduce(withNews, newCard(message, 'team', first, t0));

describe('a card', () => {
  test('has each news once, however often it is sent, and in the order in which it was', () => {
    fc.assert(
      fc.property(fc.array(news, { minLength: 1, maxLength: 20 }), (some) => {
        const card = cardOf(some);
        const again = some.reduce(withNews, card);

        const keys = again.news.map(newsKey);
        expect(new Set(keys).size).toBe(keys.length);
        expect(again.news.map(({ at }) => at)).toEqual(again.news.map(({ at }) => at).sort((a, b) => a - b));
        expect(again.news.length).toBeLessThanOrEqual(12);
      }),
    );
  });

  test('keeps the last question, however much is told after it', () => {
    const asked: News = { ...base, kind: 'question', at: t0 };
    const told = Array.from({ length: 30 }, (_, index): News => ({ ...base, kind: 'notice', at: t0 + 1 + index }));

    expect(cardOf([asked, ...told]).news).toContainEqual(asked);
  });

  test('asks while the run that asked waits, before the deadline, and never after', () => {
    const question = questionOf({ incident: 'orders#7', deadline: t0 + 1_000 });
    const card = cardOf([{ ...base, kind: 'question', at: t0 }]);
    const record = heldRecord({ epoch: epoch(7), question });

    expect(drawingOf(card, record, t0 + 999).asks?.question).toEqual(question);
    expect(drawingOf(card, record, t0 + 1_000).asks).toBeNull();
    expect(drawingOf(card, { ...record, question: null }, t0).asks).toBeNull();
    // A newer run holds the service.
    expect(drawingOf(card, { ...record, epoch: epoch(8) }, t0).asks).toBeNull();
    expect(drawingOf(card, { ...record, lease: null }, t0).asks).toBeNull();
  });

  test('is posted by whoever came first, again by the same news, and by another one only where that came to nothing', () => {
    const card = cardOf([base]);
    const other: News = { ...base, kind: 'conclusion' };

    expect(postsCard(card, base, t0)).toBe(true);
    expect(postsCard(card, other, t0 + 1_000)).toBe(false);
    expect(postsCard(card, other, t0 + 60_000)).toBe(true);
    expect(postsCard({ ...card, posted: '1.1' }, base, t0)).toBe(false);
  });
});

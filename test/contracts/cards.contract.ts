import { describe, expect, test } from 'vitest';
import { type Card, newCard, newsOf } from '../../core/card.ts';
import type { Cards } from '../../handlers/ports.ts';
import { message } from './notifier.contract.ts';

export function cardsContract(name: string, newCards: () => Promise<Cards>): void {
  describe(`cards in ${name}`, () => {
    const card: Card = newCard(message, 'team', newsOf(message), message.at);
    const findIn = (cards: Cards) => cards.find(card.service, card.channel, card.thread);

    test('are not there until they are kept, and then as they were', async () => {
      const cards = await newCards();
      expect(await findIn(cards)).toBeNull();

      const kept = await cards.keep(card, null);

      expect(kept).toMatchObject(card);
      expect(await findIn(cards)).toEqual(kept);
    });

    test('of several who keep one at once one does', async () => {
      const cards = await newCards();

      const kept = await Promise.all([1, 2, 3, 4].map(() => cards.keep(card, null)));

      expect(kept.filter((one) => one !== null)).toHaveLength(1);
    });

    test('are changed by whoever read the latest, and by nobody else', async () => {
      const cards = await newCards();
      const first = await cards.keep(card, null);
      const second = await cards.keep({ ...card, posted: '1.1' }, first);

      expect(second).not.toBeNull();
      expect(await cards.keep({ ...card, posted: '2.2' }, first)).toBeNull();
      expect(await cards.keep(card, null)).toBeNull();
      expect(await findIn(cards)).toEqual(second);
    });

    test('of other channels and threads are others', async () => {
      const cards = await newCards();
      await cards.keep(card, null);

      expect(await cards.find(card.service, 'other', card.thread)).toBeNull();
      expect(await cards.find(card.service, card.channel, 'orders#8')).toBeNull();
      expect(await cards.find('payments', card.channel, card.thread)).toBeNull();
    });
  });
}

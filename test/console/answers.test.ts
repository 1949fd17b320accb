import { expect, onTestFinished, test } from 'vitest';
import { type Answer, roundsForMs, startAnswers, windowMs } from '../../console/answers.ts';
import { region } from '../../core/brand.ts';
import { home, observers, standby } from '../support/world.ts';

const [ohio, oregon] = observers;
const answer = (observer: Answer['observer'], servedBy: Answer['servedBy']): Answer => ({ observer, servedBy });

/** Rounds are asked for one by one. */
function answering(rounds: readonly (readonly Answer[])[]) {
  let now = 0;
  let turn = 0;
  const asked: (() => void)[] = [];
  const answers = startAnswers({
    ask: async () => {
      const given = rounds[turn++] ?? [];
      setImmediate(() => asked.shift()?.());
      return { orders: given };
    },
    now: () => now,
    everyMs: 1,
  });
  onTestFinished(answers.close);
  const round = () => new Promise<void>((resolve) => asked.push(resolve));
  return { answers, round, pass: (ms: number) => (now += ms) };
}

test('nobody was asked before the first round', () => {
  const { answers } = answering([]);

  expect(answers.of('orders')).toBeNull();
  expect(answers.of('stranger')).toBeNull();
});

test('answers are counted by region, and the last of each observer stands by itself', async () => {
  const { answers, round, pass } = answering([
    [answer(ohio, home), answer(oregon, home)],
    [answer(ohio, standby), answer(oregon, null)],
  ]);
  const [first, second] = [round(), round()];
  answers.of('orders');
  await first;
  pass(1_000);
  await second;

  expect(answers.of('orders')).toMatchObject({
    requests: 4,
    byRegion: { [home]: 2, [standby]: 1 },
    failed: 1,
    latest: [answer(ohio, standby), answer(oregon, null)],
  });
});

test('what is older than a minute is forgotten', async () => {
  const { answers, round, pass } = answering([[answer(ohio, home)], [answer(ohio, region('eu-west-1'))]]);
  const first = round();
  answers.of('orders');
  await first;
  pass(windowMs + 1);

  expect(answers.of('orders')?.byRegion[home]).toBeUndefined();
});

test('rounds stand by themselves, longer than the minute, until they are too old', async () => {
  const { answers, round, pass } = answering([
    [answer(ohio, home), answer(oregon, home)],
    [answer(ohio, null), answer(oregon, standby)],
  ]);
  const [first, second] = [round(), round()];
  answers.of('orders');
  await first;
  pass(windowMs + 1);
  answers.of('orders');
  await second;

  const rounds = answers.rounds('orders').slice(0, 2);
  expect(rounds).toEqual([
    { at: 0, byRegion: { [home]: 2 }, failed: 0 },
    { at: windowMs + 1, byRegion: { [standby]: 1 }, failed: 1 },
  ]);
  pass(roundsForMs);
  expect(answers.rounds('orders')).toEqual([]);
});

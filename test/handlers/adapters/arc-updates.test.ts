import { describe, expect, test } from 'vitest';
import type { ControlStates } from '../../../handlers/adapters/arc-cluster.ts';
import { arcUpdates, type SendAnswer } from '../../../handlers/adapters/arc-updates.ts';

interface Sent {
  readonly at: number;
  readonly endpoint: number;
  readonly states: ControlStates;
}

/** Updates of a cluster whose every call takes 40 ms of a time that passes when everybody waits. */
function cluster({
  endpoints = 5,
  answer = () => ({ kind: 'written' }),
}: {
  readonly endpoints?: number;
  readonly answer?: (sent: Sent, earlier: readonly Sent[]) => SendAnswer;
} = {}) {
  let now = 1_000_000;
  const begin = now;
  const timers: { at: number; wake: () => void }[] = [];
  const wait = (ms: number) => new Promise<void>((wake) => void timers.push({ at: now + ms, wake }));
  const sent: Sent[] = [];
  const update = arcUpdates({
    clock: { now: () => now },
    wait,
    endpoints,
    pick: (tried, turnOf) =>
      Array.from({ length: endpoints }, (_, endpoint) => endpoint)
        .filter((endpoint) => !tried.has(endpoint))
        .toSorted((a, b) => turnOf(a) - turnOf(b))[0],
    async send(endpoint, states) {
      const call = { at: now - begin, endpoint, states };
      const said = answer(call, sent);
      sent.push(call);
      await wait(40);
      return said;
    },
    noneAnswered: (errors) => new Error(errors.map(({ because }) => because).join('; ')),
  });
  /** Lets time pass until everything that was asked is answered. */
  async function all<T>(asked: readonly Promise<T>[]): Promise<readonly PromiseSettledResult<T>[]> {
    let isOver = false;
    const settled = Promise.allSettled(asked).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
      const next = timers.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) continue;
      timers.splice(timers.indexOf(next), 1);
      now = next.at;
      next.wake();
    }
    return settled;
  }
  return { update, all, sent };
}

const pair = (index: number): ControlStates => ({ [`${index}a`]: 'Off', [`${index}b`]: 'On' });
const services = (count: number) => Array.from({ length: count }, (_, index) => index);
const kinds = (settled: readonly PromiseSettledResult<{ kind: string }>[]) =>
  settled.map((one) => (one.status === 'fulfilled' ? one.value.kind : String(one.reason)));
const mostInASecond = (sent: readonly Sent[]) =>
  Math.max(
    ...sent.map(
      ({ at, endpoint }) =>
        sent.filter((other) => other.endpoint === endpoint && other.at >= at && other.at < at + 1_000).length,
    ),
  );

describe('updates of routing controls', () => {
  test.each([
    [5, 3_000],
    [1, 12_000],
  ])(
    '300 controls with %i endpoints are written in at most %i ms, ten a call and three calls a second',
    async (endpoints, atMostMs) => {
      const { update, all, sent } = cluster({ endpoints });

      const settled = await all(services(150).map((index) => update(pair(index), new Set())));

      expect(new Set(kinds(settled))).toEqual(new Set(['written']));
      expect(Math.max(...sent.map(({ states }) => Object.keys(states).length))).toBe(10);
      expect(mostInASecond(sent)).toBeLessThanOrEqual(3);
      expect(sent.at(-1)?.at).toBeLessThanOrEqual(atMostMs);
    },
  );

  test('keep the controls of one service in one call', async () => {
    const { update, all, sent } = cluster({ endpoints: 1 });
    const three = (index: number): ControlStates => ({ ...pair(index), [`${index}c`]: 'Off' });

    await all(services(9).map((index) => update(three(index), new Set())));

    expect(sent.every(({ states }) => Object.keys(states).length % 3 === 0)).toBe(true);
    expect(sent.flatMap(({ states }) => Object.keys(states)).length).toBe(27);
  });

  test('try each alone where a safety rule stands against several, and tell whom it means', async () => {
    const { update, all } = cluster({
      endpoints: 1,
      answer: ({ states }) => ('3a' in states ? { kind: 'conflict', because: 'one serves' } : { kind: 'written' }),
    });

    const settled = await all(services(6).map((index) => update(pair(index), new Set())));

    expect(kinds(settled)).toEqual(['written', 'written', 'written', 'conflict', 'written', 'written']);
  });

  test('go on to the next endpoint where one performs nothing, and say so where none does', async () => {
    const refusing = (some: readonly number[]) =>
      cluster({
        answer: ({ endpoint }) =>
          some.includes(endpoint)
            ? { kind: 'not-performed', because: `endpoint ${endpoint} throttles`, error: null }
            : { kind: 'written' },
      });

    const one = refusing([0, 1, 2, 3]);
    const none = refusing([0, 1, 2, 3, 4]);

    expect(kinds(await one.all(services(12).map((index) => one.update(pair(index), new Set()))))).toEqual(
      services(12).map(() => 'written'),
    );
    const failed = await none.all([none.update(pair(0), new Set())]);
    expect(kinds(failed)[0]).toMatch(/endpoint 0 throttles.*endpoint 4 throttles/);
  });

  test('let no wrong name of one service keep the others from being written', async () => {
    const error = Object.assign(new Error('no such control'), { name: 'ResourceNotFoundException' });
    const { update, all, sent } = cluster({
      answer: ({ endpoint, states }) =>
        '8a' in states ? { kind: 'not-performed', because: `endpoint ${endpoint}`, error } : { kind: 'written' },
    });

    const settled = await all(services(15).map((index) => update(pair(index), new Set())));

    const others = kinds(settled).filter((_, index) => index !== 8);
    expect(new Set(others)).toEqual(new Set(['written']));
    for (const endpoint of services(5)) expect(kinds(settled)[8]).toContain(`endpoint ${endpoint}`);
    // Each that was written is written once, and nothing is tried for ever.
    expect(sent.length).toBeLessThan(25);
  });

  test('leave it to whoever asked to find out what became of a call without an answer', async () => {
    const { update, all } = cluster({ answer: () => ({ kind: 'unknown', because: 'reset' }) });
    const tried = new Set<number>();

    expect(kinds(await all([update(pair(0), tried)]))).toEqual(['unknown']);
    expect([...tried]).toEqual([0]);
  });

  test('look again before they write what had to wait, and write over nothing that was changed meanwhile', async () => {
    const { update, all, sent } = cluster({ endpoints: 1 });
    const asked: number[] = [];
    const isStill = (index: number) => async () => {
      asked.push(index);
      return index !== 7;
    };

    const settled = await all(services(8).map((index) => update(pair(index), new Set(), isStill(index))));

    expect(kinds(settled)).toEqual([...services(7).map(() => 'written'), 'overtaken']);
    expect(asked).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(sent.some(({ states }) => '7a' in states)).toBe(false);
  });
});

import { describe, expect, test } from 'vitest';
import { epoch } from '../../../core/brand.ts';
import type { LedgerRecord } from '../../../core/record.ts';
import { tendWaiting } from '../../../handlers/steps/tend-waiting.ts';
import { questionOf } from '../../support/question.ts';
import { heldRecord, home, standby, t0 } from '../../support/world.ts';
import { scene } from './scene.ts';

const question = questionOf({ incident: 'orders#7', people: 2 });
const waiting = heldRecord({ epoch: epoch(7), question });
const approved = {
  ...waiting,
  consents: { incident: 'orders#7', from: home, to: standby, given: [{ by: 'ada', at: t0 }] },
};

describe('a channel that shows who has approved', () => {
  async function tended(record: LedgerRecord, refresh: () => Promise<void>) {
    const { world } = scene();
    const shown: string[] = [];
    const showing = {
      channel: 'team',
      takes: () => false,
      send: async () => {},
      refresh: async ({ service }: LedgerRecord) => {
        shown.push(service);
        await refresh();
      },
    };
    await world.clock.run(tendWaiting(record, [home, standby], { ...world, notifiers: [showing] }, t0));
    return { shown, log: world.log };
  }

  test('is asked to show it while a question waits that somebody has approved, and at no other time', async () => {
    const done = async () => {};

    expect((await tended(approved, done)).shown).toEqual(['orders']);
    expect((await tended(waiting, done)).shown).toEqual([]);
    expect((await tended({ ...approved, question: null }, done)).shown).toEqual([]);
  });

  test.each<[string, () => Promise<void>]>([
    ['refuses', () => Promise.reject(new Error('no'))],
    ['does not answer', () => new Promise(() => {})],
  ])('keeps nobody waiting where it %s', async (_, refresh) => {
    const { log } = await tended(approved, refresh);

    expect(JSON.stringify(log)).toContain('who has approved is not shown');
  });
});

import { describe, expect, test } from 'vitest';
import { lengthOf } from '../../cli/length.ts';
import { parseFailover } from '../../config/define-failover.ts';
import { epoch } from '../../core/brand.ts';
import type { Entry, Happening } from '../../core/entry.ts';
import type { AlarmReading } from '../../core/evidence.ts';
import { freshRecord, type LedgerRecord, pendingQuestion } from '../../core/record.ts';
import { standings } from '../../core/standings.ts';
import example from '../../understudy.config.ts';
import { questionOf } from '../support/question.ts';
import {
  allGood,
  evidenceOf,
  home,
  homeDown,
  incidentOf,
  observers,
  orders,
  standby,
  t0,
  withWrites,
} from '../support/world.ts';

const alarms = (state: AlarmReading['state']): AlarmReading[] =>
  observers.flatMap((observer) => [
    { observer, region: home, state, since: t0 - 90_000 },
    { observer, region: standby, state: 'OK', since: t0 - 90_000 },
  ]);
const look = (at: number) => ({
  id: 'orders#3/decided',
  service: 'orders',
  incident: 'orders#3',
  at,
  text: 'hold',
  what: {
    kind: 'decided' as const,
    verdict: {} as never,
    evidence: evidenceOf([homeDown, homeDown, homeDown], { at }),
  },
});

const entry = (what: Happening, at = t0): Entry => ({
  id: `orders#3/${what.kind}`,
  service: 'orders',
  incident: 'orders#3',
  at,
  text: '',
  what,
});

describe('how a service is', () => {
  test('is what a quorum of alarms says, with who is red and for how long', () => {
    const [atHome, atStandby] = standings(orders, observers, alarms('ALARM'), [], t0);

    expect(atHome).toMatchObject({ target: home, state: 'bad' });
    expect(atHome?.because).toContain(`alarms red in ${observers.join(', ')} for 1 min 30 s`);
    expect(atStandby?.state).toBe('good');
  });

  test('is what the last look saw, with its age, and no longer once that is old', () => {
    expect(standings(orders, observers, alarms('OK'), [look(t0 - 20_000)], t0)[0]).toMatchObject({
      state: 'bad',
      because: expect.stringMatching(/^bad from .*, as orders#3 saw 20 s ago; alarms green/),
    });
    expect(standings(orders, observers, alarms('OK'), [look(t0 - 3_600_000)], t0)[0]?.state).toBe('good');
  });

  test('is what alarms say that changed after the look', () => {
    const green = alarms('OK').map((alarm) => ({ ...alarm, since: t0 - 5_000 }));

    expect(standings(orders, observers, green, [look(t0 - 20_000)], t0)[0]?.state).toBe('good');
  });

  test('is not good where its writes are not', () => {
    const [service] = parseFailover(example).services;
    if (service === undefined) throw new Error('no service');
    const evidence = withWrites(evidenceOf([allGood, allGood, allGood], { at: t0 }), ['bad', 'bad', 'bad']);
    const seen = entry({ kind: 'decided', verdict: {} as never, evidence });

    expect(standings(service, observers, alarms('OK'), [seen], t0)[1]).toMatchObject({
      target: standby,
      state: 'bad',
      because: expect.stringContaining('reads are well and writes are not'),
    });
  });

  test('is not what an alarm says that cannot be evaluated', () => {
    const mute = alarms('OK').map((alarm) => ({ ...alarm, evaluation: 'EVALUATION_ERROR' }));
    const [atHome] = standings(orders, observers, mute, [], t0);

    expect(atHome?.state).toBe('unknown');
    expect(atHome?.because).toContain(`the alarm in ${observers[0]} cannot be evaluated: EVALUATION_ERROR`);
    expect(atHome?.because).not.toContain('green');
  });

  test('at the front door is what the move was verified by, not what it was decided on, except in a rehearsal', () => {
    const verified = entry({ kind: 'verified', state: 'verified', detail: '' }, t0 - 10_000);
    const doorOf = (...entries: Entry[]) => standings(orders, observers, alarms('ALARM'), entries, t0).at(-1);
    const rehearsed = entry({ kind: 'admitted', incident: incidentOf({ mode: 'rehearsal' }) }, t0 - 30_000);

    expect(doorOf(look(t0 - 20_000))?.state).toBe('bad');
    expect(doorOf(look(t0 - 20_000), verified)).toMatchObject({
      state: 'good',
      because: expect.stringMatching(/^good, as orders#3 verified its move 10 s ago; bad from/),
    });
    expect(doorOf(rehearsed, look(t0 - 20_000), verified)?.state).toBe('bad');
  });

  test('is not known where nobody says anything', () => {
    expect(standings(orders, observers, [], [], t0).map(({ state }) => state)).toEqual([
      'unknown',
      'unknown',
      'unknown',
    ]);
  });
});

describe('a question', () => {
  const question = questionOf({ deadline: t0 + 60_000 });
  const asking: LedgerRecord = {
    ...freshRecord('orders'),
    epoch: epoch(1),
    lease: { holder: 'run-1', mode: 'automatic', purpose: 'move', expiresAt: t0 + 90_000, attempt: null },
    question,
  };

  test('waits until its deadline, for as long as the run that asked has the service', () => {
    expect(pendingQuestion(asking, t0)).toEqual(question);
    expect(pendingQuestion(asking, t0 + 60_000)).toBeNull();
    expect(pendingQuestion({ ...asking, lease: null }, t0)).toBeNull();
    expect(pendingQuestion({ ...asking, epoch: epoch(2) }, t0)).toBeNull();
  });
});

test('the length of a pause is a number with its unit, and nothing else', () => {
  expect(['90m', '2h', '1d', '30s'].map(lengthOf)).toEqual([5_400_000, 7_200_000, 86_400_000, 30_000]);
  expect(['2', '0h', '-1h', '2 h', '1w', ''].map(lengthOf)).toEqual([null, null, null, null, null, null]);
});

import { describe, expect, test } from 'vitest';
import { alarmSight, brokenAlarms } from '../../core/alarms.ts';
import type { AlarmReading } from '../../core/evidence.ts';
import { greenObservers } from '../../core/green.ts';
import { assessTarget, healthRules } from '../../core/health.ts';
import { unreadiness } from '../../core/readiness.ts';
import { freshRecord } from '../../core/record.ts';
import { evidenceOf, home, homeDown, observers, orders, regional, standby, t0 } from '../support/world.ts';

const quietForMs = 900_000;

const alarm = (change: Partial<AlarmReading> = {}): AlarmReading => ({
  observer: observers[0],
  region: home,
  state: 'OK',
  since: t0 - 3_600_000,
  ...change,
});
/** Every observer's alarm on both regions. */
const all = (change: (of: AlarmReading) => Partial<AlarmReading> = () => ({})): AlarmReading[] =>
  observers.flatMap((observer) =>
    [home, standby].map((region) => {
      const plain = alarm({ observer, region });
      return { ...plain, ...change(plain) };
    }),
  );
const sightOf = (alarms: readonly AlarmReading[]) =>
  alarmSight(alarms, brokenAlarms(alarms, quietForMs, t0), { expected: 6, quorum: 2 });

describe('an alarm that says nothing', () => {
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
  test.each(['EVALUATION_ERROR', 'EVALUATION_FAILURE', 'PARTIAL_DATA'])(
    'is broken while CloudWatch says %s',
    (evaluation) => {
      expect(brokenAlarms([alarm({ evaluation })], quietForMs, t0)).toMatchObject([
        { observer: observers[0], region: home, because: evaluation },
      ]);
    },
  );

  test('is not while it warms up', () => {
    expect(brokenAlarms([alarm({ evaluation: 'IN_WARM_UP' })], quietForMs, t0)).toEqual([]);
  });

  test.each([
    [quietForMs - 1, []],
    [quietForMs, ['INSUFFICIENT_DATA']],
  ] as const)('is broken once it had no data for so long: %i ms', (ms, because) => {
    const quiet = alarm({ state: 'INSUFFICIENT_DATA', since: t0 - ms });

    expect(brokenAlarms([quiet], quietForMs, t0).map((broken) => broken.because)).toEqual(because);
  });
});

describe('a trouble of alarms', () => {
  test('is over only where every alarm was read and says something', () => {
    expect(sightOf(all())).toEqual({ kind: 'good' });
    expect(sightOf(all().slice(1))).toBeNull();
    const warming = all(({ observer, region }) =>
      observer === observers[1] && region === home ? { evaluation: 'IN_WARM_UP' } : {},
    );
    expect(sightOf(warming)).toBeNull();
  });

  test('names the region where it is one', () => {
    const one = all(({ observer, region }) =>
      observer === observers[0] && region === standby ? { evaluation: 'EVALUATION_ERROR' } : {},
    );
    const both = all(({ observer }) => (observer === observers[0] ? { evaluation: 'EVALUATION_ERROR' } : {}));

    expect(sightOf(one)).toEqual({ kind: 'bad', what: 'alarms', region: standby, level: 1 });
    expect(sightOf(both)).toEqual({ kind: 'bad', what: 'alarms', region: null, level: 1 });
  });

  test('is worse where fewer than a quorum say something of a region', () => {
    const most = all(({ observer, region }) =>
      region === home && observer !== observers[2] ? { evaluation: 'EVALUATION_FAILURE' } : {},
    );

    expect(sightOf(most)).toMatchObject({ level: 2 });
  });
});

describe('an alarm that cannot be evaluated abstains', () => {
  const mute = (state: AlarmReading['state']): AlarmReading[] =>
    observers.map((observer) => alarm({ observer, state, evaluation: 'EVALUATION_ERROR' }));
  const rules = healthRules(orders, observers);

  test('from saying since when a region is bad: that counts from the burst', () => {
    const since = (alarms: readonly AlarmReading[]) =>
      assessTarget(evidenceOf([homeDown, homeDown, homeDown], { alarms }), regional(home), rules, t0).badSince;

    expect(since(observers.map((observer) => alarm({ observer, state: 'ALARM' })))).toBe(t0 - 3_600_000);
    expect(since(mute('ALARM'))).toBe(t0 - 2);
  });

  test('from saying that home is green', () => {
    expect(greenObservers(mute('OK'), freshRecord('orders'), home, 1, t0)).toEqual([]);
  });

  test('from saying that a standby is ready', () => {
    const alarms = all(({ region }) => (region === standby ? { evaluation: 'EVALUATION_ERROR' } : {}));
    const routing = { epoch: null, weights: { [home]: 1000, [standby]: 0 } };
    const findings = unreadiness(
      { record: freshRecord('orders'), routing: { kind: 'read', routing }, alarms },
      orders,
      t0,
    );

    expect(findings[0]).toBe(`no standby is green in 2 observers: ${standby} in 0`);
    expect(findings).toContain(`the alarm of ${standby} in ${observers[0]} cannot be evaluated: EVALUATION_ERROR`);
  });
});

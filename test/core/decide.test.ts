import { describe, expect, test } from 'vitest';
import { epoch, region } from '../../core/brand.ts';
import type { Evidence } from '../../core/evidence.ts';
import type { Incident } from '../../core/incident.ts';
import { looksForMs } from '../../core/recheck.ts';
import type { Weights } from '../../core/routing.ts';
import type { Hold, HoldReason, Move, Verdict } from '../../core/verdict.ts';
import { hasty, verdictOn } from '../support/verdict.ts';
import {
  allGood,
  bothDown,
  evidenceOf,
  heldRecord,
  home,
  homeDown,
  isolated,
  observers,
  orders,
  silent,
  standby,
  standbyDown,
  t0,
  withPolicy,
  withWrites,
} from '../support/world.ts';

function held(outcome: Verdict): Hold {
  if (outcome.kind !== 'hold') throw new Error(`moved: ${outcome.because}`);
  return outcome;
}

function moved(outcome: Verdict): Move {
  if (outcome.kind !== 'move') throw new Error(`held: ${outcome.reason}: ${outcome.because}`);
  return outcome;
}

describe('a service with a write probe', () => {
  const writeProbe = {
    method: 'POST',
    path: '/checks',
    status: 201,
    contentType: 'application/json',
    body: {},
  } as const;
  const writing = { ...hasty, writeProbe };
  const down = evidenceOf([homeDown, homeDown, homeDown]);

  test('moves to a standby that takes writes', () => {
    expect(moved(verdictOn(withWrites(down, []), {}, writing)).plan.to).toBe(standby);
  });

  test('does not move to a standby whose reads are well and whose writes are not, and says so', () => {
    const evidence = withWrites(down, ['bad', 'bad', 'bad']);
    const automatic = held(verdictOn(evidence, {}, writing));
    const byHand = held(verdictOn(evidence, { mode: 'manual', to: standby }, writing));

    expect(automatic.reason).toBe('all-regions-down');
    expect(byHand.reason).toBe('target-bad');
    for (const { because } of [automatic, byHand])
      expect(because).toContain(`reads are well and writes are not, from ${observers.join(', ')}`);
  });

  test.each([[['bad', 'good', 'mixed']], [['none', 'none', 'good']]] as const)(
    'knows nothing of a standby whose writes were seen %j',
    (sights) => {
      expect(held(verdictOn(withWrites(down, sights), {}, writing)).reason).toBe('target-unknown');
    },
  );

  test('leaves a region that reads well and fails writes', () => {
    const evidence = withWrites(evidenceOf([allGood, allGood, allGood]), []);
    const failing = {
      ...evidence,
      observations: evidence.observations.map((seen) =>
        seen.target.kind === 'regional' && seen.target.region === home && seen.target.request === 'write'
          ? { ...seen, outcome: { kind: 'bad', because: 'status', detail: 'status 500' } as const }
          : seen,
      ),
    };

    const move = moved(verdictOn(failing, {}, writing));

    expect(move.diagnosis).toBe('region-degraded');
    expect(move.because).toContain('reads are well and writes are not');
  });
});

describe('the four worlds', () => {
  test('target down: two of three see the home region bad and the standby good, so it moves', () => {
    const move = moved(verdictOn(evidenceOf([homeDown, homeDown, allGood])));

    expect(move.diagnosis).toBe('region-down');
    expect(move.plan).toMatchObject({ from: home, to: standby, prior: { weights: { [home]: 1000, [standby]: 0 } } });
    expect(move.plan.steps).toEqual([{ percent: 100, weights: { [home]: 0, [standby]: 1000 }, bakeMs: 0 }]);
  });

  test('observer down: one isolated observer changes nothing', () => {
    expect(held(verdictOn(evidenceOf([isolated, allGood, allGood]))).reason).toBe('source-healthy');
  });

  test('path broken: one observer cannot reach the home region, one can, one is silent', () => {
    expect(held(verdictOn(evidenceOf([homeDown, allGood, silent]))).reason).toBe('path-broken');
  });

  test('everything down: every observer is isolated, so we suspect ourselves and stay', () => {
    expect(held(verdictOn(evidenceOf([isolated, isolated, isolated]))).reason).toBe('everything-down');
  });

  test('both regions bad while the control target answers: stay put', () => {
    expect(held(verdictOn(evidenceOf([bothDown, bothDown, bothDown]))).reason).toBe('all-regions-down');
  });
});

describe('what holds, and what would change it', () => {
  const cases: [string, Evidence, Partial<Incident>, HoldReason][] = [
    ['one witness is no quorum', evidenceOf([homeDown, silent, silent]), {}, 'observers-blind'],
    ['silence is not evidence', evidenceOf([silent, silent, silent]), {}, 'observers-blind'],
    ['the standby is bad', evidenceOf([bothDown, bothDown, homeDown]), {}, 'all-regions-down'],
    [
      'no quorum for the standby',
      evidenceOf([homeDown, { ...homeDown, standby: 'mixed' }, { ...homeDown, standby: 'bad' }]),
      {},
      'target-unknown',
    ],
    [
      'a standby that is red does not serve',
      evidenceOf([standbyDown, standbyDown, standbyDown]),
      { from: standby },
      'source-not-active',
    ],
    [
      'the front door is bad and the regions are good',
      evidenceOf(Array(3).fill({ ...allGood, frontDoor: 'bad' })),
      {},
      'front-door-down',
    ],
    [
      'a region that is down has no traffic by the lever, and the front door is bad: callers have not followed yet',
      evidenceOf(Array(3).fill({ ...standbyDown, frontDoor: 'bad' })),
      { from: standby },
      'front-door-down',
    ],
    [
      'paused',
      evidenceOf([homeDown, homeDown, homeDown], {
        ledger: heldRecord({ paused: { by: 'ada', reason: 'freeze', at: t0, until: null, remindedAt: null } }),
      }),
      {},
      'paused',
    ],
    [
      'not acknowledged',
      evidenceOf([homeDown, homeDown, homeDown], { ledger: heldRecord({ armed: false, unacknowledged: 'orders#0' }) }),
      {},
      'disarmed',
    ],
    [
      'cooling down',
      evidenceOf([homeDown, homeDown, homeDown], { ledger: heldRecord({ lastMoveAt: t0 - 1000 }) }),
      {},
      'cooldown',
    ],
    [
      'a newer incident took over',
      evidenceOf([homeDown, homeDown, homeDown], { ledger: heldRecord({ epoch: epoch(2) }) }),
      {},
      'fenced',
    ],
    [
      'the target is fenced',
      evidenceOf([homeDown, homeDown, homeDown], { weights: { [home]: 1000, [standby]: -1 } }),
      {},
      'target-fenced',
    ],
    [
      'the target is not ready',
      evidenceOf([homeDown, homeDown, homeDown], {
        readiness: [{ region: standby, check: 'replica-lag', ready: false, detail: '95 s behind' }],
      }),
      {},
      'target-not-ready',
    ],
    [
      'a person asks for a region that is bad',
      evidenceOf([standbyDown, standbyDown, standbyDown]),
      { mode: 'manual', to: standby },
      'target-bad',
    ],
    [
      'a person asks for a region that is none of ours',
      evidenceOf([allGood, allGood, allGood]),
      { mode: 'manual', to: region('eu-west-1') },
      'unknown-target',
    ],
    [
      'a person asks for where it is',
      evidenceOf([allGood, allGood, allGood]),
      { mode: 'manual', to: home },
      'already-there',
    ],
  ];

  test.each(cases)('%s', (_, evidence, incident, reason) => {
    const hold = held(verdictOn(evidence, incident));

    expect(hold.reason).toBe(reason);
    expect(hold.because).not.toBe('');
    expect(hold.wouldChange).not.toBe('');
  });

  test('evidence older than the policy allows moves nothing', () => {
    const old = evidenceOf([homeDown, homeDown, homeDown], { at: t0 - hasty.policy.evidenceMaxAgeMs - 1 });
    expect(held(verdictOn(old)).reason).toBe('evidence-stale');
  });

  test.each([
    ['its clock runs ahead', 2, t0 + 5_001],
    ['its first probe is too old', 0, t0 - hasty.policy.evidenceMaxAgeMs - 1],
  ])(
    'an observer of whose burst a part cannot be believed, because %s, has no vote: the rest is steadier',
    (_, probe, at) => {
      const { observations, ...evidence } = evidenceOf([homeDown, homeDown, allGood]);
      // Three probes for each target: the one that cannot be believed was good.
      const seen = observations.map((observation, index) =>
        observation.observer === observers[0] && index % 3 === probe
          ? { ...observation, at, outcome: { kind: 'good', servedBy: null } as const }
          : observation,
      );

      expect(held(verdictOn({ ...evidence, observations: seen })).reason).toBe('path-broken');
    },
  );

  test('a lever that cannot be read moves nothing', () => {
    const evidence: Evidence = {
      ...evidenceOf([homeDown, homeDown, homeDown]),
      routing: { kind: 'unreadable', because: 'timeout' },
    };
    expect(held(verdictOn(evidence)).reason).toBe('routing-unreadable');
  });
});

describe('dwell', () => {
  const dwelling = withPolicy(orders, { dwellMs: 10_000 });

  test('a region that turned red a moment ago is looked at again so that the burst ends with the dwell', () => {
    const hold = held(verdictOn(evidenceOf([homeDown, homeDown, homeDown]), {}, dwelling));

    expect(hold.reason).toBe('dwell');
    expect(hold.recheckAfterMs).toBe(9_998 - 2 * 1_000);
  });

  test('an alarm that has been red for longer counts from its own time', () => {
    const alarms = observers.map((observer) => ({
      observer,
      region: home,
      state: 'ALARM' as const,
      since: t0 - 20_000,
    }));
    expect(moved(verdictOn(evidenceOf([homeDown, homeDown, homeDown], { alarms }), {}, dwelling)).plan.to).toBe(
      standby,
    );
  });

  test('a run that looks again remembers since when each observer saw it red', () => {
    const first = held(verdictOn(evidenceOf([homeDown, homeDown, homeDown]), {}, dwelling));
    const later = t0 + dwelling.policy.dwellMs;
    const again = evidenceOf([homeDown, homeDown, homeDown], { at: later, earlier: first.redSince });

    expect(moved(verdictOn(again, {}, dwelling, later)).plan.to).toBe(standby);
  });

  test('an observer that saw it good in between starts anew', () => {
    const first = held(verdictOn(evidenceOf([homeDown, homeDown, allGood]), {}, dwelling));
    const better = held(verdictOn(evidenceOf([homeDown, allGood, allGood], { earlier: first.redSince }), {}, dwelling));

    expect(better.reason).toBe('source-healthy');
    expect(better.redSince.map(({ observer }) => observer)).toEqual([observers[0]]);
  });

  test('rechecks end with the budget of the run', () => {
    const late = t0 + looksForMs(dwelling.policy);
    const hold = held(verdictOn(evidenceOf([homeDown, allGood, silent], { at: late }), {}, dwelling, late));
    expect(hold.recheckAfterMs).toBeNull();
  });
});

describe('a person', () => {
  test('moves a healthy service without dwell, cooldown or acknowledgement', () => {
    const ledger = heldRecord({ armed: false, unacknowledged: 'orders#0', lastMoveAt: t0 - 1 });
    expect(
      moved(verdictOn(evidenceOf([allGood, allGood, allGood], { ledger }), { mode: 'manual', to: standby })).plan.to,
    ).toBe(standby);
  });

  describe('where nobody serves', () => {
    const nobody = { [home]: 0, [standby]: 0 };
    const seen = (views = [allGood, allGood, allGood], weights: Weights = nobody) => evidenceOf(views, { weights });
    const insists = { mode: 'manual', to: standby, force: true } as const;

    test('gives it all to a region by force, in one step where that is a flight and by the ramp where it is none', () => {
      const { plan } = moved(verdictOn(seen([homeDown, homeDown, homeDown]), insists));

      expect(plan.steps.at(-1)?.weights).toEqual({ [home]: 0, [standby]: 1000 });
      expect(plan.prior.weights).toEqual(nobody);
      expect(moved(verdictOn(seen(), { ...insists, to: home })).plan.steps.at(-1)?.weights).toEqual({
        [home]: 1000,
        [standby]: 0,
      });
    });

    test.each([
      ['without force', { ...insists, force: false }],
      ['without a region', { mode: 'manual', force: true }],
      ['by automation', { mode: 'automatic', to: standby, force: true }],
    ] as const)('does not %s, and says what would', (_, incident) => {
      expect(held(verdictOn(seen(), incident))).toMatchObject({
        reason: 'nobody-serves',
        wouldChange: 'understudy start orders --to <region> --force',
      });
    });

    test('never gives it to a region that is bad, or that the weights fence', () => {
      expect(held(verdictOn(seen([standbyDown, standbyDown, standbyDown]), insists)).reason).toBe('target-bad');
      expect(held(verdictOn(seen(undefined, { [home]: 0, [standby]: -1 }), insists)).reason).toBe('target-fenced');
    });

    test('leaves a region fenced that it does not take from', () => {
      const { plan } = moved(verdictOn(seen(undefined, { [home]: -1, [standby]: 0 }), insists));

      expect(plan.steps.at(-1)?.weights).toEqual({ [home]: -1, [standby]: 1000 });
    });
  });

  test('passes a pause by force, never a bad target', () => {
    const ledger = heldRecord({ paused: { by: 'ada', reason: 'freeze', at: t0, until: null, remindedAt: null } });
    const forced = { mode: 'manual', to: standby, force: true } as const;

    expect(moved(verdictOn(evidenceOf([allGood, allGood, allGood], { ledger }), forced)).plan.to).toBe(standby);
    expect(held(verdictOn(evidenceOf([standbyDown, standbyDown, standbyDown], { ledger }), forced)).reason).toBe(
      'target-bad',
    );
  });
});

describe('the way home', () => {
  const away = { [home]: 0, [standby]: 1000 };
  const greenSince = (since: number) =>
    observers.map((observer) => ({ observer, region: home, state: 'OK' as const, since }));

  test('is not automatic unless the policy asks for it', () => {
    const evidence = evidenceOf([allGood, allGood, allGood], { weights: away });
    expect(held(verdictOn(evidence, { to: home })).reason).toBe('failback-not-automatic');
  });

  test('X10: is automatic only after home was green for long enough for a quorum', () => {
    const eager = withPolicy(hasty, { failback: { automatic: true, greenForMs: 60_000 } });
    const ledger = heldRecord({ movedBy: 'automation', activeRegion: standby });
    const soon = evidenceOf([allGood, allGood, allGood], { weights: away, alarms: greenSince(t0 - 59_999), ledger });
    const later = evidenceOf([allGood, allGood, allGood], { weights: away, alarms: greenSince(t0 - 60_000), ledger });

    expect(held(verdictOn(soon, { to: home }, eager)).reason).toBe('home-not-green-long-enough');
    expect(moved(verdictOn(later, { to: home }, eager)).plan).toMatchObject({ from: standby, to: home });
  });

  test.each([
    ['a person moved it there', { movedBy: 'person', activeRegion: standby }],
    ['nobody knows who moved it there', { movedBy: null, activeRegion: null }],
    ['automation had moved it elsewhere', { movedBy: 'automation', activeRegion: home }],
  ] as const)('is not automatic where %s', (_, change) => {
    const eager = withPolicy(hasty, { failback: { automatic: true, greenForMs: 60_000 } });
    const ledger = heldRecord(change);
    const evidence = evidenceOf([allGood, allGood, allGood], { weights: away, alarms: greenSince(0), ledger });

    expect(held(verdictOn(evidence, { to: home }, eager)).reason).toBe('moved-by-a-person');
    expect(moved(verdictOn(evidence, { to: home, mode: 'manual' }, eager)).plan.to).toBe(home);
  });

  test('is a move like any other where the standby is bad: it waits for the dwell', () => {
    const patient = withPolicy(orders, { failback: { automatic: true, greenForMs: 60_000 }, dwellMs: 10_000 });
    const evidence = evidenceOf([standbyDown, standbyDown, standbyDown], { weights: away, alarms: greenSince(0) });

    expect(held(verdictOn(evidence, { to: home }, patient)).reason).toBe('dwell');
  });
});

describe('a region that a person fenced', () => {
  const fences = [{ region: standby, by: 'ada', reason: 'an event of AWS', at: t0 }];
  const evidence = evidenceOf([homeDown, homeDown, homeDown], { ledger: heldRecord({ fences }) });

  test.each([
    ['automation', {}],
    ['a person who names no region', { mode: 'manual' }],
    ['automation that is told where to go', { to: standby }],
  ] as const)('takes no traffic from %s, and it is said who fenced it and how it is opened', (_, change) => {
    const hold = held(verdictOn(evidence, change, hasty));

    expect(hold).toMatchObject({ reason: 'target-fenced', because: expect.stringContaining('ada') });
    expect(hold.wouldChange).toContain(`unfence ${standby}`);
  });

  test('takes what a person moves there by name', () => {
    expect(moved(verdictOn(evidence, { mode: 'manual', to: standby }, hasty)).plan.to).toBe(standby);
  });
});

test('a lever that is ahead of the run is held for, and is nobody overtaking anybody', () => {
  const evidence = evidenceOf([homeDown, homeDown, homeDown]);
  const weights = { [home]: 1000, [standby]: 0 };
  const at = (ahead: number): Evidence => ({
    ...evidence,
    routing: { kind: 'read', routing: { epoch: epoch(1 + ahead), weights } },
  });

  expect(held(verdictOn(at(1), {}, hasty))).toMatchObject({ reason: 'lever-ahead', recheckAfterMs: null });
  expect(verdictOn(at(0), {}, hasty).kind).toBe('move');
});

describe('a ramp', () => {
  const ramping = withPolicy(hasty, { ramp: { percents: [10, 50, 100], bakeMs: 60_000 } });

  test.each([
    ['by itself', {}],
    ['by hand', { mode: 'manual', to: standby }],
    ['in a rehearsal', { mode: 'rehearsal', to: standby }],
  ] as const)('keeps nobody at a region that a quorum sees bad, %s', (_, incident) => {
    const { plan } = moved(verdictOn(evidenceOf([homeDown, homeDown, allGood]), incident, ramping));

    expect(plan.steps).toEqual([{ percent: 100, weights: { [home]: 0, [standby]: 1000 }, bakeMs: 0 }]);
    expect(plan.flees).toBe(true);
  });

  test('is kept where one observer alone sees the region bad: the others are served', () => {
    const { plan } = moved(
      verdictOn(evidenceOf([homeDown, allGood, allGood]), { mode: 'manual', to: standby }, ramping),
    );

    expect(plan.steps).toHaveLength(3);
    expect(plan.flees).toBe(false);
  });
});

test('a ramp moves the share of the source step by step and ends with all of it', () => {
  const ramping = withPolicy(hasty, { ramp: { percents: [5, 25, 100], bakeMs: 60_000 } });
  const { plan } = moved(verdictOn(evidenceOf([allGood, allGood, allGood]), { mode: 'manual', to: standby }, ramping));

  expect(plan.steps.map(({ weights }) => [weights[home], weights[standby]])).toEqual([
    [950, 50],
    [750, 250],
    [0, 1000],
  ]);
  expect(plan.steps.map(({ bakeMs }) => bakeMs)).toEqual([60_000, 60_000, 0]);
});

test('asks a person only for automatic moves of a service that wants it', () => {
  const careful = withPolicy(hasty, { approval: { required: true, deadlineMs: 60_000, onDeadline: 'abort' } });
  const evidence = evidenceOf([homeDown, homeDown, homeDown]);

  expect(moved(verdictOn(evidence, {}, careful)).approval).toMatchObject({ onDeadline: 'abort' });
  expect(moved(verdictOn(evidence, { mode: 'manual' }, careful)).approval).toBeNull();
});

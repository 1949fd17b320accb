import { describe, expect, test } from 'vitest';
import { epoch, region } from '../../core/brand.ts';
import { type Conclusion, conclusion } from '../../core/conclusion-message.ts';
import { decide } from '../../core/decide.ts';
import { type DiagnosisName, diagnose, diagnosisNames } from '../../core/diagnosis.ts';
import { drillTellAfterMs } from '../../core/drill.ts';
import type { Drill } from '../../core/drill-record.ts';
import type { Evidence } from '../../core/evidence.ts';
import { type Ending, endings, type Incident } from '../../core/incident.ts';
import { applyLedger } from '../../core/ledger.ts';
import type { LedgerCommand, Refusal } from '../../core/ledger-command.ts';
import type { Limit } from '../../core/limit.ts';
import { type Question as Asked, freshRecord, type Lease, type LedgerRecord } from '../../core/record.ts';
import type { Service } from '../../core/service.ts';
import type { HoldReason } from '../../core/verdict.ts';
import { endingOf, type Run } from '../../handlers/steps/ending.ts';
import { drillOf, pastDrillOf } from '../support/drill.ts';
import { questionOf } from '../support/question.ts';
import { hasty } from '../support/verdict.ts';
import {
  allGood,
  bothDown,
  burstOf,
  evidenceOf,
  heldRecord,
  holder,
  home,
  homeDown,
  incidentOf,
  isolated,
  observers,
  orders,
  regional,
  remembered,
  silent,
  standby,
  standbyDown,
  t0,
  usersSay,
  type View,
  withPolicy,
} from '../support/world.ts';

/*
 * Whatever core can say is said by some example. The tables are total by their types: a new reason, diagnosis or ending does not
 * compile before it has an example, and an example that comes to something else fails.
 */

const paused = { by: 'ada', reason: 'freeze', at: t0, until: null, remindedAt: null };

const frozen = { region: standby, by: 'the calendar (sales)', reason: 'sales', until: null };
const three = (view: View) => evidenceOf([view, view, view]);
const unready = { region: standby, check: 'replica-lag', ready: false, detail: '95 s behind' };
const held = (change: Partial<LedgerRecord>) =>
  evidenceOf([homeDown, homeDown, homeDown], { ledger: heldRecord(change) });

interface Question {
  readonly evidence: Evidence;
  readonly incident?: Partial<Incident>;
  readonly service?: Service;
}

const ireland = region('eu-west-1');
const threeRegions: Service = {
  ...hasty,
  regions: [...orders.regions, { region: ireland, endpoint: 'https://orders-eu-west-1.example.com' }],
};
/** Home and Ireland are bad, and the standby is fenced. */
const noneFit = (): Evidence => ({
  ...evidenceOf([homeDown, homeDown, homeDown], { weights: { [home]: 1000, [standby]: -1, [ireland]: 0 } }),
  observations: [
    ...three(homeDown).observations,
    ...observers.flatMap((observer) => burstOf(observer, regional(ireland), 'bad')),
  ],
});

const goesHome = withPolicy(hasty, { failback: { automatic: true, greenForMs: 60_000 } });
const byHand = { mode: 'manual' } as const;
const practises = { mode: 'drill', drill: { kind: 'out', percent: 100, holdMs: 60_000 } } as const;
const returns = { mode: 'drill', drill: { kind: 'return', of: 'orders#1' }, from: standby, to: home } as const;
const drill: Drill = drillOf();

const holds: Readonly<Record<HoldReason, Question>> = {
  'not-automatic': { evidence: three(homeDown), service: withPolicy(hasty, { automatic: false }) },
  paused: { evidence: held({ paused }), service: hasty },
  disarmed: { evidence: held({ armed: false, unacknowledged: 'orders#0' }), service: hasty },
  cooldown: { evidence: held({ lastMoveAt: t0 - 1 }), service: hasty },
  declined: { evidence: held({ unapproved: { by: 'ada', at: t0 - 1, unanswered: 0 } }), service: hasty },
  unanswered: { evidence: held({ unapproved: { by: null, at: t0 - 1, unanswered: 2 } }), service: hasty },
  'look-only': {
    evidence: held({ lease: { holder, mode: 'automatic', expiresAt: t0 + 1, purpose: 'look', attempt: null } }),
    service: hasty,
  },
  fenced: { evidence: held({ epoch: epoch(2) }) },
  'evidence-stale': {
    evidence: evidenceOf([homeDown, homeDown, homeDown], { at: t0 - orders.policy.evidenceMaxAgeMs - 1 }),
  },
  'routing-unreadable': { evidence: { ...three(homeDown), routing: { kind: 'unreadable', because: 'timeout' } } },
  'nobody-serves': {
    evidence: evidenceOf([homeDown, homeDown, homeDown], { weights: { [home]: 0, [standby]: 0 } }),
  },
  'lever-ahead': {
    evidence: {
      ...three(homeDown),
      routing: { kind: 'read', routing: { epoch: epoch(9), weights: { [home]: 1000, [standby]: 0 } } },
    },
  },
  'source-not-active': { evidence: three(standbyDown), incident: { from: standby } },
  'already-there': { evidence: three(allGood), incident: { ...byHand, to: home } },
  'source-healthy': { evidence: three(allGood) },
  'path-broken': { evidence: evidenceOf([homeDown, allGood, silent]) },
  'observers-blind': { evidence: three(silent) },
  'all-regions-down': { evidence: three(bothDown) },
  'everything-down': { evidence: three(isolated) },
  'front-door-down': { evidence: three({ ...allGood, frontDoor: 'bad' }) },
  'users-disagree': { evidence: { ...three(allGood), users: [usersSay()] } },
  'not-well': { evidence: three(homeDown), incident: practises },
  'drill-alarms': {
    evidence: { ...three(allGood), practice: [{ name: 'sales', in: home, state: 'ALARM' }] },
    incident: practises,
  },
  'drill-moved': {
    evidence: evidenceOf([allGood, allGood, allGood], {
      weights: { [home]: 500, [standby]: 500 },
      ledger: heldRecord({ drill }),
    }),
    incident: returns,
  },
  dwell: { evidence: three(homeDown), service: orders },
  'brown-out': {
    evidence: evidenceOf([allGood, allGood, allGood], { ledger: heldRecord({ looks: remembered(home, 210, 90) }) }),
  },
  'failback-not-automatic': {
    evidence: evidenceOf([allGood, allGood, allGood], { weights: { [home]: 0, [standby]: 1000 } }),
    incident: { to: home },
  },
  'home-not-green-long-enough': {
    evidence: evidenceOf([allGood, allGood, allGood], {
      weights: { [home]: 0, [standby]: 1000 },
      ledger: heldRecord({ movedBy: 'automation', activeRegion: standby }),
    }),
    incident: { to: home },
    service: goesHome,
  },
  'moved-by-a-person': {
    evidence: evidenceOf([allGood, allGood, allGood], {
      weights: { [home]: 0, [standby]: 1000 },
      ledger: heldRecord({ movedBy: 'person', activeRegion: standby }),
    }),
    incident: { to: home },
    service: goesHome,
  },
  'unknown-target': { evidence: three(allGood), incident: { ...byHand, to: ireland } },
  'target-bad': { evidence: three(standbyDown), incident: { ...byHand, to: standby } },
  'target-unknown': {
    evidence: evidenceOf([homeDown, homeDown, homeDown].map((view) => ({ ...view, standby: 'mixed' }))),
  },
  'target-fenced': {
    evidence: evidenceOf([homeDown, homeDown, homeDown], { weights: { [home]: 1000, [standby]: -1 } }),
  },
  'target-frozen': {
    evidence: { ...evidenceOf([homeDown, homeDown, allGood]), freezes: [frozen] },
  },
  'target-not-ready': { evidence: evidenceOf([homeDown, homeDown, homeDown], { readiness: [unready] }) },
  'no-fit-target': { evidence: noneFit(), service: threeRegions },
  shadow: { evidence: three(homeDown), service: withPolicy(hasty, { shadow: true }) },
};

const answer = ({ evidence, incident = {}, service = hasty }: Question) =>
  decide(service, incidentOf(incident), evidence, observers, { weights: true }, t0);

describe('every reason to hold', () => {
  test.each(Object.entries(holds))('%s is given by an example, with what would change it', (reason, question) => {
    expect(answer(question)).toMatchObject({ kind: 'hold', reason, wouldChange: expect.stringMatching(/./) });
  });

  test('and the one that is none moves', () => {
    expect(answer({ evidence: three(homeDown) }).kind).toBe('move');
  });
});

const diagnoses: Readonly<Record<DiagnosisName, Evidence>> = {
  healthy: three(allGood),
  'region-down': three(homeDown),
  'region-degraded': {
    ...three(homeDown),
    observations: three(homeDown).observations.map((seen) => ({
      ...seen,
      outcome: seen.outcome.kind === 'bad' ? { ...seen.outcome, because: 'status' } : seen.outcome,
    })),
  },
  'path-broken': evidenceOf([homeDown, allGood, silent]),
  'observers-blind': three(silent),
  'all-regions-down': three(bothDown),
  'everything-down': three(isolated),
  'front-door-down': three({ ...allGood, frontDoor: 'bad' }),
  'users-disagree': { ...three(allGood), users: [usersSay()] },
};

test.each(diagnosisNames)('the diagnosis %s is made from an example', (name) => {
  const { quorum, evidenceMaxAgeMs: maxAgeMs, burst } = orders.policy;
  const rules = { observers, quorum, maxAgeMs, burstCount: burst.count };

  expect(diagnose(diagnoses[name], home, [standby], rules, t0).name).toBe(name);
});

const acquire: LedgerCommand = { kind: 'acquire', holder, mode: 'automatic', force: false, policy: orders.policy };
const renew: LedgerCommand = { kind: 'renew', holder, epoch: epoch(1), leaseMs: 1, force: false };
const manual: LedgerCommand = { ...acquire, mode: 'manual' };
const conclude: LedgerCommand = {
  kind: 'conclude',
  holder,
  epoch: epoch(1),
  incident: 'orders#1',
  mode: 'automatic',
  ending: 'held',
  movedTo: null,
};
const left = { region: home, since: t0, incident: 'orders#1', waitsFor: null };
const fence = { region: home, by: 'ada', reason: 'an event of AWS', at: t0 };
const evacuating = {
  id: 'evacuate-1',
  holder: 'arn:1',
  direction: 'leave',
  region: home,
  by: 'ada',
  reason: 'an event of AWS',
} as const;
const evacuation = { ...evacuating, startedAt: t0, abortedBy: null, endedAt: null, left: [] };
const detection = { id: 'detect-1', region: home, by: 'ada', reason: 'practice', until: t0 + 1 } as const;
const sight = { kind: 'bad', what: 'vetoed', region: home, level: 2 } as const;
const rules = { remindAfterMs: 900_000, wellAfterMs: 600_000 };
const question: Asked = questionOf({ deadline: t0 + 1 });

describe('every command of the ledger', () => {
  const free = freshRecord('orders');
  const examples: Readonly<Record<LedgerCommand['kind'], readonly [LedgerRecord, LedgerCommand]>> = {
    acquire: [free, acquire],
    renew: [heldRecord(), renew],
    conclude: [heldRecord(), conclude],
    pause: [free, { kind: 'pause', by: 'ada', reason: 'freeze' }],
    resume: [{ ...free, paused }, { kind: 'resume' }],
    acknowledge: [
      { ...free, armed: false, unacknowledged: 'orders#1' },
      { kind: 'acknowledge', incident: null },
    ],
    'end-pause': [{ ...free, paused: { ...paused, until: t0 } }, { kind: 'end-pause' }],
    'remind-of-pause': [
      { ...free, paused: { ...paused, at: t0 - 1_000, until: t0 + 500 } },
      { kind: 'remind-of-pause' },
    ],
    record: [free, { kind: 'record', movedTo: standby, epoch: epoch(4) }],
    fence: [free, { kind: 'fence', region: home, by: 'ada', reason: 'an event of AWS' }],
    'begin-evacuation': [free, { kind: 'begin-evacuation', ...evacuating }],
    'renew-evacuation': [
      { ...free, evacuation },
      { kind: 'renew-evacuation', holder: evacuating.holder, left: ['orders'] },
    ],
    'abort-evacuation': [
      { ...free, evacuation },
      { kind: 'abort-evacuation', by: 'bob' },
    ],
    'end-evacuation': [
      { ...free, evacuation },
      { kind: 'end-evacuation', holder: evacuating.holder },
    ],
    'begin-detection': [free, { kind: 'begin-detection', ...detection }],
    'end-detection': [
      { ...free, detection: { ...detection, startedAt: t0 - 600_000, until: t0 - 60_000 } },
      { kind: 'end-detection', id: detection.id },
    ],
    'skip-drill': [free, { kind: 'skip-drill', id: 'monthly@t', plan: 'monthly', gate: 'paused', because: 'freeze' }],
    'tell-of-fence': [
      { ...free, fences: [{ ...fence, until: t0 }] },
      { kind: 'tell-of-fence', region: home },
    ],
    'tell-of-drill': [
      { ...free, drill: { ...drill, until: t0 - drillTellAfterMs } },
      { kind: 'tell-of-drill', incident: drill.incident, at: t0 },
    ],
    freeze: [free, { kind: 'freeze', region: home, by: 'ada', reason: 'a release', until: t0 + 1 }],
    thaw: [
      { ...free, freezes: [{ ...frozen, at: t0, until: t0 + 1 }] },
      { kind: 'thaw', region: standby },
    ],
    reprotected: [
      { ...free, unprotected: [left] },
      { kind: 'reprotected', proven: [left] },
    ],
    'waits-for': [
      { ...free, unprotected: [left] },
      { kind: 'waits-for', region: home, hook: 'replica-lag', detail: '95 s behind' },
    ],
    stay: [
      { ...free, activeRegion: standby },
      { kind: 'stay', by: 'ada', reason: 'rebuilt' },
    ],
    unfence: [
      { ...free, fences: [fence] },
      { kind: 'unfence', region: home },
    ],
    forget: [
      { ...free, fences: [fence] },
      { kind: 'forget', regions: [standby] },
    ],
    ask: [heldRecord(), { kind: 'ask', holder, epoch: epoch(1), leaseMs: 1, question }],
    approve: [heldRecord({ question }), { kind: 'approve', incident: 'orders#1', from: home, to: standby, by: 'ada' }],
    unask: [
      { ...free, question },
      { kind: 'unask', incident: 'orders#1' },
    ],
    sighted: [free, { kind: 'sighted', incident: 'orders#1', sight, rules, at: t0, isTold: true }],
  };

  test.each(Object.entries(examples))('%s is done in an example, and changes the record', (_, [record, command]) => {
    const outcome = applyLedger(record, command, t0);

    expect(outcome.kind).toBe('done');
    expect(outcome.record).not.toEqual(record);
  });

  const other = {
    holder: 'another run',
    mode: 'automatic',
    expiresAt: t0 + 1,
    purpose: 'move',
    attempt: null,
  } as const;
  const look = { ...heldRecord().lease, holder, purpose: 'look' } as Lease;
  /** A limit keeps automation from moving, and lets it in to look. */
  const refusals: Readonly<Record<Exclude<Refusal, Limit> | 'paused', readonly [LedgerRecord, LedgerCommand]>> = {
    paused: [{ ...free, paused }, manual],
    held: [{ ...free, lease: other }, manual],
    fenced: [heldRecord({ epoch: epoch(2) }), renew],
    'lease-lost': [heldRecord({ lease: other }), conclude],
    expired: [
      heldRecord({ lease: { holder, mode: 'automatic', purpose: 'move', expiresAt: t0 - 3_600_000, attempt: null } }),
      renew,
    ],
    evacuating: [
      { ...free, evacuation },
      { kind: 'begin-evacuation', ...evacuating, holder: 'another' },
    ],
    'not-evacuating': [free, { kind: 'abort-evacuation', by: 'bob' }],
    drilling: [
      { ...free, drill },
      { ...manual, ...practises },
    ],
    'drill-over': [
      { ...free, lastDrill: pastDrillOf({ incident: 'orders#1' }) },
      { ...manual, mode: 'drill', drill: returns.drill },
    ],
    'drill-unknown': [free, { ...manual, mode: 'drill', drill: returns.drill }],
    'not-asked': [free, { kind: 'approve', incident: 'orders#1', from: home, to: standby, by: 'ada' }],
    'not-fenced': [free, { kind: 'unfence', region: home }],
    'not-frozen': [free, { kind: 'thaw', region: home }],
    'look-only': [heldRecord({ lease: look }), { ...renew, toWrite: true }],
    'nothing-to-do': [free, { kind: 'end-pause' }],
    'nothing-to-acknowledge': [free, { kind: 'acknowledge', incident: null }],
  };

  test.each(Object.entries(refusals))(
    'the refusal %s is given by an example, and changes nothing',
    (refusal, [record, command]) => {
      expect(applyLedger(record, command, t0)).toMatchObject({ kind: 'refused', refusal, record });
    },
  );
});

const nothing: Run = { incident: null, refusal: null, verdict: null, approval: null, act: null, error: null };
const acted = (ending: Ending): Run => ({
  ...nothing,
  incident: incidentOf(),
  act: { again: false, ending, because: 'so' },
});

const runs: Readonly<Record<Ending, Run>> = {
  recovered: acted('recovered'),
  rehearsed: { ...acted('recovered'), incident: incidentOf({ mode: 'rehearsal' }) },
  held: { ...nothing, incident: incidentOf(), verdict: answer(holds.dwell) },
  shadowed: { ...nothing, incident: incidentOf(), verdict: answer(holds.shadow) },
  refused: { ...nothing, refusal: { reason: 'paused', because: 'so', service: 'orders', request: null } },
  vetoed: acted('vetoed'),
  declined: {
    ...nothing,
    incident: incidentOf(),
    verdict: answer({ evidence: three(homeDown) }),
    approval: { approved: false, by: 'ada', decision: 'declined' },
  },
  unanswered: {
    ...nothing,
    incident: incidentOf(),
    verdict: answer({ evidence: three(homeDown) }),
    approval: { approved: false, by: null, decision: 'deadline' },
  },
  fenced: { ...nothing, incident: incidentOf(), verdict: answer(holds.fenced) },
  'rolled-back': acted('rolled-back'),
  unproven: acted('unproven'),
  'rollback-failed': acted('rollback-failed'),
  failed: { ...nothing, error: { Error: 'LedgerUnavailable', Cause: 'so' } },
};

describe('every ending', () => {
  test.each(endings)('%s is what some run comes to, and is told in one message of its own', (ending) => {
    expect(endingOf(runs[ending]).ending).toBe(ending);
    expect(messageOf(ending).subject).toMatch(/orders/);
  });

  test('says another thing than every other', () => {
    expect(new Set(endings.map((ending) => messageOf(ending).subject)).size).toBe(endings.length);
  });
});

function messageOf(ending: Ending) {
  const run: Conclusion = {
    ...endingOf(runs[ending]),
    service: 'orders',
    request: incidentOf(),
    incident: runs[ending].incident,
    verdict: runs[ending].verdict,
    execution: 'arn',
    durationMs: 1,
    telling: { audience: 'people', trouble: null },
    answer: null,
    remindAfterMs: 900_000,
  };
  return conclusion(run, t0);
}

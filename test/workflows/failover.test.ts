import { describe, expect, test } from 'vitest';
import type { Flow } from '../../workflows/asl.ts';
import { looksMax, reasksMax, rechecksMax, returnsMax } from '../../workflows/failover/bounds.ts';
import { allStates, edgesIn } from '../../workflows/flows.ts';
import type { GuardedTask } from '../../workflows/guarded.ts';
import {
  type Answer,
  failure,
  functions,
  hold,
  incident,
  iso,
  machine,
  move,
  nameEntered,
  type Played,
  pending,
  play,
  type Script,
  shifted,
  startedAt,
  verified,
} from './failover-run.ts';

const begin = ['Admit', 'Admitted?', 'Assess', 'Decided?'];
const reassess = ['Assess', 'Decided?'];
const look = ['Verify', 'Verified?'];
const write = ['Shift', 'Shifted?'];
const askAgain = ['Reassess', 'Redecide', 'StillSo?'];
const end = (ending: string) => ['Conclude', 'Settles?', 'Ended?', ending];
const settling: Answer = { ending: 'recovered', headline: 'moved', returnAt: null, settles: true };
/** A drill is admitted and proven, its return is admitted after what `admit` says first. */
const drilled = ({ admit = [], conclude }: { admit?: readonly Answer[]; conclude?: readonly Answer[] }): Script => ({
  admit: [outAdmitted, ...admit, backAdmitted],
  conclude: [
    ({ at }) => ({ ending: 'recovered', headline: 'away', returnAt: iso(at + 600_000) }),
    ...(conclude ?? [
      ({ payload }) => ({
        ending: payload['refusal'] === null ? 'recovered' : 'refused',
        headline: 'back',
        returnAt: null,
      }),
    ]),
  ],
});
const outAdmitted: Answer = {
  admitted: true,
  incident: {
    ...incident,
    mode: 'drill',
    drill: { kind: 'out', percent: 100, holdMs: 600_000 },
    requestedBy: 'ada',
    reason: 'practice',
  },
};
const backAdmitted: Answer = {
  admitted: true,
  incident: {
    ...incident,
    id: 'orders#8',
    epoch: 8,
    mode: 'drill',
    drill: { kind: 'return', of: 'orders#7' },
    requestedBy: 'ada',
    reason: 'over',
  },
};
const inHeld: Answer = {
  admitted: false,
  refusal: { reason: 'held', because: 'another run', service: 'orders', request: null },
};
const moved = (...inside: string[]) => ['Act', 'Hooks?', ...inside, 'MoveEnded', 'Acted?'];
const out = [...begin, ...moved(...write, ...look), 'Conclude', 'Settles?', 'Ended?'];

interface Path {
  readonly name: string;
  readonly script: Script;
  readonly path: readonly string[];
  /** `SUCCEEDED`, or the error of a failed execution. */
  readonly ends: string;
}

const asks = { required: true, deadlineMs: 300_000, onDeadline: 'abort' };
const ramp = move({ percents: [5, 25, 50, 100] });
const bakes: [Answer] = [
  ({ payload, at }) => (payload['step'] === 3 ? verified() : verified({ done: false, bakeUntil: iso(at + 60_000) })),
];

/** As of a run that somebody resumes: the time of its first watch, and of the look after it, is over when it goes on. */
const lateAfterBake: Script['verify'] = [
  ({ at }) => verified({ done: false, bakeUntil: iso(at - 120_000) }),
  ({ at }) => verified({ done: false, bakeUntil: iso(at + 60_000) }),
  ...bakes,
];
const paused: Answer = {
  verdict: {
    kind: 'hold',
    diagnosis: 'healthy',
    reason: 'paused',
    because: 'Ada paused orders',
    wouldChange: 'understudy resume orders',
    recheckAfterMs: null,
  },
  recheckAt: null,
};

const paths: readonly Path[] = [
  {
    name: 'moves and recovers',
    script: {},
    path: [...begin, ...moved(...write, ...look), ...end('Recovered')],
    ends: 'SUCCEEDED',
  },
  {
    name: 'ends where the run is refused',
    script: {
      admit: [{ admitted: false, refusal: { reason: 'paused', because: 'b', service: 'orders', request: null } }],
    },
    path: ['Admit', 'Admitted?', ...end('Refused')],
    ends: 'SUCCEEDED',
  },
  {
    name: 'ends where a shadow would have moved',
    script: { decide: [hold(null)], conclude: [{ ending: 'shadowed', headline: 'h' }] },
    path: [...begin, ...end('Shadowed')],
    ends: 'SUCCEEDED',
  },
  {
    name: 'ends where it holds for good',
    script: { decide: [hold(null)] },
    path: [...begin, ...end('Held')],
    ends: 'SUCCEEDED',
  },
  {
    name: 'waits out the dwell, looks again and moves',
    script: { decide: [hold(15_000), move()] },
    path: [...begin, 'WaitToRecheck', ...reassess, ...moved(...write, ...look), ...end('Recovered')],
    ends: 'SUCCEEDED',
  },
  {
    name: 'assesses afresh what was approved',
    script: { decide: [move({ approval: asks }), move()], approve: [{ approved: true, by: 'ada' }] },
    path: [...begin, 'Approve', 'Approved?', ...reassess, ...moved(...write, ...look), ...end('Recovered')],
    ends: 'SUCCEEDED',
  },
  {
    name: 'ends where a person declines',
    script: { decide: [move({ approval: asks })], approve: [{ approved: false, by: 'ada' }] },
    path: [...begin, 'Approve', 'Approved?', ...end('Declined')],
    ends: 'SUCCEEDED',
  },
  {
    name: 'proceeds at the deadline where the policy says so',
    script: { decide: [move({ approval: { ...asks, onDeadline: 'proceed' } }), move()] },
    path: [...begin, 'Approve', 'Approved?', ...reassess, ...moved(...write, ...look), ...end('Recovered')],
    ends: 'SUCCEEDED',
  },
  {
    name: 'aborts at the deadline where the policy says so',
    script: { decide: [move({ approval: asks })] },
    path: [...begin, 'Approve', 'Approved?', ...end('Unanswered')],
    ends: 'SUCCEEDED',
  },
  {
    name: 'asks again where the way is another one than was approved',
    script: {
      decide: [
        move({ approval: asks }),
        move({ to: 'eu-west-1' }),
        move({ to: 'eu-west-1', approval: asks }),
        move({ to: 'eu-west-1' }),
      ],
      approve: [{ approved: true, by: 'ada' }],
    },
    path: [
      ...begin,
      'Approve',
      'Approved?',
      ...reassess,
      ...reassess,
      'Approve',
      'Approved?',
      ...reassess,
      ...moved(...write, ...look),
      ...end('Recovered'),
    ],
    ends: 'SUCCEEDED',
  },
  {
    name: 'stops asking where the way changes with every answer',
    script: {
      decide: ['a', 'b', 'b', 'c'].map((to, turn) =>
        move({ to, approval: turn === 1 || turn === 3 ? null : asks }),
      ) as never,
      approve: [{ approved: true, by: 'ada' }],
    },
    path: [
      ...begin,
      'Approve',
      'Approved?',
      ...reassess,
      ...reassess,
      'Approve',
      'Approved?',
      ...reassess,
      ...end('Failed'),
    ],
    ends: 'Failed',
  },
  {
    name: 'runs hooks before the write',
    script: { decide: [move({ prepare: ['scale-up'] })] },
    path: [...begin, ...moved('Prepare', 'Prepared?', ...write, ...look), ...end('Recovered')],
    ends: 'SUCCEEDED',
  },
  {
    name: 'calls the hooks that follow after people have heard how it ended',
    script: { conclude: [settling] },
    path: [...begin, ...moved(...write, ...look), ...['Conclude', 'Settles?', 'Settle', 'Ended?', 'Recovered']],
    ends: 'SUCCEEDED',
  },
  {
    name: 'says so where it is not known which hooks were called, and ends as it had',
    script: { conclude: [settling], settle: ['hangs'] },
    path: [
      ...begin,
      ...moved(...write, ...look),
      ...['Conclude', 'Settles?', 'Settle', 'Unsettled', 'Ended?', 'Recovered'],
    ],
    ends: 'SUCCEEDED',
  },
  {
    name: 'does not call hooks again whose function ran out of time after the run',
    script: { conclude: [settling], settle: [failure('Sandbox.Timedout'), { outcome: 'settled', because: 'done' }] },
    path: [
      ...begin,
      ...moved(...write, ...look),
      ...['Conclude', 'Settles?', 'Settle', 'Unsettled', 'Ended?', 'Recovered'],
    ],
    ends: 'SUCCEEDED',
  },
  {
    name: 'ends where a hook vetoes',
    script: { decide: [move({ prepare: ['scale-up'] })], prepare: [{ outcome: 'vetoed', because: 'no', answers: [] }] },
    path: [...begin, ...moved('Prepare', 'Prepared?'), ...end('Vetoed')],
    ends: 'Vetoed',
  },
  {
    name: 'ends without a rollback where preparing fails',
    script: { decide: [move({ prepare: ['scale-up'] })], prepare: ['hangs'] },
    path: [...begin, ...moved('Prepare'), ...end('Failed')],
    ends: 'Failed',
  },
  {
    name: 'does not run hooks again whose function ran out of time: they may still be at work',
    script: {
      decide: [move({ prepare: ['scale-up'] })],
      prepare: [failure('Sandbox.Timedout'), { outcome: 'ready', because: 'done', answers: [] }],
    },
    path: [...begin, ...moved('Prepare'), ...end('Failed')],
    ends: 'Failed',
  },
  {
    name: 'does not run the hooks of the same way again after stale evidence',
    script: { decide: [move({ prepare: ['scale-up'] })], shift: [shifted('stale'), shifted()] },
    path: [
      ...begin,
      ...moved('Prepare', 'Prepared?', ...write),
      ...reassess,
      ...moved(...write, ...look),
      ...end('Recovered'),
    ],
    ends: 'SUCCEEDED',
  },
  {
    name: 'asks the whole question again where the lever moved meanwhile',
    script: { shift: [shifted('moved-meanwhile'), shifted()] },
    path: [...begin, ...moved(...write), ...reassess, ...moved(...write, ...look), ...end('Recovered')],
    ends: 'SUCCEEDED',
  },
  {
    name: 'ends at the fourth stale write',
    script: { shift: [shifted('stale')] },
    path: [
      ...begin,
      ...Array(3)
        .fill([...moved(...write), ...reassess])
        .flat(),
      ...moved(...write),
      ...end('Failed'),
    ],
    ends: 'Failed',
  },
  {
    name: 'takes back what an attempt without an answer may have written before it asks again',
    script: { shift: [failure('Lambda.Unknown'), shifted('stale'), shifted()] },
    path: [...begin, ...moved(...write, 'Rollback'), ...reassess, ...moved(...write, ...look), ...end('Recovered')],
    ends: 'SUCCEEDED',
  },
  {
    name: 'ends without a rollback where a newer run has taken over',
    script: { shift: [shifted('fenced')] },
    path: [...begin, ...moved(...write), ...end('Fenced')],
    ends: 'Fenced',
  },
  {
    name: 'writes nothing while paused',
    script: { shift: [shifted('paused')] },
    path: [...begin, ...moved(...write), ...end('Held')],
    ends: 'SUCCEEDED',
  },
  {
    name: 'fails where the lever refuses the first step',
    script: { shift: [shifted('refused')] },
    path: [...begin, ...moved(...write), ...end('Failed')],
    ends: 'Failed',
  },
  {
    name: 'rolls back where the lever refuses the first step to an attempt after one that may have written',
    script: { shift: [failure('LeverUnavailable'), shifted('refused')] },
    path: [...begin, ...moved(...write, 'Rollback'), ...end('RolledBack')],
    ends: 'RolledBack',
  },
  {
    name: 'rolls back where Shift throws to the last',
    script: { shift: [failure('LeverUnavailable')] },
    path: [...begin, ...moved('Shift', 'Rollback'), ...end('RolledBack')],
    ends: 'RolledBack',
  },
  {
    name: 'rolls back where Shift gives no answer to the last',
    script: { shift: ['hangs'] },
    path: [...begin, ...moved('Shift', 'Rollback'), ...end('RolledBack')],
    ends: 'RolledBack',
  },
  {
    name: 'rolls back after an answer that nobody knows',
    script: { shift: [shifted('maybe')] },
    path: [...begin, ...moved(...write, 'Rollback'), ...end('RolledBack')],
    ends: 'RolledBack',
  },
  {
    name: 'looks until it is verified',
    script: { verify: [pending(), pending(), pending(1), verified()] },
    path: [
      ...begin,
      ...moved(
        ...write,
        ...Array(3)
          .fill([...look, 'WaitToLook'])
          .flat(),
        ...look,
      ),
      ...end('Recovered'),
    ],
    ends: 'SUCCEEDED',
  },
  {
    name: 'rolls back where it does not verify',
    script: { verify: [verified({ state: 'failed', done: true })] },
    path: [...begin, ...moved(...write, ...look, 'Rollback'), ...end('RolledBack')],
    ends: 'RolledBack',
  },
  {
    name: 'looks again where a look could not be taken',
    script: {
      verify: [failure('LedgerUnavailable'), failure('LedgerUnavailable'), failure('LedgerUnavailable'), verified()],
    },
    path: [...begin, ...moved(...write, 'Verify', 'Unseen?', 'WaitToSee', ...look), ...end('Recovered')],
    ends: 'SUCCEEDED',
  },
  {
    name: 'rolls back where no look can be taken',
    script: { verify: [failure('Runtime.ExitError')] },
    path: [
      ...begin,
      ...moved(...write, ...Array(3).fill(['Verify', 'Unseen?', 'WaitToSee']).flat(), 'Verify', 'Unseen?', 'Rollback'),
      ...end('RolledBack'),
    ],
    ends: 'RolledBack',
  },
  {
    name: 'leaves a move that is not proven, where the rollback says what it would lead back to',
    script: { verify: [verified({ state: 'failed' })], rollback: [{ outcome: 'unproven', because: 'home is down' }] },
    path: [...begin, ...moved(...write, ...look, 'Rollback'), ...end('Unproven')],
    ends: 'Unproven',
  },
  {
    name: 'says so where the rollback fails',
    script: { verify: [verified({ state: 'failed' })], rollback: [failure('LeverUnavailable')] },
    path: [...begin, ...moved(...write, ...look, 'Rollback'), ...end('RollbackFailed')],
    ends: 'RollbackFailed',
  },
  {
    name: 'says so where the rollback gives an answer that nobody knows',
    script: { verify: [verified({ state: 'failed' })], rollback: [{ outcome: 'perhaps', because: 'b' }] },
    path: [...begin, ...moved(...write, ...look, 'Rollback'), ...end('RollbackFailed')],
    ends: 'RollbackFailed',
  },
  {
    name: 'leaves the rollback to the run that has taken over',
    script: { verify: [verified({ state: 'failed' })], rollback: [{ outcome: 'fenced', because: 'b' }] },
    path: [...begin, ...moved(...write, ...look, 'Rollback'), ...end('Fenced')],
    ends: 'Fenced',
  },
  {
    name: 'climbs a ramp of four steps, and looks once more after each was watched',
    script: { decide: [ramp], verify: bakes },
    path: [
      ...begin,
      ...moved(
        ...Array(3)
          .fill([...write, ...look, 'Bake', ...look])
          .flat(),
        ...write,
        ...look,
      ),
      ...end('Recovered'),
    ],
    ends: 'SUCCEEDED',
  },
  {
    name: 'rolls a ramp back where a step does not hold while it is watched',
    script: {
      decide: [ramp],
      verify: [...bakes, ({ at }) => verified({ done: false, bakeUntil: iso(at + 1) }), verified({ state: 'failed' })],
    },
    path: [...begin, ...moved(...write, ...look, 'Bake', ...look, ...write, ...look, 'Rollback'), ...end('RolledBack')],
    ends: 'RolledBack',
  },
  {
    name: 'looks once more where the last look of a ramp is too old, and asks whether the move is still right',
    script: {
      decide: [move({ percents: [50, 100] })],
      verify: [({ payload }) => verified({ done: payload['step'] === 1 })],
      shift: [shifted(), shifted('stale'), shifted()],
    },
    path: [
      ...begin,
      ...moved(...write, ...look, ...write, ...look, ...askAgain, ...write, ...look),
      ...end('Recovered'),
    ],
    ends: 'SUCCEEDED',
  },
  {
    name: 'asks again where a run that was held up comes late to its next step, and undoes what it would not begin now',
    script: { decide: [ramp, hold(null)], verify: lateAfterBake },
    path: [...begin, ...moved(...write, ...look, 'Bake', ...look, ...askAgain, 'Rollback'), ...end('RolledBack')],
    ends: 'RolledBack',
  },
  {
    name: 'goes on with a ramp that was held up where the move is still right',
    script: { decide: [ramp], verify: lateAfterBake },
    path: [
      ...begin,
      ...moved(
        ...write,
        ...look,
        'Bake',
        ...look,
        ...askAgain,
        ...write,
        ...look,
        'Bake',
        ...look,
        ...write,
        ...look,
        'Bake',
        ...look,
        ...write,
        ...look,
      ),
      ...end('Recovered'),
    ],
    ends: 'SUCCEEDED',
  },
  {
    name: 'undoes a ramp that was held up where nothing can be asked any more',
    script: { decide: [ramp, failure('LedgerUnavailable')], verify: lateAfterBake },
    path: [
      ...begin,
      ...moved(...write, ...look, 'Bake', ...look, 'Reassess', 'Redecide', 'Rollback'),
      ...end('RolledBack'),
    ],
    ends: 'RolledBack',
  },
  {
    name: 'leaves a ramp that was held up where it stands when somebody has paused it',
    script: { decide: [ramp, paused], verify: lateAfterBake },
    path: [...begin, ...moved(...write, ...look, 'Bake', ...look, ...askAgain), ...end('Failed')],
    ends: 'Failed',
  },
  {
    name: 'leaves a ramp where it stands when somebody pauses it',
    script: { decide: [ramp], verify: [verified({ done: false })], shift: [shifted(), shifted('paused')] },
    path: [...begin, ...moved(...write, ...look, ...write), ...end('Failed')],
    ends: 'Failed',
  },
  {
    name: 'rolls a ramp back where the lever refuses a later step',
    script: { decide: [ramp], verify: [verified({ done: false })], shift: [shifted(), shifted('refused')] },
    path: [...begin, ...moved(...write, ...look, ...write, 'Rollback'), ...end('RolledBack')],
    ends: 'RolledBack',
  },
  {
    name: 'rolls back where Verify promises more steps than the plan has',
    script: { verify: [verified({ done: false })] },
    path: [...begin, ...moved(...write, ...look, 'Rollback'), ...end('RolledBack')],
    ends: 'RolledBack',
  },
  {
    name: 'runs every step of a rehearsal',
    script: {
      admit: [{ admitted: true, incident: { ...incident, mode: 'rehearsal' } }],
      shift: [shifted('rehearsed')],
    },
    path: [...begin, ...moved(...write, ...look), ...end('Rehearsed')],
    ends: 'SUCCEEDED',
  },
  {
    name: 'concludes where Admit fails',
    script: { admit: [failure('LedgerUnavailable')] },
    path: ['Admit', ...end('Failed')],
    ends: 'Failed',
  },
  {
    name: 'concludes where Assess hangs',
    script: { assess: ['hangs'] },
    path: [...begin.slice(0, 3), ...end('Failed')],
    ends: 'Failed',
  },
  {
    name: 'concludes where no verdict can be had',
    script: { decide: [failure('MalformedPayload')] },
    path: [...begin.slice(0, 3), ...end('Failed')],
    ends: 'Failed',
  },
  {
    name: 'concludes where people could not be asked',
    script: { decide: [move({ approval: asks })], approve: [failure('LedgerUnavailable')] },
    path: [...begin, 'Approve', ...end('Failed')],
    ends: 'Failed',
  },
  {
    name: 'concludes on an admission without an incident',
    script: { admit: [{ admitted: true }] },
    path: ['Admit', ...end('Failed')],
    ends: 'Failed',
  },
  {
    name: 'concludes on a verdict that nobody knows',
    script: { decide: [{ verdict: { kind: 'perhaps' }, recheckAt: null }] },
    path: [...begin, ...end('Failed')],
    ends: 'Failed',
  },
  {
    name: 'concludes on a moment that is none',
    script: { decide: [{ verdict: { kind: 'hold' }, recheckAt: 'soon' }] },
    path: [...begin.slice(0, 3), ...end('Failed')],
    ends: 'Failed',
  },
  {
    name: 'pages where Conclude fails',
    script: { conclude: [failure('LedgerUnavailable')] },
    path: [...begin, ...moved(...write, ...look), 'Conclude', 'Unconcluded?', 'Page', 'NotConcluded'],
    ends: 'NotConcluded',
  },
  {
    name: 'fails where even the page fails',
    script: { conclude: ['hangs'], page: [failure('SNS.InternalErrorException')] },
    path: [...begin, ...moved(...write, ...look), 'Conclude', 'Unconcluded?', 'Page', 'NotConcluded'],
    ends: 'NotConcluded',
  },
  {
    name: 'notes where Conclude fails and nothing was admitted',
    script: { admit: [failure('LedgerUnavailable')], conclude: [failure('LedgerUnavailable')] },
    path: ['Admit', 'Conclude', 'Unconcluded?', 'Note', 'NotConcluded'],
    ends: 'NotConcluded',
  },
  {
    name: 'leads its own drill back',
    script: drilled({}),
    path: [...out, 'WaitToReturn', 'AdmitReturn', ...begin.slice(1), ...moved(...write, ...look), ...end('Recovered')],
    ends: 'SUCCEEDED',
  },
  {
    name: 'waits for another run before it leads its drill back',
    script: drilled({ admit: [inHeld, inHeld] }),
    path: [
      ...out,
      ...['WaitToReturn', 'AdmitReturn', 'Admitted?', 'WaitToReturn', 'AdmitReturn', 'Admitted?', 'WaitToReturn'],
      ...['AdmitReturn', ...begin.slice(1), ...moved(...write, ...look), ...end('Recovered')],
    ],
    ends: 'SUCCEEDED',
  },
  {
    name: 'leaves its drill to the reconciler while others go on and on',
    script: drilled({ admit: Array.from({ length: returnsMax }, () => inHeld) }),
    path: [
      ...out,
      ...Array.from({ length: returnsMax }, () => ['WaitToReturn', 'AdmitReturn', 'Admitted?']).flat(),
      ...end('Refused'),
    ],
    ends: 'SUCCEEDED',
  },
  {
    name: 'pages where nobody can be asked whether its drill may be led back',
    script: {
      ...drilled({ conclude: [failure('LedgerUnavailable')] }),
      admit: [outAdmitted, failure('LedgerUnavailable')],
    },
    path: [...out, 'WaitToReturn', 'AdmitReturn', 'Conclude', 'Unconcluded?', 'Page', 'NotConcluded'],
    ends: 'NotConcluded',
  },
  {
    name: 'does not begin a drill that meets somebody at the lever',
    script: {
      admit: [outAdmitted],
      shift: [shifted('moved-meanwhile')],
      conclude: [{ ending: 'held', headline: 'h', returnAt: null }],
    },
    path: [...begin, ...moved(...write), ...end('Held')],
    ends: 'SUCCEEDED',
  },
  {
    name: 'pages where Conclude says nothing',
    script: { conclude: [{}] },
    path: [...begin, ...moved(...write, ...look), 'Conclude', 'Unconcluded?', 'Page', 'NotConcluded'],
    ends: 'NotConcluded',
  },
];

describe('the failover machine', () => {
  test.each(paths)('$name', async ({ script, path, ends }) => {
    const run = await play(script);

    expect(run.path).toEqual(path);
    expect(run.status === 'FAILED' ? run.error : run.status).toBe(ends);
  });

  test('a drill is held without a call, and led back as a run of its own', async () => {
    const run = await play(drilled({}));
    const [, back] = run.calls.filter(({ of }) => of === 'admit');
    const [, last] = run.payloads('conclude');

    expect((back?.at ?? 0) - startedAt).toBeGreaterThanOrEqual(600_000);
    expect(back?.payload).toMatchObject({
      event: {
        service: 'orders',
        mode: 'drill',
        returns: 'orders#7',
        requestedBy: 'ada',
        reason: 'the drill is over: practice',
      },
      execution: { startTime: iso(back?.at ?? 0) },
    });
    expect(last).toMatchObject({ incident: { id: 'orders#8' }, execution: { startTime: iso(back?.at ?? 0) } });
  });

  test('is played through every state by these paths', async () => {
    const entered = new Set<string>();
    for (const { script } of paths)
      for (const name of (await play(script)).events.flatMap(nameEntered)) entered.add(name);

    expect(statesOf(machine).filter((name) => !entered.has(name))).toEqual(['Undo']);
  });
});

describe('from the start to the accepted write', () => {
  test('there are at most ten transitions', async () => {
    const run = await play({});

    const written = run.events.findIndex(
      ({ type, taskSucceededEventDetails }) =>
        type === 'TaskSucceeded' && taskSucceededEventDetails?.output?.includes('"accepted"'),
    );
    expect(written).toBeGreaterThan(0);
    expect(run.events.slice(0, written).flatMap(nameEntered).length).toBeLessThanOrEqual(10);
  });

  test('the shortest way through the data is seven', () => {
    const inside = (machine.States['Act'] as { Branches: readonly Flow[] }).Branches[1] as Flow;

    expect(stepsTo('Act', machine) + stepsTo('Shift', inside)).toBe(7);
  });
});

describe('the announcement', () => {
  test.each(['hangs', failure('NotificationFailed')] as const)(
    'never stops or delays the write: %s',
    async (answer) => {
      const run = await play({ announce: [answer] });

      expect(run.status).toBe('SUCCEEDED');
      expect(at(run, 'shift')).toBe(startedAt);
      expect(at(run, 'conclude') - startedAt).toBeLessThanOrEqual(21_000);
      expect(run.payloads('conclude')[0]?.['act']).toMatchObject({
        ending: 'recovered',
        deliveries: [{ channel: 'announce', delivered: false, attempts: 1 }],
      });
    },
  );

  test('is told to Conclude with the move', async () => {
    const run = await play({});

    expect(run.announced).toEqual(['Announce', 'Announced']);
    expect(run.payloads('conclude')[0]?.['act']).toMatchObject({ deliveries: [{ channel: 'sns', delivered: true }] });
  });
});

describe('what steps are given', () => {
  test('Admit gets the event and the execution', async () => {
    const [payload] = (await play({})).payloads('admit');

    expect(payload).toEqual({
      event: { reason: 'a test' },
      execution: { arn: expect.stringContaining(':execution:'), startTime: iso(startedAt) },
    });
  });

  test('Assess hears of the approval', async () => {
    const run = await play({ decide: [move({ approval: asks }), move()], approve: [{ approved: true, by: 'ada' }] });

    expect(run.payloads('assess')).toMatchObject([
      { incident, approved: false, byDeadline: false },
      { incident, approved: true, byDeadline: false },
    ]);
    expect(run.payloads('conclude')[0]?.['approval']).toMatchObject({
      approved: true,
      by: 'ada',
      decision: 'approved',
    });
  });

  test('Approve gets the token, and as long as the policy gives people', async () => {
    const run = await play({ decide: [move({ approval: asks })] });

    expect(run.payloads('approve')[0]?.['taskToken']).toEqual(expect.any(String));
    expect(at(run, 'conclude') - at(run, 'approve')).toBe(300_000);
    expect(run.payloads('conclude')[0]?.['approval']).toMatchObject({
      approved: false,
      by: null,
      decision: 'deadline',
    });
  });

  test('Shift gets the evidence of Assess first, then that of the look before it', async () => {
    const run = await play({ decide: [ramp], verify: bakes });

    const looks = run.calls.filter(({ of }) => of === 'verify').map((call) => call.at);
    expect(run.payloads('shift').map(({ step }) => step)).toEqual([0, 1, 2, 3]);
    expect(run.payloads('shift').map(({ evidenceAt }) => evidenceAt)).toEqual([
      startedAt,
      looks[1],
      looks[3],
      looks[5],
    ]);
  });

  test('a look after the watch has as long as the one after the write', async () => {
    const run = await play({ decide: [ramp], verify: bakes });

    const [first, second] = run.payloads('verify');
    expect(first?.['verifyUntil']).toBe(startedAt + 60_000);
    expect(second?.['verifyUntil']).toBe(startedAt + 120_000);
  });

  test('the plan reaches every step as it was decided, lists of one included', async () => {
    const run = await play({ verify: [verified({ state: 'failed' })] });

    const { plan } = (move() as unknown as { verdict: { plan: object } }).verdict;
    for (const step of ['shift', 'verify', 'rollback'] as const) expect(run.payloads(step)[0]?.['plan']).toEqual(plan);
    expect(run.payloads('conclude')[0]?.['verdict']).toEqual((move() as { verdict?: object }).verdict);
  });

  test('Settle hears how the run ended, and what the last write came to', async () => {
    const run = await play({ conclude: [settling] });

    expect(run.output).toMatchObject({ ending: 'recovered', headline: 'moved' });
    const unsettled = await play({ conclude: [settling], settle: ['hangs'] });
    expect(unsettled.output).toMatchObject({ ending: 'recovered', headline: 'moved' });
    expect(run.payloads('settle')).toMatchObject([
      { ending: 'recovered', shifted: 'accepted', verdict: { kind: 'move' } },
    ]);
    const vetoing: Script = {
      decide: [move({ prepare: ['promote'] })],
      prepare: [{ outcome: 'vetoed', because: 'no', answers: [] }],
    };
    const vetoed = await play({
      ...vetoing,
      conclude: [{ ending: 'vetoed', headline: 'vetoed', returnAt: null, settles: true }],
    });
    expect(vetoed.payloads('settle')).toMatchObject([{ ending: 'vetoed', shifted: null }]);
    expect(vetoed.path.at(-1)).toBe('Vetoed');
  });

  test('Rollback hears why', async () => {
    const run = await play({ shift: [failure('LeverUnavailable', 'no endpoint answered')] });

    expect(run.payloads('rollback')[0]?.['because']).toBe('Shift failed: LeverUnavailable: no endpoint answered');
  });

  test('people get a function’s message, without its trace', async () => {
    const cause = JSON.stringify({ errorType: 'Boom', errorMessage: 'a "quoted" word', trace: ['at file:///x.mjs:1'] });
    const [moving, looking] = [
      await play({ shift: [failure('Boom', cause)] }),
      await play({ assess: [failure('Boom', cause)] }),
    ];

    expect(moving.payloads('rollback')[0]?.['because']).toBe('Shift failed: Boom: a \\"quoted\\" word');
    expect(looking.payloads('conclude')[0]?.['error']).toMatchObject({ Cause: 'a \\"quoted\\" word' });
  });

  test('Conclude gets the error, cut short', async () => {
    const run = await play({ assess: [failure('Boom', 'x'.repeat(30_000))] });

    expect(run.payloads('conclude')[0]?.['error']).toEqual({ state: 'Assess', Error: 'Boom', Cause: 'x'.repeat(1000) });
  });

  test('Conclude gets null for what the run never came to', async () => {
    const run = await play({ decide: [hold(null)] });

    expect(run.payloads('conclude')[0]).toMatchObject({ refusal: null, approval: null, act: null, error: null });
  });

  test('the page says which incident, which way and why', async () => {
    const run = await play({ conclude: [failure('LedgerUnavailable', 'no answer')] });

    const page = run.payloads('page')[0];
    expect(page?.['TopicArn']).toBe('arn:aws:sns:us-west-2:123456789012:understudy-critical');
    expect(page?.['Message']).toContain(
      'Incident: orders#7\nWay: us-east-1 to us-west-2\nThe move: recovered, real requests\n',
    );
    expect(page?.['Message']).toContain('Conclude: LedgerUnavailable: no answer');
  });

  test('the page says so where there was no incident', async () => {
    const run = await play({ admit: [failure('Boom', 'bang')], conclude: [failure('Boom')] });

    expect(run.payloads('page')[0]?.['Message']).toContain('Incident: none was admitted');
    // And wakes nobody: while the ledger is gone there is one a minute, and an alarm for all of them.
    expect(run.payloads('page')[0]?.['TopicArn']).toBe('arn:aws:sns:us-west-2:123456789012:understudy-info');
    expect(run.payloads('page')[0]?.['Message']).toContain('Earlier error: Admit: Boom: bang');
  });
});

describe('a ramp is watched with a look each minute', () => {
  const halfAnHour: Answer = ({ payload, at }) =>
    payload['step'] === 1 ? verified() : verified({ done: false, bakeUntil: iso(at + 1_800_000) });
  const twoSteps = move({ percents: [10, 100] });
  const writesOf = (run: Awaited<ReturnType<typeof play>>) => run.path.filter((state) => state === 'Shift').length;

  test('for as long as the policy says, however many looks that takes', async () => {
    const run = await play({ decide: [twoSteps], verify: [halfAnHour] });

    // The one after the write, one each minute, and that of the second step.
    expect(run.payloads('verify')).toHaveLength(1 + 30 + 1);
    expect(at(run, 'conclude') - at(run, 'admit')).toBeGreaterThanOrEqual(1_800_000);
    expect(run.path.at(-1)).toBe('Recovered');
  });

  test('and goes on as soon as a look finds the region bad that is being left', async () => {
    const inAHurry: Answer = ({ at }) => verified({ done: false, bakeUntil: iso(at) });
    const run = await play({ decide: [twoSteps], verify: [halfAnHour, halfAnHour, inAHurry, halfAnHour] });

    expect(writesOf(run)).toBe(2);
    expect(at(run, 'conclude') - at(run, 'admit')).toBeLessThan(180_000);
  });

  test('and is undone as soon as a look finds the target bad', async () => {
    const run = await play({ decide: [twoSteps], verify: [halfAnHour, verified({ state: 'failed' })] });

    expect(run.path.at(-1)).toBe('RolledBack');
    expect(at(run, 'conclude') - at(run, 'admit')).toBeLessThan(120_000);
  });

  test('and a look that must be repeated makes no watch longer', async () => {
    const run = await play({ decide: [twoSteps], verify: [halfAnHour, pending(), halfAnHour] });

    expect(at(run, 'conclude') - at(run, 'admit')).toBeLessThan(1_860_000);
    expect(run.path.at(-1)).toBe('Recovered');
  });
});

describe('no loop turns for ever', () => {
  test('where Assess always wants to look again', async () => {
    const run = await play({ decide: [hold(1000)] });

    expect(run.payloads('assess')).toHaveLength(rechecksMax + 1);
    expect(run.path.at(-1)).toBe('Held');
    expect(run.events.length).toBeLessThan(25_000);
  });

  test('where Verify is pending past its time', async () => {
    const run = await play({ verify: [pending()] });

    // One every 2 s for 60 s, the first at once; the one that begins after the time is the last.
    expect(run.payloads('verify')).toHaveLength(32);
    expect(run.path.at(-1)).toBe('RolledBack');
  });

  test('where Verify always has a good look and is never content', async () => {
    const run = await play({ verify: [pending(1)] });

    expect(run.payloads('verify')).toHaveLength(looksMax);
    expect(run.path.at(-1)).toBe('RolledBack');
  });

  test('where a ramp is always too late', async () => {
    const run = await play({
      decide: [ramp],
      verify: [verified({ done: false })],
      shift: [shifted(), shifted('stale')],
    });

    // The first look, and one for each time that all is asked again.
    expect(run.payloads('verify')).toHaveLength(1 + reasksMax);
    expect(run.path.at(-1)).toBe('RolledBack');
  });
});

describe('a move that breaks in a way that nobody foresaw', () => {
  const broken = structuredClone(machine) as unknown as {
    States: { Act: { Branches: [object, { States: Record<string, object> }] } };
  };
  broken.States.Act.Branches[1].States['Verified?'] = {
    Type: 'Choice',
    Choices: [{ Condition: '{% $nothing %}', Next: 'Rollback' }],
    Default: 'Rollback',
  };

  test('is undone', async () => {
    const run = await play({}, broken);

    expect(run.path).toEqual([...begin, 'Act', 'Hooks?', ...write, ...look, 'Undo', ...end('RolledBack')]);
    expect(run.payloads('conclude')[0]).toMatchObject({
      act: { again: false, ending: 'rolled-back' },
      error: { state: 'Act', Error: 'States.QueryEvaluationError' },
    });
  });

  test('says so where undoing fails', async () => {
    const run = await play({ rollback: ['hangs'] }, broken);

    expect(run.path.at(-1)).toBe('RollbackFailed');
  });
});

describe('the slowest that a task can take with all its retries', () => {
  const tasks = allStates(machine).filter(([, state]) => state.Type === 'Task') as [string, GuardedTask][];

  // The numbers that the comments beside the tasks give; Approve has the policy's deadline instead.
  test('is what it was meant to be', () => {
    expect(
      Object.fromEntries(tasks.flatMap(([name, task]) => (name === 'Approve' ? [] : [[name, slowestSeconds(task)]]))),
    ).toEqual({
      Admit: 44,
      AdmitReturn: 44,
      Assess: 184,
      Announce: 21,
      Prepare: 2702,
      Shift: 84,
      Verify: 124,
      Reassess: 184,
      Redecide: 44,
      Rollback: 348,
      Undo: 348,
      Conclude: 158,
      Settle: 2702,
      Unsettled: 58,
      Page: 58,
      Note: 58,
    });
  });
});

test('every function is called under its step’s name', () => {
  expect(new Set(Object.values(functions)).size).toBe(11);
});

function slowestSeconds({ TimeoutSeconds, Retry }: GuardedTask): number {
  const attempts = Retry.reduce((sum, { MaxAttempts }) => sum + MaxAttempts, 1);
  const delays = Retry.flatMap(({ MaxAttempts, IntervalSeconds, BackoffRate, MaxDelaySeconds }) =>
    Array.from({ length: MaxAttempts }, (_, turn) => Math.min(IntervalSeconds * BackoffRate ** turn, MaxDelaySeconds)),
  );
  return attempts * Number(TimeoutSeconds) + delays.reduce((sum, delay) => sum + delay, 0);
}

const at = (run: Played, of: Played['calls'][number]['of']): number =>
  run.calls.find((call) => call.of === of)?.at ?? Number.NaN;

const statesOf = (flow: Flow): string[] =>
  Object.entries(flow.States).flatMap(([name, state]) => [
    name,
    ...(state.Type === 'Parallel' ? state.Branches.flatMap(statesOf) : []),
  ]);

/** How many states are entered on the shortest way, from the start to `state`, both included. */
function stepsTo(state: string, flow: Flow): number {
  const edges = edgesIn(flow).filter(({ kind }) => kind !== 'catch');
  let reached = new Set([flow.StartAt]);
  for (let steps = 1; ; steps++) {
    if (reached.has(state)) return steps;
    if (steps > Object.keys(flow.States).length) throw new Error(`no way to ${state}`);
    reached = new Set([...reached, ...edges.filter(({ from }) => reached.has(from)).map(({ to }) => to)]);
  }
}

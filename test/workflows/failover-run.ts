import { type StepFunctions, stepFunctions } from '../../deployment/steps.ts';
import type { RawMachine } from '../../loopback/states/compile.ts';
import { StateFailure } from '../../loopback/states/failure.ts';
import type { HistoryEvent } from '../../loopback/states/history.ts';
import type { Json } from '../../loopback/states/json.ts';
import { type Ended, runToEnd } from '../../loopback/states/run-to-end.ts';
import { failoverMachine } from '../../workflows/failover/machine.ts';
import { virtualClock } from '../loopback/virtual-clock.ts';

export const functions: StepFunctions = stepFunctions(
  (step) => `arn:aws:lambda:us-west-2:123456789012:function:understudy-${step}`,
);

export const machine = failoverMachine({
  functions,
  topicArns: {
    critical: 'arn:aws:sns:us-west-2:123456789012:understudy-critical',
    info: 'arn:aws:sns:us-west-2:123456789012:understudy-info',
  },
});

export type Called = keyof StepFunctions | 'page';

export interface Call {
  readonly of: Called;
  /** What the step's function was given, or what was published. */
  readonly payload: Record<string, Json>;
  readonly at: number;
}

/** What a call comes to: an answer, an error's name, or nothing at all until its time is up. */
export type Answer = { readonly [member: string]: Json } | Error | 'hangs' | ((call: Call) => Answer);

export const failure = (error: string, cause = 'scripted'): Error => new StateFailure(error, cause);

/** The answers of each step in order; the last one stays. Steps that are not in the script answer as in a plain recovery. */
export type Script = { readonly [Step in Called]?: readonly [Answer, ...Answer[]] };

export interface Played extends Ended {
  /** The states in the order in which they were entered, without those of the announcement. */
  readonly path: readonly string[];
  readonly announced: readonly string[];
  readonly calls: readonly Call[];
  payloads(of: Called): Record<string, Json>[];
}

/** Plays the real machine on the sandbox's interpreter, in virtual time. */
export async function play(script: Script, definition: object = machine): Promise<Played> {
  const clock = virtualClock(startedAt);
  const calls: Call[] = [];
  const ended = runToEnd(
    definition as RawMachine,
    { reason: 'a test' },
    {
      clock,
      // The longest delays that jitter may choose.
      random: () => 0.999,
      tasks: {
        async run(resource, parameters, { signal }) {
          const given = parameters as { FunctionName?: string; Payload?: Json };
          const of = calledBy(resource, given.FunctionName);
          const call: Call = {
            of,
            payload: (of === 'page' ? given : given.Payload) as Call['payload'],
            at: clock.now(),
          };
          calls.push(call);
          const answerOf = (of: Called, turn: number): Exclude<Answer, (call: Call) => Answer> => {
            const answers = script[of] ?? [plain[of]];
            const answer = answers[Math.min(turn, answers.length - 1)] as Answer;
            return typeof answer === 'function' ? (answer(call) as Exclude<Answer, (call: Call) => Answer>) : answer;
          };
          const asked = (has: (other: Call) => boolean) => calls.filter(has).length - 1;
          let answer = answerOf(of, asked(of === 'decide' ? givesVerdict : (other) => other.of === of));
          if (of === 'assess' && givesVerdict(call) && isGathered(answer))
            answer = weighed(answer, answerOf('decide', asked(givesVerdict)));
          if (answer instanceof Error) throw answer;
          if (answer === 'hangs')
            return new Promise<Json>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
          const result = answer as Json;
          return resource.endsWith('lambda:invoke')
            ? { StatusCode: 200, ExecutedVersion: '$LATEST', Payload: result }
            : result;
        },
      },
    },
  );
  // Just before the machine's own timeout: what is not over by then never ends by itself.
  await clock.advance((machine.TimeoutSeconds - 1) * 1000);
  const { events, ...rest } = await Promise.race([ended, stuck(calls)]);
  const entered = events.flatMap(nameEntered);
  return {
    ...rest,
    events,
    path: entered.filter((name) => !beside.has(name)),
    announced: entered.filter((name) => beside.has(name)),
    calls,
    payloads: (of) => calls.filter((call) => call.of === of).map(({ payload }) => payload),
  };
}

/** Assess gives the verdict itself, unless it is asked for evidence alone: what the script says of Decide is said of both. */
const givesVerdict = ({ of, payload }: Call): boolean =>
  of === 'decide' || (of === 'assess' && typeof payload['approved'] === 'boolean');

type Gathered = { readonly evidence: { readonly gatheredAt: number } };

const isGathered = (answer: object | string): answer is Gathered => typeof answer === 'object' && 'evidence' in answer;

function weighed<A extends Answer>({ evidence }: Gathered, verdict: A): A | { readonly [member: string]: Json } {
  if (verdict instanceof Error || verdict === 'hangs' || typeof verdict === 'function') return verdict;
  return { evidenceAt: evidence.gatheredAt, standing: null, ...(verdict as object) };
}

export const startedAt = Date.parse('2026-11-20T10:00:00Z');

const beside: ReadonlySet<string> = new Set(['Announce', 'Announced']);

export const nameEntered = ({ stateEnteredEventDetails }: HistoryEvent): string[] =>
  stateEnteredEventDetails?.name === undefined ? [] : [stateEnteredEventDetails.name];

async function stuck(calls: readonly Call[]): Promise<never> {
  await new Promise(setImmediate);
  throw new Error(
    `the run does not end; its last calls: ${calls
      .slice(-5)
      .map(({ of }) => of)
      .join(', ')}`,
  );
}

function calledBy(resource: string, functionName: string | undefined): Called {
  if (resource === 'arn:aws:states:::sns:publish') return 'page';
  const step = Object.entries(functions).find(([, arn]) => arn === functionName)?.[0];
  if (step === undefined) throw new Error(`${resource} of ${functionName}`);
  return step as Called;
}

export const iso = (ms: number): string => new Date(ms).toISOString();

export const incident = { id: 'orders#7', service: 'orders', mode: 'automatic', epoch: 7, holder: 'this run' };

export function move(changes: { to?: string; percents?: number[]; prepare?: string[]; approval?: Json } = {}): Answer {
  const { to = 'us-west-2', percents = [100], prepare = [], approval = null } = changes;
  const prior = { epoch: 6, weights: { 'us-east-1': 1000, 'us-west-2': 0 } };
  const steps = percents.map((percent) => ({ percent, weights: {}, bakeMs: percent === 100 ? 0 : 60_000 }));
  const plan = { from: 'us-east-1', to, prior, steps, prepare };
  return {
    verdict: { kind: 'move', diagnosis: 'region-down', plan, because: 'it is down', approval },
    recheckAt: null,
  };
}

export const hold =
  (recheckAfterMs: number | null): Answer =>
  ({ at }) => ({
    verdict: {
      kind: 'hold',
      diagnosis: 'healthy',
      reason: 'dwell',
      because: 'not yet',
      wouldChange: 'time',
      recheckAfterMs,
    },
    recheckAt: recheckAfterMs === null ? null : iso(at + recheckAfterMs),
  });

export const shifted =
  (outcome = 'accepted'): Answer =>
  ({ at }) => ({ outcome, because: `the lever: ${outcome}`, at, verifyUntil: at + 60_000 });

export const verified = (changes: Record<string, Json> = {}): Answer => ({
  state: 'verified',
  because: 'real requests',
  streak: 2,
  lookAgainAt: null,
  bakeUntil: null,
  done: true,
  ...changes,
});

export const pending =
  (streak = 0): Answer =>
  ({ at }) => ({
    state: 'pending',
    because: 'not yet',
    streak,
    lookAgainAt: iso(at + 2000),
    bakeUntil: null,
    done: false,
  });

/** As the real step derives it, as far as these tests go. */
const concluded: Answer = ({ payload }) => {
  const { refusal, verdict, act, approval, error } = payload as Record<string, Record<string, Json> | null>;
  const approved = approval === null || approval?.['approved'] === true;
  const held =
    verdict?.['kind'] === 'hold'
      ? 'held'
      : approved
        ? 'failed'
        : approval?.['decision'] === 'deadline'
          ? 'unanswered'
          : 'declined';
  const ending = (refusal && 'refused') ?? act?.['ending'] ?? (error && 'failed') ?? held;
  return { ending, headline: `orders: ${ending}`, incident: 'orders#7', deliveries: [] };
};

const plain: Readonly<Record<Called, Answer>> = {
  admit: { admitted: true, incident },
  assess: ({ at }) => ({ evidence: { gatheredAt: at, observations: [] } }),
  decide: move(),
  approve: 'hangs',
  announce: { deliveries: [{ channel: 'sns', delivered: true, attempts: 1, because: null }] },
  prepare: { outcome: 'ready', because: 'warm', answers: [] },
  shift: shifted(),
  verify: verified(),
  rollback: { outcome: 'rolled-back', because: 'as it was' },
  conclude: concluded,
  settle: { outcome: 'settled', because: 'nothing called' },
  page: { MessageId: 'm-1' },
};

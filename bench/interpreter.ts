import jsonata from 'jsonata';
import { stepFunctions } from '../deployment/steps.ts';
import { wallClock } from '../loopback/clock.ts';
import { compile, type RawMachine } from '../loopback/states/compile.ts';
import type { Json } from '../loopback/states/json.ts';
import type { Machine } from '../loopback/states/machine.ts';
import type { Ports } from '../loopback/states/ports.ts';
import { type Ended, runToEnd } from '../loopback/states/run-to-end.ts';
import { failoverMachine } from '../workflows/failover/machine.ts';
import { inTurn, type Rounds, ratios, type Spread, spread } from './spread.ts';

/** One after the other on one core; each machine is compiled once. */
export interface InterpreterBench {
  readonly failover: MachineBench;
  readonly thirtyEvents: MachineBench;
  /** How many evaluations of a small JSONata expression, by the same package, one execution costs. */
  readonly expressionsPerExecution: { readonly failover: Spread; readonly thirtyEvents: Spread };
}

export interface MachineBench {
  /** Of each execution's history. */
  readonly events: number;
  readonly executionsPerSecond: Spread;
  readonly eventsPerSecond: Spread;
}

export interface InterpreterOptions extends Rounds {
  /** How long one measurement takes, about. */
  readonly sliceMs: number;
  /** Of the retries' jitter. */
  readonly random: () => number;
}

export async function benchInterpreter({ sliceMs, random, ...rounds }: InterpreterOptions): Promise<InterpreterBench> {
  const ports: Ports = { clock: wallClock, random, tasks: { run: async (_, parameters) => answerTo(parameters) } };
  const machines = { failover: compile(failover), thirtyEvents: compile(thirtyEvents) };
  const play = (machine: Machine) => runToEnd(machine, { reason: 'bench', items: [3, 1, 2] }, ports);
  const events = {
    failover: checked(await play(machines.failover)),
    thirtyEvents: checked(await play(machines.thirtyEvents)),
  };
  if (events.thirtyEvents !== 30) throw new Error(`the machine of 30 events writes ${events.thirtyEvents}`);
  const small = jsonata('$sum(items) + $count(items)');
  const work = {
    failover: () => play(machines.failover),
    thirtyEvents: () => play(machines.thirtyEvents),
    expression: () => small.evaluate({ items: [3, 1, 2] }) as Promise<unknown>,
  };
  const names = ['failover', 'thirtyEvents', 'expression'] as const;
  // Code is compiled while it runs: the first slices are slower.
  await inTurn(names, { ...rounds, rounds: 2 }, (name) => perSecond(work[name], sliceMs));
  const rates = await inTurn(names, rounds, (name) => perSecond(work[name], sliceMs));
  const bench = (name: 'failover' | 'thirtyEvents'): MachineBench => ({
    events: events[name],
    executionsPerSecond: spread(rates[name]),
    eventsPerSecond: spread(rates[name].map((rate) => rate * events[name])),
  });
  return {
    failover: bench('failover'),
    thirtyEvents: bench('thirtyEvents'),
    expressionsPerExecution: {
      failover: ratios(rates.expression, rates.failover),
      thirtyEvents: ratios(rates.expression, rates.thirtyEvents),
    },
  };
}

function checked({ status, error, cause, events }: Ended): number {
  if (status !== 'SUCCEEDED') throw new Error(`the execution to be measured ended ${status}: ${error}: ${cause}`);
  return events.length;
}

async function perSecond(work: () => Promise<unknown>, sliceMs: number): Promise<number> {
  const start = performance.now();
  let done = 0;
  let elapsedMs = 0;
  do {
    await work();
    done += 1;
    elapsedMs = performance.now() - start;
  } while (elapsedMs < sliceMs);
  return (done * 1000) / elapsedMs;
}

const failover = failoverMachine({
  functions: stepFunctions((step) => `arn:aws:lambda:us-west-2:123456789012:function:understudy-${step}`),
  topicArns: {
    critical: 'arn:aws:sns:us-west-2:123456789012:understudy-critical',
    info: 'arn:aws:sns:us-west-2:123456789012:understudy-info',
  },
}) as object as RawMachine;

const weights = { 'us-east-1': 1000, 'us-west-2': 0 };
const plan = {
  from: 'us-east-1',
  to: 'us-west-2',
  prior: { epoch: 6, weights },
  steps: [{ percent: 100, weights, bakeMs: 0 }],
  prepare: [],
};

/** What each step's function answers in a recovery at the first try. */
const answers: Readonly<Record<string, Json>> = {
  admit: {
    admitted: true,
    incident: { id: 'orders#7', service: 'orders', mode: 'automatic', epoch: 7, holder: 'run' },
  },
  assess: { evidence: { gatheredAt: 0, observations: [] } },
  decide: {
    verdict: { kind: 'move', diagnosis: 'region-down', plan, because: 'it is down', approval: null },
    recheckAt: null,
  },
  announce: { deliveries: [{ channel: 'sns', delivered: true, attempts: 1, because: null }] },
  shift: { outcome: 'accepted', because: 'the lever took it', at: 0, verifyUntil: 60_000 },
  verify: { state: 'verified', because: 'real requests', streak: 2, lookAgainAt: null, bakeUntil: null, done: true },
  conclude: { ending: 'recovered', headline: 'orders moved', incident: 'orders#7', deliveries: [] },
};

function answerTo(parameters: Json): Json {
  const { FunctionName } = parameters as { readonly FunctionName: string };
  const step = FunctionName.slice(FunctionName.lastIndexOf('-') + 1);
  const Payload = answers[step];
  if (Payload === undefined) throw new Error(`no answer of ${FunctionName} was written`);
  return { StatusCode: 200, ExecutedVersion: '$LATEST', Payload };
}

const turns = 6;

/** Pass and Choice in turn, each with an expression, a variable and an output: two events a state, and one at each end. */
const thirtyEvents: RawMachine = {
  StartAt: 'Pass0',
  States: {
    ...Object.fromEntries(
      Array.from({ length: turns }, (_, turn) => [
        [
          `Pass${turn}`,
          {
            Type: 'Pass' as const,
            Assign: { total: `{% $sum($states.input.items) + ${turn} %}` },
            Output: "{% $merge([$states.input, {'turn': $count($states.input.items)}]) %}",
            Next: `Choice${turn}`,
          },
        ],
        [
          `Choice${turn}`,
          {
            Type: 'Choice' as const,
            Choices: [{ Condition: '{% $total < 0 %}', Next: 'Done' }],
            Default: turn < turns - 1 ? `Pass${turn + 1}` : 'Last',
          },
        ],
      ]).flat(),
    ),
    Last: { Type: 'Pass', Output: '{% {"total": $total} %}', Next: 'Done' },
    Done: { Type: 'Succeed' },
  },
};

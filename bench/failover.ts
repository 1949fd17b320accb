import { connectTo } from '../cli/connection.ts';
import type { Region } from '../core/brand.ts';
import { type Failover, homeRegion, type Service } from '../core/service.ts';
import { alarmName } from '../deployment/names.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { type Rung, type RungName, type RungStep, rungs } from './calls-alone.ts';
import { type Rounds, ratios, roundsMin, type Spread, spread } from './spread.ts';

/**
 * From the alarm's event to the lever's write accepted, against the calls that must follow one another, each measured
 * alone in the same run. Milliseconds.
 */
export interface FailoverBench {
  readonly tempo: number;
  /** From CloudWatch's event on the bus to UpdateKeys performed. */
  readonly eventToWriteMs: Spread;
  /** Of the calls below, one after the other, with nothing between them. */
  readonly sumAloneMs: Spread;
  /** Run by run. The goal is 1.5 at most. */
  readonly ratio: Spread;
  /** Waiting between the probes of a burst: in both of the above, and no work of anybody's. */
  readonly waitingMs: number;
  /** The same without that waiting: stricter, and independent of how long a burst is asked to last. */
  readonly ratioWithoutWaiting: Spread;
  /** Also without the two entries that are written down before they are acted upon, which no call needs the answer of. */
  readonly ratioWithoutRecords: Spread;
  readonly chain: readonly ChainLink[];
  /** Where the time of a run goes. `start` is from the event to the first state; the last one ends with the write. */
  readonly stepsMs: Readonly<Record<RungStep, Spread>>;
  /** States entered from the start to the one that writes, it included; `beside` are those of the announcement. */
  readonly transitions: { readonly onTheWay: number; readonly beside: number };
  readonly awsCalls: {
    /** That had begun when the write was accepted, StartExecution included. */
    readonly total: Spread;
    /** Of those, invocations by Step Functions and by Assess. */
    readonly lambdaInvokes: Spread;
    /** In the chain. */
    readonly sequential: number;
    readonly sequentialInvokes: number;
  };
  /** From ready to every function warm: what the functions' cold starts come to. Not in any of the above. */
  readonly warmingMs: number;
}

export interface ChainLink {
  readonly name: RungName;
  readonly calls: number;
  readonly because: string;
  readonly aloneMs: Spread;
}

const way = ['Admit', 'Assess', 'Shift'] as const;
type StepOnTheWay = (typeof way)[number];

const tempo = 20;

export async function benchFailover(
  given: Failover,
  { random, ...rounds }: Rounds & { readonly random: () => number },
): Promise<FailoverBench> {
  const sandbox = await startSandbox({ failover: atOnce(given), tempo, random, canaries: false });
  try {
    const readyAt = performance.now();
    await sandbox.warm();
    const warmingMs = performance.now() - readyAt;
    return { ...(await measure(sandbox, rounds)), warmingMs };
  } finally {
    await sandbox.close();
  }
}

/** Without the waits that a policy asks for: only work is left to measure. */
function atOnce(failover: Failover): Failover {
  const services = failover.services.map((service) => ({
    ...service,
    policy: {
      ...service.policy,
      dwellMs: 0,
      cooldownMs: 0,
      verify: { ...service.policy.verify, consecutive: 1 },
    },
  }));
  return { ...failover, services };
}

/** Until code is compiled and connections are open: the first runs are slower, and so are the first calls. */
const unmeasured = 3;

async function measure(sandbox: Sandbox, { rounds, budgetMs }: Rounds): Promise<Omit<FailoverBench, 'warmingMs'>> {
  const { failover } = sandbox;
  const [region] = failover.controlRegions;
  const service = failover.services.find(({ lever }) => lever.kind === 'kvs');
  if (region === undefined || service === undefined) throw new Error('the benchmark moves a service by KeyValueStore');
  await using connection = connectTo({ failover, endpoint: sandbox.addresses.aws, region });
  // A second run for the same service would be refused, and be in the way until then.
  sandbox.loopback.scheduler.stop();
  const scene: Scene = {
    sandbox,
    service,
    region,
    acknowledge: () => connection.ledger.change(service.name, acknowledge),
  };

  const home = homeRegion(service);
  await sandbox.setFault(home, 'dark');
  const pattern = await failOver(scene);
  await goHome(scene);
  await using alone = await rungs({
    sandbox,
    service,
    region,
    payloads: pattern.payloads,
    entries: await connection.ledger.entries(service.name, pattern.incident),
  });

  const measured: (Run & { readonly alone: Readonly<Record<RungName, number>> })[] = [];
  const until = performance.now() + budgetMs;
  for (let turn = -unmeasured; turn < rounds && (turn < roundsMin || performance.now() < until); turn++) {
    await sandbox.setFault(home, 'dark');
    const each = {} as Record<RungName, number>;
    for (const { name, measure } of alone.rungs) each[name] = await measure();
    const run = await failOver(scene);
    if (turn >= 0) measured.push({ ...run, alone: each });
    await goHome(scene);
  }
  return summary(service, alone.rungs, measured);
}

const acknowledge = { kind: 'acknowledge', incident: null } as const;

interface Scene {
  readonly sandbox: Sandbox;
  readonly service: Service;
  readonly region: Region;
  acknowledge(): Promise<unknown>;
}

interface Run {
  readonly incident: string;
  readonly eventToWriteMs: number;
  readonly stepsMs: Readonly<Record<RungStep, number>>;
  readonly transitions: { readonly onTheWay: number; readonly beside: number };
  /** Begun between the event and the write, by `<step> <service> <operation>`; the announcement's are among Shift's. */
  readonly calls: ReadonlyMap<string, number>;
  /** What each step's function was invoked with. */
  readonly payloads: Readonly<Record<StepOnTheWay, object>>;
}

/** One automatic run, from the alarm to its end. Throws unless it moved the service. */
async function failOver({ sandbox, service, region }: Scene): Promise<Run> {
  let eventAt: number | undefined;
  let writtenAt: number | undefined;
  const entered = new Map<string, number>();
  const exited = new Map<string, number>();
  const calls = new Map<string, number>();
  let step: RungStep = 'start';
  const unhook = sandbox.aws.faults.onCall((call, phase) => {
    if (eventAt === undefined || writtenAt !== undefined) return;
    if (phase === 'before') {
      const name = `${step} ${call.service} ${call.operation}`;
      calls.set(name, (calls.get(name) ?? 0) + 1);
    } else if (call.operation === 'UpdateKeys') writtenAt = performance.now();
  });
  const unwatch = sandbox.watch((event) => {
    if (event.kind === 'alarm' && event.state === 'ALARM') eventAt ??= performance.now();
    if (event.kind === 'state') {
      const times = event.phase === 'entered' ? entered : exited;
      if (!times.has(event.state)) times.set(event.state, performance.now());
      if (event.phase === 'entered') step = way.find((name) => name === event.state) ?? step;
    }
  });
  try {
    const ended = endOfExecution(sandbox);
    await setAlarm(sandbox, service, region, 'ALARM');
    const execution = await ended;
    const incident = await recovered(sandbox, execution, region);
    if (eventAt === undefined || writtenAt === undefined) throw new Error(`${incident} wrote nothing`);
    const startAt = eventAt;
    const endAt = writtenAt;
    const took = (step: StepOnTheWay) => {
      const from = entered.get(step);
      const to = step === 'Shift' ? endAt : exited.get(step);
      if (from === undefined || to === undefined) throw new Error(`${incident} did not go through ${step}`);
      return to - from;
    };
    return {
      incident,
      eventToWriteMs: endAt - startAt,
      stepsMs: {
        start: (entered.get('Admit') ?? Number.NaN) - startAt,
        Admit: took('Admit'),
        Assess: took('Assess'),
        Shift: took('Shift'),
      },
      calls,
      ...(await fromHistory(sandbox, execution, region)),
    };
  } finally {
    unhook();
    unwatch();
  }
}

async function goHome({ sandbox, service, region, acknowledge }: Scene): Promise<void> {
  await sandbox.setFault(homeRegion(service), null);
  await setAlarm(sandbox, service, region, 'OK');
  await acknowledge();
  const ended = endOfExecution(sandbox);
  const input = {
    service: service.name,
    mode: 'manual',
    to: homeRegion(service),
    reason: 'back for the next measurement',
    requestedBy: 'bench',
  };
  const stateMachineArn = sandbox.addresses.stateMachines[region];
  await sandbox.aws.call('states', 'StartExecution', { stateMachineArn, input: JSON.stringify(input) }, { region });
  await recovered(sandbox, await ended, region);
}

function setAlarm({ aws, failover }: Sandbox, service: Service, region: Region, StateValue: 'ALARM' | 'OK') {
  const AlarmName = alarmName(failover, service.name, homeRegion(service));
  return aws.call('cloudwatch', 'SetAlarmState', { AlarmName, StateValue, StateReason: 'bench' }, { region });
}

function endOfExecution(sandbox: Sandbox): Promise<string> {
  return new Promise((resolve) => {
    const unwatch = sandbox.watch((event) => {
      if (event.kind !== 'execution' || event.status === 'RUNNING') return;
      unwatch();
      resolve(event.execution);
    });
  });
}

async function recovered({ aws }: Sandbox, executionArn: string, region: Region): Promise<string> {
  const described = await aws.call('states', 'DescribeExecution', { executionArn }, { region });
  const output = JSON.parse(String(described['output'] ?? 'null')) as { ending?: string; incident?: string } | null;
  if (output?.ending === 'recovered' && output.incident !== undefined) return output.incident;
  throw new Error(`a run of the benchmark did not recover: ${JSON.stringify(described)}`);
}

interface HistoryEvent {
  readonly stateEnteredEventDetails?: { readonly name: string };
  readonly taskScheduledEventDetails?: { readonly parameters: string };
}

async function fromHistory({ aws }: Sandbox, executionArn: string, region: Region) {
  const { events } = (await aws.call(
    'states',
    'GetExecutionHistory',
    { executionArn, includeExecutionData: true, maxResults: 1_000 },
    { region },
  )) as { events: readonly HistoryEvent[] };
  const names = events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
  const untilWrite = names.slice(0, names.indexOf('Shift') + 1);
  const beside = names.filter((name) => name === 'Announce' || name === 'Announced').length;
  const payloads = {} as Record<StepOnTheWay, object>;
  for (const { taskScheduledEventDetails } of events) {
    if (taskScheduledEventDetails === undefined) continue;
    const { FunctionName = '', Payload } = JSON.parse(taskScheduledEventDetails.parameters) as {
      FunctionName?: string;
      Payload: object;
    };
    const step = way.find((name) => FunctionName.endsWith(`-${name.toLowerCase()}`));
    if (step !== undefined) payloads[step] ??= Payload;
  }
  const onTheWay = untilWrite.filter((name) => name !== 'Announce' && name !== 'Announced').length;
  return { transitions: { onTheWay, beside }, payloads };
}

function summary(
  service: Service,
  rungs: readonly Rung[],
  measured: readonly (Run & { readonly alone: Readonly<Record<RungName, number>> })[],
): Omit<FailoverBench, 'warmingMs'> {
  const [first] = measured;
  if (first === undefined) throw new Error('no run was measured');
  for (const run of measured) checkChain(rungs, run);
  const waitingMs = (service.policy.burst.count - 1) * service.policy.burst.intervalMs;
  const took = measured.map(({ eventToWriteMs }) => eventToWriteMs);
  const sumOf = (wanted: (rung: Rung) => boolean) =>
    measured.map(({ alone }) => rungs.filter(wanted).reduce((sum, { name }) => sum + alone[name], 0));
  const sums = sumOf(() => true);
  const withoutWaiting = (values: readonly number[]) => values.map((value) => value - waitingMs);
  const countOf = (wanted: RegExp) =>
    spread(
      measured.map(({ calls }) =>
        [...calls].reduce((count, [name, times]) => count + (wanted.test(name) ? times : 0), 0),
      ),
    );
  const step = (name: RungStep) => spread(measured.map(({ stepsMs }) => stepsMs[name]));
  return {
    tempo,
    eventToWriteMs: spread(took),
    sumAloneMs: spread(sums),
    ratio: ratios(took, sums),
    waitingMs,
    ratioWithoutWaiting: ratios(withoutWaiting(took), withoutWaiting(sums)),
    ratioWithoutRecords: ratios(withoutWaiting(took), withoutWaiting(sumOf(({ record }) => !record))),
    chain: rungs.map(({ name, calls, because }) => ({
      name,
      calls: calls.length,
      because,
      aloneMs: spread(measured.map(({ alone }) => alone[name])),
    })),
    stepsMs: {
      start: step('start'),
      Admit: step('Admit'),
      Assess: step('Assess'),
      Shift: step('Shift'),
    },
    transitions: first.transitions,
    awsCalls: {
      total: countOf(/./),
      lambdaInvokes: countOf(/ lambda Invoke$/),
      sequential: rungs.reduce((count, { calls }) => count + calls.length, 0),
      sequentialInvokes: rungs.flatMap(({ calls }) => calls).filter((call) => call === 'lambda Invoke').length,
    },
  };
}

/**
 * The sum is only honest while the product still makes every call that is in it, at the step where it is counted; and the chain only as short as it
 * says while Shift asks the lever nothing else. What Shift asks the ledger cannot be told from what Announce asks it beside.
 */
function checkChain(rungs: readonly Rung[], { calls, incident }: Run): void {
  const chain = rungs.flatMap((rung) => [...rung.calls, ...(rung.beside ?? [])].map((call) => `${rung.step} ${call}`));
  const atTheLever = [...calls.keys()].filter((name) => name.startsWith('Shift kvs '));
  for (const name of new Set([...chain, ...atTheLever])) {
    const expected = chain.filter((call) => call === name).length;
    const seen = calls.get(name) ?? 0;
    if (seen > expected && atTheLever.includes(name))
      throw new Error(`${incident}: ${name} ${seen} times before the write; the chain counts ${expected}`);
    if (seen < expected) throw new Error(`${incident}: ${name} ${seen} times; the chain counts ${expected}`);
  }
}

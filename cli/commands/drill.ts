import { planOf, practises } from '../../core/drill-plan.ts';
import { drillHoldDefaultMs, drillHoldMaxMs } from '../../core/drill-record.ts';
import { lasting } from '../../core/lasting.ts';
import { leverTraits } from '../../core/lever.ts';
import type { Service } from '../../core/service.ts';
import { type Command, type Invocation, operand, reasonOf, text, UsageError } from '../command.ts';
import { type Connection, connect, serviceNamed } from '../connection.ts';
import { detect } from '../detect.ts';
import { exitCodes } from '../exit-codes.ts';
import { followRun } from '../follow-run.ts';
import { lengthOf } from '../length.ts';
import { number } from '../number.ts';
import { regionOption } from '../region-option.ts';
import { servingRegion } from '../serving-region.ts';
import type { RunInput } from '../start-where-it-answers.ts';
import { reaching } from '../unreachable.ts';

export const drill: Command = {
  name: 'drill',
  operands: '<service>',
  summary: 'move real traffic for a while and back, by itself, with all gates of a real move',
  options: {
    to: { value: 'REGION', help: 'where to (default: the best ranked region that is fit)' },
    percent: { value: 'N', help: 'how much of the traffic (default: 100; less where the lever knows weights)' },
    for: { value: 'LENGTH', help: 'how long it stays there, up to 1h, like 90s or 30m (default: 30m)' },
    kind: {
      value: 'KIND',
      help: 'shift, or detection: the region that serves looks ill to observers alone (default: shift)',
    },
    key: { value: 'FILE', help: 'of a detection drill: the private key of detection.publicKey, as PEM' },
    plan: {
      value: 'NAME',
      help: 'as this plan of the configuration says, with its windows, dates and alarms, and now',
    },
    reason: { value: 'TEXT', help: 'why; it stands in the record and in every message' },
    end: { help: 'end the drill that is under way, before its time' },
    wait: { help: 'stay until the traffic is back; without it the command ends once it is away' },
  },
  example: 'understudy drill orders --percent 10 --for 30m --reason "monthly practice"',
  run,
};

async function run(invocation: Invocation): Promise<number> {
  await using connection = await connect(invocation);
  const service = serviceNamed(connection.failover, operand(invocation, 'service'));
  const kind = text(invocation, 'kind') ?? 'shift';
  if (kind === 'detection') return detect(invocation, connection, service);
  if (kind !== 'shift') throw new UsageError(`--kind ${kind} is none: there are shift and detection`);
  if (text(invocation, 'key') !== undefined) throw new UsageError('--key is for --kind detection');
  const inputOf = invocation.values['end'] === true ? ending : beginning;
  const input = await inputOf(invocation, connection, service);
  return input === null ? exitCodes.otherwise : follow(invocation, connection, input);
}

type DrillInput = RunInput & {
  readonly mode: 'drill';
  readonly percent?: number;
  readonly holdMs?: number;
  readonly plan?: string;
  readonly reason: string;
  readonly requestedBy: string;
  readonly force?: true;
};

async function beginning(invocation: Invocation, connection: Connection, service: Service): Promise<DrillInput> {
  const to = regionOption(invocation, 'to', service);
  const plan = text(invocation, 'plan');
  if (plan !== undefined) return planned(plan, invocation, connection, service);
  const percent = number(invocation, 'percent', { least: 1, most: 100, otherwise: 100, whole: true });
  if (percent < 100 && !leverTraits[service.lever.kind].weights) {
    throw new UsageError(
      `the lever of ${service.name}, ${service.lever.kind}, knows all or nothing: leave --percent out`,
    );
  }
  const length = text(invocation, 'for');
  const holdMs = length === undefined ? drillHoldDefaultMs : lengthOf(length);
  if (holdMs === null || holdMs < 1_000 || holdMs > drillHoldMaxMs) {
    throw new UsageError(`--for ${length} is no length up to 1h; write it like 90s, 30m or 1h`);
  }
  const from = await servingRegion(connection, service);
  return {
    service: service.name,
    mode: 'drill',
    percent,
    holdMs,
    ...(to === undefined ? {} : { to }),
    ...(from === undefined ? {} : { from }),
    reason: reasonOf(invocation) ?? 'practice',
    requestedBy: await connection.identity(),
  };
}

/** What it moves, and for how long, the plan says. */
async function planned(
  plan: string,
  invocation: Invocation,
  { failover, identity }: Connection,
  service: Service,
): Promise<DrillInput> {
  const stray = ['to', 'percent', 'for'].find((option) => invocation.values[option] !== undefined);
  if (stray !== undefined) throw new UsageError(`the plan says what --${stray} would: leave it out`);
  if (planOf(failover.drills, plan, service) === null) {
    const known = failover.drills.filter((each) => practises(each, service)).map(({ name }) => name);
    throw new UsageError(`${plan} is no plan of drills for ${service.name}; there is ${known.join(', ') || 'none'}`);
  }
  const reason = reasonOf(invocation) ?? `as the plan ${plan} says`;
  return { service: service.name, mode: 'drill', plan, reason, requestedBy: await identity() };
}

/** By force, because ending it is what a person asks for now, whoever paused the service. */
async function ending(
  invocation: Invocation,
  { ledger, identity }: Connection,
  { name }: Service,
): Promise<DrillInput | null> {
  const stray = ['to', 'percent', 'for', 'plan'].find((option) => invocation.values[option] !== undefined);
  if (stray !== undefined) throw new UsageError(`--${stray} is for a drill that begins, and --end ends one`);
  const { drill: known, detection } = await reaching('the ledger could not be read', () => ledger.read(name));
  if (known === null && detection !== null) {
    invocation.err(
      `${detection.id} is a drill of detection that has moved nothing yet: it ends by itself at ${new Date(detection.until).toISOString()}. To keep it from moving ${name}: understudy pause ${name}`,
    );
    return null;
  }
  if (known === null) {
    invocation.err(`${name} has no drill under way: there is nothing to end`);
    return null;
  }
  const reason = reasonOf(invocation) ?? `${known.incident} is ended before its time`;
  return { service: name, mode: 'drill', returns: known.incident, reason, requestedBy: await identity(), force: true };
}

/** Until the traffic is away, where nobody waits: the state machine holds and leads back, whatever becomes of this machine. */
function follow(invocation: Invocation, connection: Connection, input: DrillInput): Promise<number> {
  const { out, values } = invocation;
  const json = values['json'] === true;
  return followRun(invocation, connection, input, async (state, executionArn) => {
    if (state !== 'WaitToReturn') return null;
    const { drill: away } = await reaching('the ledger could not be read', () => connection.ledger.read(input.service));
    if (away === null) return null;
    if (!json) {
      out(
        `${away.percent} % of ${away.from} is in ${away.to} for ${lasting(away.until - connection.now())}, and returns by itself at ${new Date(away.until).toISOString()} (${away.incident}). To end it before: understudy drill ${input.service} --end`,
      );
    }
    if (values['wait'] === true) return null;
    if (json) out(JSON.stringify({ execution: executionArn, drill: away }));
    return exitCodes.done;
  });
}

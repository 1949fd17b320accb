import type { Instant } from '../../core/brand.ts';
import { FLEET } from '../../core/record.ts';
import { type Failover, servicesIn } from '../../core/service.ts';
import { keepOut } from '../../handlers/steps/region/keep-out.ts';
import { type LeavePorts, type Left, leave, type Staying } from '../../handlers/steps/region/leave.ts';
import { type Proof, prove } from '../../handlers/steps/region/prove.ts';
import { type Command, type Invocation, operand, printerOf, text, UsageError } from '../command.ts';
import { connect } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import { momentToCome } from '../instant.ts';
import { operatorEntry } from '../operator.ts';
import { reasonGiven, regionOf, regionPorts } from '../region-acts.ts';

export const fence: Command = {
  name: 'fence',
  operands: '<region>',
  summary:
    'lead the callers of every kvs service out of a region by one write, and keep everything out of it until unfence',
  options: {
    reason: { value: 'TEXT', help: 'why; it stands in the record, and in what people are told' },
    until: {
      value: 'WHEN',
      help: 'until when, like 90m, 2h or 2026-11-27T21:00:00Z: after that people are told, and it holds on until unfence',
    },
    force: { help: 'also what is paused; never towards a region that is not good' },
  },
  example: 'understudy fence us-east-1 --until 2h --reason "AWS has an event there"',
  run,
};

async function run(invocation: Invocation): Promise<number> {
  const { values, out, err } = invocation;
  const reason = reasonGiven(invocation);
  await using connection = await connect(invocation);
  const { failover, now } = connection;
  const region = regionOf(operand(invocation, 'region'), connection);
  const until = untilOf(invocation, now());
  const by = await connection.identity();
  const services = servicesIn(failover, region);
  const say = printerOf(invocation);
  const ports = regionPorts(connection, err);

  const command = { kind: 'fence', region, by, reason, until } as const;
  // First, so that nothing moves in or goes home there meanwhile.
  for (const failed of await keepOut(services, command, ports)) err(`${region} may not be fenced for ${failed}`);
  await ports.ledger.append(operatorEntry(FLEET, command, by, now())).catch((error: Error) => err(error.message));

  const act = { id: `fence-${region}-${now()}`, region, by, reason };
  const told = new Set<string>();
  const tellOf = ({ stays, runs }: Pick<Left, 'stays' | 'runs'>): void => {
    const tell = ({ service }: Staying, line: string): void => {
      if (!told.has(service)) say(line);
      told.add(service);
    };
    for (const one of stays) tell(one, `${one.service} stays in ${region}: ${one.because}`);
    for (const one of runs)
      tell(one, `${one.service} stays: no fence moves it, because ${one.because}; understudy evacuate ${region} does`);
  };
  const leaving = { ...act, services, kept: [], force: values['force'] === true };
  const left = await leave(leaving, ports, failover, tellOf);
  tellOf(left);
  const proofs = await proved(left, ports, failover);
  for (const { isProved, because } of proofs) say(`${isProved ? 'verified' : 'NOT VERIFIED'}: ${because}`);
  if (left.writes > 0) say(`${left.led.length} services are led out of ${region}, in ${count(left.writes, 'write')}`);
  else say(`no service had to be led out of ${region}`);
  say(`it holds for all services that move by kvs${limits(left)}; to open it: understudy unfence ${region}`);
  if (values['json'] === true) out(JSON.stringify({ region, until, ...plainly(left), verified: proofs.map(plain) }));
  const isDone = left.stays.length + left.runs.length === 0 && proofs.every(({ isProved }) => isProved);
  return isDone ? exitCodes.done : exitCodes.otherwise;
}

/** Each with the time that its own policy gives a move to be proven; told when all are over. */
async function proved(left: Left, ports: LeavePorts, failover: Failover) {
  const toProve = left.led.flatMap(({ service, override }) => {
    const found = failover.services.find(({ name }) => name === service);
    return found === undefined ? [] : [{ service: found, override }];
  });
  const timeoutMs = Math.max(0, ...toProve.map(({ service }) => service.policy.verify.timeoutMs));
  return prove(toProve, ports.clock.now() + timeoutMs, ports, failover);
}

const plainly = ({ led, runs, stays, away, writes }: Left) => ({
  led,
  runs: runs.map(({ service, because }) => ({ service, because })),
  stays,
  away,
  writes,
});

const plain = ({ service, isProved, because }: Proof) => ({ service: service.name, isProved, because });

const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? '' : 's'}`;

const limits = ({ stays, runs }: Left): string =>
  stays.length + runs.length === 0
    ? ''
    : `, but not for ${[...stays, ...runs].map(({ service }) => service).join(', ')}`;

/** Null where nothing was said: then nobody is reminded. */
function untilOf(invocation: Invocation, now: Instant): Instant | null {
  const given = text(invocation, 'until');
  if (given === undefined) return null;
  const at = momentToCome(given, now);
  if (at !== null) return at;
  throw new UsageError(
    `--until ${given} is neither a length like 2h nor a point in time to come like 2026-11-27T21:00:00Z`,
  );
}

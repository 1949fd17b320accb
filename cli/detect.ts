import { createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { drillHoldMaxMs } from '../core/drill-record.ts';
import { type Failover, regionNames, type Service } from '../core/service.ts';
import { isOpen } from '../core/trouble.ts';
import { flagParameter } from '../deployment/names.ts';
import { raiseFlag } from '../handlers/adapters/flag.ssm.ts';
import { type Invocation, reasonOf, text, UsageError } from './command.ts';
import type { Connection } from './connection.ts';
import { exitCodes } from './exit-codes.ts';
import { lengthOf } from './length.ts';
import { servingRegion } from './serving-region.ts';
import { reaching } from './unreachable.ts';

const defaultMs = 20 * 60_000;

/** Lets the region that serves look ill to observers, until something has moved or the time is over. */
export async function detect(invocation: Invocation, connection: Connection, service: Service): Promise<number> {
  const { failover, ledger, now, identity, endpoint } = connection;
  const { privateKey, forMs } = await asked(invocation, failover, service);
  const serving = await servingRegion(connection, service);
  const region = regionNames(service).find((name) => name === serving);
  if (region === undefined) throw new UsageError(`no single region of ${service.name} serves: there is none to feign`);
  const { trouble } = await reaching('the ledger could not be read', () => ledger.read(service.name));
  if (isOpen(trouble)) {
    invocation.err(`no drill is begun: people were told of ${trouble.id}, which is not over`);
    return exitCodes.otherwise;
  }
  const [by, until] = [await identity(), now() + forMs];
  const reason = reasonOf(invocation) ?? 'practice';
  const id = `detection@${new Date(now()).toISOString()}`;
  // The ledger first: a flag of which it knows nothing makes canaries red, and moves nothing.
  const command = { kind: 'begin-detection', id, region, by, reason, until } as const;
  const outcome = await reaching('the ledger could not be changed', () => ledger.change(service.name, command));
  if (outcome.kind === 'refused') {
    invocation.err(`no drill is begun (${outcome.refusal}): ${outcome.because}`);
    return exitCodes.otherwise;
  }
  const flag = { v: 1, id, service: service.name, region, until } as const;
  const missed = await raiseFlag(flag, privateKey, {
    parameter: flagParameter(failover, service),
    observers: failover.observers,
    endpoint: endpoint ?? undefined,
  });
  if (invocation.values['json'] === true) {
    invocation.out(JSON.stringify({ detection: outcome.record.detection, missed }));
  } else {
    invocation.out(
      `${region} looks ill to observers of ${service.name} until ${new Date(until).toISOString()} (${id}). What is to follow by itself: alarms, a run, a verified move, and the way back. See it: understudy watch ${service.name}`,
    );
  }
  for (const { observer, because } of missed)
    invocation.err(`${observer} was not told, and sees the truth: ${because}`);
  return missed.length === 0 ? exitCodes.done : exitCodes.otherwise;
}

async function asked(invocation: Invocation, failover: Failover, service: Service) {
  const stray = ['to', 'percent', 'plan', 'end', 'wait'].find((option) => invocation.values[option] !== undefined);
  if (stray !== undefined) throw new UsageError(`--${stray} is for a shift drill`);
  const privateKey = await keyIn(text(invocation, 'key'), failover);
  const length = text(invocation, 'for');
  const forMs = length === undefined ? defaultMs : lengthOf(length);
  if (forMs === null || forMs < 1_000 || forMs > drillHoldMaxMs) {
    throw new UsageError(`--for ${length} is no length up to 1h; write it like 15m`);
  }
  if (!service.policy.automatic || service.policy.shadow) {
    throw new UsageError(`automation does not move ${service.name} by its policy: there is no chain to try`);
  }
  return { privateKey, forMs };
}

/** Throws `UsageError` where it is not the key that observers believe. */
async function keyIn(file: string | undefined, { detection }: Failover): Promise<string> {
  if (detection === undefined) {
    throw new UsageError('the configuration has no detection.publicKey: observers would believe nobody');
  }
  if (file === undefined)
    throw new UsageError('say which key, with --key FILE: the private key of detection.publicKey');
  let own: string;
  let privateKey: string;
  try {
    privateKey = await readFile(file, 'utf8');
    own = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).toString('base64');
  } catch {
    throw new UsageError(`${file} cannot be read, or is no private key as PEM`);
  }
  if (own === detection.publicKey) return privateKey;
  throw new UsageError(`${file} is not the private key of detection.publicKey: observers would not believe it`);
}

import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { ConfigurationMistake, parseFailover } from '../config/define-failover.ts';
import { defaultFile } from '../config/load.ts';
import { type Region, region } from '../core/brand.ts';
import type { Failover, Service } from '../core/service.ts';
import { dynamoLedger } from '../handlers/adapters/ledger.dynamodb.ts';
import { leverOf } from '../handlers/adapters/lever.ts';
import type { Ledger, Lever } from '../handlers/ports.ts';
import { type Invocation, text, UsageError } from './command.ts';
import { deployedFailover, stageOf, writtenFailover } from './configuration.ts';
import { ControlRegions } from './control-regions.ts';
import { didYouMean } from './did-you-mean.ts';
import { type Executions, executionsIn } from './executions.ts';
import { exitCodes } from './exit-codes.ts';
import { followingClient } from './following-ledger.ts';
import { identityIn } from './identity.ts';
import { type OperatorCommand, operatorEntry } from './operator.ts';
import { printableLine } from './printable.ts';
import { reaching, Unreachable } from './unreachable.ts';

/** What the commands work with. AWS and the sandbox differ by the endpoint alone. */
export interface Connection extends AsyncDisposable {
  readonly failover: Failover;
  /** Null for AWS itself. */
  readonly endpoint: string | null;
  /** The first control region, or the one that a person has chosen. */
  readonly region: Region;
  /** That one, and where else a run may be started and the ledger be found when it does not answer. */
  readonly regions: ControlRegions;
  /** Follows `regions`. */
  readonly ledger: Ledger;
  readonly lever: (service: Service) => Lever;
  readonly executionsIn: (region: Region) => Executions;
  readonly now: () => number;
  /** Who works here, as AWS knows them. */
  readonly identity: () => Promise<string>;
}

export async function connect(invocation: Invocation): Promise<Connection> {
  const endpoint = chosenEndpoint(text(invocation, 'endpoint'));
  const failover = await configuration(invocation, endpoint);
  const [region, ...otherRegions] = chosenRegions(failover, text(invocation, 'region'));
  return connectTo({ failover, endpoint, region, otherRegions, say: invocation.err });
}

export function connectTo({
  failover,
  endpoint,
  region,
  otherRegions = [],
  say,
}: {
  failover: Failover;
  endpoint: string | null;
  region: Region;
  otherRegions?: readonly Region[];
  /** Hears which regions were skipped. */
  say?: (text: string) => void;
}): Connection {
  if (endpoint !== null) signAnyhow();
  const byRegion = new Map<Region, Executions>();
  const inRegion = (region: Region): Executions => {
    const executions = byRegion.get(region) ?? executionsIn(region, endpoint);
    byRegion.set(region, executions);
    return executions;
  };
  // Kept: a client has connections of its own.
  const levers = new Map<Service, Lever>();
  const lever = (service: Service): Lever => {
    const made = levers.get(service) ?? leverOf(service, region);
    levers.set(service, made);
    return made;
  };
  const regions = new ControlRegions([region, ...otherRegions], say);
  const client = followingClient(failover, regions, endpoint);
  const now = Date.now;
  const ledger = dynamoLedger({
    client,
    tableName: failover.ledger.tableName,
    clock: { now },
    random: Math.random,
    wait,
    newVersion: randomUUID,
  });
  return {
    failover,
    endpoint,
    region,
    regions,
    ledger,
    lever,
    executionsIn: inRegion,
    now,
    identity: () => identityIn(region, endpoint),
    async [Symbol.asyncDispose]() {
      for (const { close } of byRegion.values()) close();
      client.close();
    },
  };
}

/** A sandbox reads the scope of a signature and verifies nothing: without credentials of one's own any will do. */
function signAnyhow(): void {
  process.env['AWS_ACCESS_KEY_ID'] ??= 'sandbox';
  process.env['AWS_SECRET_ACCESS_KEY'] ??= 'sandbox';
}

export function serviceNamed(failover: Failover, name: string): Service {
  const service = failover.services.find((candidate) => candidate.name === name);
  if (service !== undefined) return service;
  const known = failover.services.map(({ name }) => name);
  throw new UsageError(
    `there is no service ${name}${didYouMean(name, known)}; the configuration has ${known.join(', ')}`,
  );
}

/** Those that were named, or all. Throws `UsageError`. */
export const servicesNamed = (failover: Failover, names: readonly string[]): readonly Service[] =>
  names.length === 0 ? failover.services : names.map((name) => serviceNamed(failover, name));

/** Changes the ledger for a person, leaves an entry that says so, and prints what is now true. */
export async function operate(
  { out, err, values }: Invocation,
  { ledger, failover, now, identity }: Connection,
  name: string,
  command: OperatorCommand,
  done: string,
  why?: string,
): Promise<number> {
  const service = serviceNamed(failover, name).name;
  const outcome = await reaching('the ledger could not be changed', () => ledger.change(service, command));
  if (outcome.kind === 'done') {
    const entry = operatorEntry(service, command, await identity(), now(), why);
    await reaching('the ledger could not be written', () => ledger.append(entry));
  }
  // What was to be reached is so already: armed is armed.
  const isSo = outcome.kind === 'done' || (command.kind === 'acknowledge' && outcome.record.armed);
  if (values['json'] === true) out(JSON.stringify(outcome));
  else (isSo ? out : err)(printableLine(outcome.kind === 'done' ? done : outcome.because));
  return isSo ? exitCodes.done : exitCodes.otherwise;
}

/**
 * `--config`; else the sandbox's own where the endpoint is one; else the file in this folder. `load` says how much of what is
 * deployed has to be known: all of it, to move traffic.
 */
export async function configuration(
  invocation: Invocation,
  endpoint: string | null,
  load: (invocation: Invocation, file: string) => Promise<Failover> = deployedFailover,
): Promise<Failover> {
  const file = text(invocation, 'config') ?? process.env['UNDERSTUDY_CONFIG'];
  if (file !== undefined || endpoint === null) return load(invocation, file ?? defaultFile);
  return sandboxConfiguration(endpoint, await deploymentIn(invocation));
}

/** Name of the deployment of the stage that was chosen, which is the stage's where no file here says another; undefined for a sandbox's own. */
export async function deploymentIn(invocation: Invocation): Promise<string | undefined> {
  const stage = stageOf(invocation);
  if (stage === undefined || !existsSync(defaultFile)) return stage;
  const { name } = await writtenFailover(invocation, defaultFile).catch((error: unknown) => {
    if (error instanceof ConfigurationMistake) return { name: stage };
    throw error;
  });
  return name;
}

/** The configuration as a sandbox has it deployed, with its addresses: its own, or of a deployment beside it. */
export async function sandboxConfiguration(endpoint: string, deployment?: string): Promise<Failover> {
  const query = deployment === undefined ? '' : `?deployment=${encodeURIComponent(deployment)}`;
  const { ok, status, body } = await reaching(
    `${endpoint} does not answer (npm run sandbox starts one, and prints its address)`,
    async () => {
      const answer = await fetch(`${endpoint}/_sandbox/config${query}`, { signal: AbortSignal.timeout(5_000) });
      return { ok: answer.ok, status: answer.status, body: answer.ok ? ((await answer.json()) as unknown) : null };
    },
  );
  if (!ok && deployment !== undefined && status === 404) {
    throw new UsageError(`${endpoint} has no deployment ${deployment}; understudy sandbox --beside starts one`);
  }
  if (!ok) {
    throw new Unreachable(`${endpoint} is no sandbox (pass --config as well)`, new Error(`it answered ${status}`));
  }
  return parseFailover(body, `${endpoint}/_sandbox/config`);
}

/** `--endpoint`, or the variables that AWS's own tools obey; empty is unset, as they have it. */
export function chosenEndpoint(given: string | undefined, env: NodeJS.ProcessEnv = process.env): string | null {
  const isIgnored = env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] === 'true';
  const configured = isIgnored ? undefined : env['AWS_ENDPOINT_URL'];
  const endpoint = given ?? configured ?? '';
  if (endpoint === '' && given === undefined) return null;
  if (URL.canParse(endpoint) && /^https?:$/.test(new URL(endpoint).protocol)) return endpoint.replace(/\/+$/, '');
  const said = given === undefined ? 'AWS_ENDPOINT_URL' : '--endpoint';
  throw new UsageError(`${said} is no http(s) URL: ${endpoint || 'nothing'}; write it like http://127.0.0.1:4566`);
}

/** Of those that run the orchestrator: the one that was given, or all in order. */
function chosenRegions({ controlRegions, ledger }: Failover, given: string | undefined): [Region, ...Region[]] {
  const [first = ledger.region, ...others] = controlRegions;
  if (given === undefined) return [first, ...others];
  if (controlRegions.includes(region(given))) return [region(given)];
  throw new UsageError(`--region ${given} runs no orchestrator; ${controlRegions.join(', ')} do`);
}

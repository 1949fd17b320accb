import { existsSync } from 'node:fs';
import {
  CloudFrontKeyValueStoreClient,
  GetKeyCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import { ConditionalCheckFailedException, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetRoutingControlStateCommand, Route53RecoveryClusterClient } from '@aws-sdk/client-route53-recovery-cluster';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import '@aws-sdk/signature-v4a';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { type Connection, connectTo } from '../../cli/connection.ts';
import { region as asRegion } from '../../core/brand.ts';
import type { Delivery, Entry, Happening } from '../../core/entry.ts';
import type { Ending } from '../../core/incident.ts';
import { knownStore } from '../../core/lever.ts';
import { homeWeights } from '../../core/plan.ts';
import type { Routing } from '../../core/routing.ts';
import type { Failover, Service } from '../../core/service.ts';
import { functionName } from '../../deployment/names.ts';
import type { AwsFault, CallHook } from '../../loopback/aws/faults.ts';
import type { Call } from '../../loopback/aws/service.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import type { SandboxOptions } from '../../sandbox/sandbox-options.ts';
import type { WorldEvent } from '../../sandbox/world-event.ts';
import { home } from './configuration.ts';
import { until } from './until.ts';

export const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

/** What SDK clients reach the sandbox with. */
export const clientConfig = (endpoint: string, region: string) => ({ region, endpoint, credentials });

/** How an execution ended; what only a conclusion tells is null where the machine could not come to one. */
export interface Ended {
  readonly arn: string;
  readonly status: string;
  readonly ending: Ending | null;
  readonly headline: string | null;
  readonly incident: string | null;
  readonly deliveries: readonly Delivery[];
  readonly error: string | null;
  readonly cause: string | null;
}

export interface Run {
  readonly arn: string;
  ended(): Promise<Ended>;
}

/** A sandbox of the test file's own, and the ways in that anybody has: SDK clients, HTTP, DNS. */
export interface Deployment {
  readonly sandbox: Sandbox;
  readonly failover: Failover;
  readonly connection: Connection;
  /** What happened to the world in this test. */
  readonly events: readonly WorldEvent[];
  /** Subjects of what people were told in this test, by channel: `slack`, `sns understudy-critical`. */
  told(channel: string): readonly string[];
  /** Calls that changed a lever in this test, as they arrived. */
  readonly leverWrites: readonly Call[];
  /** Begins events and writes anew, as each test does. */
  forget(): void;

  /** Starts an execution with whatever input, as EventBridge or a person would. */
  begin(input: unknown, region?: string): Promise<Run>;
  run(input: unknown, region?: string): Promise<Ended>;
  /** A turn of the reconciler in the first control region, whose schedule rests here without canaries. */
  reconcile(): Promise<void>;
  /** A person's move; acknowledges before and after, so that automation is armed. */
  comeHome(service: string): Promise<void>;

  /** `POST /_sandbox/faults` */
  fault(region: string, fault: string): Promise<void>;
  /** Ends with the test, unless it is kept until it is healed by its id. */
  awsFault(fault: AwsFault, keep?: 'kept'): Promise<string>;
  /** `DELETE /_sandbox/faults`, of one region or one of AWS's, or all. */
  heal(which?: { readonly region: string } | { readonly id: string }): Promise<void>;
  /** Called around every call to AWS until the test ends. */
  onCall(hook: CallHook): void;

  /** Called whenever a run enters the state, until the test ends; no function in the run's region is invoked meanwhile. */
  beforeEach(state: string, act: () => Promise<void>): void;

  /** What the lever itself says. */
  lever(service: string): Promise<{ readonly epoch: number | null; readonly weights: Record<string, number> }>;
  /** What callers meet, the override of regions included. */
  routing(service: string): Promise<Routing>;
  record: Connection['ledger']['read'];
  entries(service: string, incident?: string): Promise<readonly Entry[]>;
  /** The entries of one kind, in order. */
  happenings<K extends Happening['kind']>(
    service: string,
    incident: string,
    kind: K,
  ): Promise<readonly Extract<Happening, { kind: K }>[]>;
}

/** Starts the sandbox before the file's tests and ends it after them; after each one, no fault and no hook is left. */
export function deployment(options: Omit<SandboxOptions, 'dist'>): Deployment {
  const dist = 'dist';
  let up: { readonly sandbox: Sandbox; readonly connection: Connection } | undefined;
  const now = () => {
    if (up === undefined) throw new Error('the sandbox is only there while tests run');
    return up;
  };
  const events: WorldEvent[] = [];
  const leverWrites: Call[] = [];
  const hasBeacon = options.canaries !== true && options.failover.services.some(({ lever }) => lever.kind === 'beacon');
  const unhook: (() => void)[] = [];
  const kept = new Set<string>();
  const clients = new Map<string, SFNClient>();
  const states = (region: string) => {
    const client = clients.get(region) ?? new SFNClient(clientConfig(now().sandbox.addresses.aws, region));
    clients.set(region, client);
    return client;
  };

  beforeAll(async () => {
    if (!existsSync(`${dist}/functions`))
      throw new Error('there are no bundles in dist/: run `npm run build` before the end-to-end tests');
    const sandbox = await startSandbox({ tempo: 100, canaries: false, ...options, dist });
    const [region = options.failover.ledger.region] = sandbox.failover.controlRegions;
    up = { sandbox, connection: connectTo({ failover: sandbox.failover, endpoint: sandbox.addresses.aws, region }) };
    sandbox.watch((event) => events.push(event));
    sandbox.aws.faults.onCall((call, phase) => {
      if (phase === 'before' && (isLeverWrite(call) || (hasBeacon && isBeaconWrite(call)))) leverWrites.push(call);
    });
    await sandbox.warm();
    // Without canaries no alarm turns red by itself, so all that the reconciler could start are runs that look whether a
    // trouble of some test is over, in the middle of another one.
    if (options.canaries !== true) sandbox.loopback.scheduler.stop();
  }, startUpMs);
  const forget = () => {
    events.length = 0;
    leverWrites.length = 0;
  };
  beforeEach(forget);
  afterEach(async () => {
    for (const end of unhook.splice(0)) end();
    await healAll();
    await forgetTroubles();
  });
  afterAll(() => {
    // Whatever a file plays, the policies of the templates are enough for it.
    if (up !== undefined) expect(up.sandbox.loopback.iam.denials()).toEqual([]);
  });
  afterAll(async () => {
    for (const client of clients.values()) client.destroy();
    await up?.connection[Symbol.asyncDispose]();
    await up?.sandbox.close();
  });

  const faultsUrl = () => `${now().sandbox.addresses.aws}/_sandbox/faults`;
  async function post(body: object): Promise<{ id: string }> {
    const response = await fetch(faultsUrl(), { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`the fault was not taken: ${await response.text()}`);
    return (await response.json()) as { id: string };
  }
  async function heal(which: Record<string, string> = {}): Promise<void> {
    const response = await fetch(`${faultsUrl()}?${new URLSearchParams(which)}`, { method: 'DELETE' });
    if (!response.ok) throw new Error(`the fault was not cleared: ${await response.text()}`);
  }

  /** All but what is kept. */
  async function healAll(): Promise<void> {
    const { regions, aws } = (await (await fetch(faultsUrl())).json()) as { regions: object; aws: { id: string }[] };
    const ids = aws.map(({ id }) => id).filter((id) => !kept.has(id));
    await Promise.all([...Object.keys(regions).map((region) => heal({ region })), ...ids.map((id) => heal({ id }))]);
  }

  /**
   * What people were told would keep the next test's message from them, and looks of a fault that is healed would speak against
   * the region. No command takes either out of the record.
   */
  async function forgetTroubles(): Promise<void> {
    await Promise.all(now().sandbox.failover.services.map(({ name }) => forgetTroubleOf(name)));
  }

  async function forgetTroubleOf(name: string): Promise<void> {
    const { ledger } = now().sandbox.failover;
    const client = new DynamoDBClient(clientConfig(now().sandbox.addresses.aws, ledger.region));
    try {
      await client.send(
        new UpdateItemCommand({
          TableName: ledger.tableName,
          Key: { service: { S: name }, sk: { S: 'record' } },
          UpdateExpression: 'SET looks = :none, trouble = :nothing',
          ConditionExpression: 'attribute_exists(looks)',
          ExpressionAttributeValues: { ':none': { L: [] }, ':nothing': { NULL: true } },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    } finally {
      client.destroy();
    }
  }

  async function begin(input: unknown, region = now().connection.region as string): Promise<Run> {
    const stateMachineArn = now().sandbox.addresses.stateMachines[region];
    const command = new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) });
    const { executionArn: arn = '' } = await states(region).send(command);
    return { arn, ended: () => ended(states(region), arn) };
  }
  const run = async (input: unknown, region?: string) => (await begin(input, region)).ended();

  const serviceNamed = (name: string) => {
    const found = now().sandbox.failover.services.find((service) => service.name === name);
    if (found === undefined) throw new Error(`there is no service ${name}`);
    return found;
  };

  async function lever(name: string) {
    const service = serviceNamed(name);
    const { lever: config } = service;
    if (config.kind === 'kvs') return storedRouting(now().sandbox.addresses.aws, knownStore(config), service);
    if (config.kind === 'beacon') {
      const reading = await now().connection.lever(service).read();
      if (reading.kind === 'unreadable') throw new Error(reading.because);
      return reading.routing;
    }
    const states = Object.entries(config.controls).map(([region, arn]) =>
      controlState(now().sandbox.addresses.arc.at(-1) ?? '', region, arn),
    );
    return { epoch: null, weights: Object.fromEntries(await Promise.all(states)) };
  }

  function onCall(hook: CallHook): void {
    unhook.push(now().sandbox.aws.faults.onCall(hook));
  }

  return {
    get sandbox() {
      return now().sandbox;
    },
    get failover() {
      return now().sandbox.failover;
    },
    get connection() {
      return now().connection;
    },
    events,
    leverWrites,
    forget,
    told: (channel) =>
      events.flatMap((event) => (event.kind === 'notification' && event.channel === channel ? [event.subject] : [])),
    begin,
    run,
    async reconcile() {
      const lambda = new LambdaClient(clientConfig(now().sandbox.addresses.aws, now().connection.region));
      const FunctionName = functionName(now().sandbox.failover, 'reconcile');
      const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName, Payload: '{}' }));
      lambda.destroy();
      expect(FunctionError, Buffer.from(Payload ?? []).toString()).toBeUndefined();
    },
    async comeHome(service) {
      await healAll();
      const acknowledged = await now().connection.ledger.change(service, { kind: 'acknowledge', incident: null });
      const { weights } = await lever(service);
      if ((weights[home] ?? 0) === 1000) return;
      const { ending, cause } = await run({ service, to: home, reason: 'back home', requestedBy: 'the test' });
      if (ending !== 'recovered') throw new Error(`${service} did not come home (${acknowledged.kind}): ${cause}`);
    },
    async fault(region, fault) {
      await post({ region, fault });
    },
    async awsFault(fault, keep) {
      const { id } = await post(fault);
      if (keep !== undefined) kept.add(id);
      return id;
    },
    async heal(which) {
      if (which !== undefined && 'id' in which) kept.delete(which.id);
      await heal(which);
    },
    onCall,
    beforeEach(state, act) {
      const acting = new Map<string, Promise<void>>();
      const end = now().sandbox.watch((event) => {
        if (event.kind === 'state' && event.phase === 'entered' && event.state === state)
          acting.set(event.region, act());
      });
      unhook.push(end);
      onCall(({ service, operation, region }, phase) =>
        service === 'lambda' && operation === 'Invoke' && phase === 'before' ? acting.get(region) : undefined,
      );
    },
    lever,
    async routing(service) {
      const reading = await now().connection.lever(serviceNamed(service)).read();
      if (reading.kind === 'unreadable') throw new Error(reading.because);
      return reading.routing;
    },
    record: (service) => now().connection.ledger.read(service),
    entries: (service, incident) => now().connection.ledger.entries(service, incident),
    async happenings<K extends Happening['kind']>(service: string, incident: string, kind: K) {
      const entries = await now().connection.ledger.entries(service, incident);
      return entries.flatMap(({ what }) => (what.kind === kind ? [what as Extract<Happening, { kind: K }>] : []));
    },
  };
}

/** A dozen functions start: seconds, unless the machine is busy with something else. */
const startUpMs = 120_000;

/** Of a deployment without canaries: these put metrics too. */
const isBeaconWrite = ({ operation }: Call): boolean => operation === 'PutMetricData';

const isLeverWrite = ({ operation }: Call): boolean =>
  operation === 'UpdateKeys' || operation === 'UpdateRoutingControlStates' || operation === 'UpdateRoutingControlState';

async function ended(client: SFNClient, executionArn: string): Promise<Ended> {
  const { status, output, error, cause } = await until(`the end of ${executionArn}`, async () => {
    const described = await client.send(new DescribeExecutionCommand({ executionArn }));
    return described.status !== 'RUNNING' && { ...described, status: described.status ?? 'UNKNOWN' };
  });
  const concluded = output === undefined ? null : (JSON.parse(output) as Partial<Ended>);
  return {
    arn: executionArn,
    status,
    ending: concluded?.ending ?? null,
    headline: concluded?.headline ?? null,
    incident: concluded?.incident ?? null,
    deliveries: concluded?.deliveries ?? [],
    error: error ?? null,
    cause: cause ?? null,
  };
}

/** A store that a deployment made has no value of a service until the first move: it is at home then. */
async function storedRouting(aws: string, storeArn: string, service: Service) {
  const client = kvsClient(aws);
  try {
    const { Value = '' } = await client.send(new GetKeyCommand({ KvsARN: storeArn, Key: `s/${service.name}` }));
    const { e, w } = JSON.parse(Value) as { e: number; w: [string, number][] };
    return { epoch: e, weights: Object.fromEntries(w) };
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    return { epoch: 0, weights: homeWeights(service) };
  } finally {
    client.destroy();
  }
}

/** The SDK puts the account in front of a plain endpoint; a provider is taken as it is. */
export function kvsClient(aws: string): CloudFrontKeyValueStoreClient {
  const url = new URL(aws);
  return new CloudFrontKeyValueStoreClient({ region: home, credentials, endpointProvider: () => ({ url }) });
}

async function controlState(endpoint: string, region: string, arn: string): Promise<[string, number]> {
  const client = new Route53RecoveryClusterClient(clientConfig(endpoint, asRegion('ap-southeast-2')));
  try {
    const command = new GetRoutingControlStateCommand({ RoutingControlArn: arn });
    const { RoutingControlState } = await client.send(command);
    return [region, RoutingControlState === 'On' ? 1000 : 0];
  } finally {
    client.destroy();
  }
}

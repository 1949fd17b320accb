import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { builtTopologyNamed } from '../config/built-topology.ts';
import type { Topology } from '../config/topology.ts';
import { knownStore } from '../core/lever.ts';
import type { Failover, Service } from '../core/service.ts';
import { startArn } from '../deployment/names.ts';
import { createRoutingControlCluster } from '../loopback/aws/arc.ts';
import { createDynamoDb } from '../loopback/aws/dynamodb.ts';
import { AwsFaults } from '../loopback/aws/faults.ts';
import { createKeyValueStores } from '../loopback/aws/kvs.ts';
import { createLambda, type Lambda } from '../loopback/aws/lambda/lambda.ts';
import { type AwsServer, startAwsServer } from '../loopback/aws/server.ts';
import type { Aws } from '../loopback/aws/service.ts';
import { createSts } from '../loopback/aws/sts.ts';
import { startCanaries } from '../loopback/canaries/canaries.ts';
import { type Clock, wallClock } from '../loopback/clock.ts';
import { cloudwatchService } from '../loopback/cloudwatch/cloudwatch.ts';
import { eventsService } from '../loopback/events/events.ts';
import { snsService } from '../loopback/sns/sns.ts';
import { statesService } from '../loopback/states/service.ts';
import type { Addresses, ServiceAddresses } from './addresses.ts';
import { refuseMissingBundles } from './bundles.ts';
import { controlApi } from './control.ts';
import { startControlTarget } from './control-target.ts';
import { deploy, seedLevers, warmFunctions } from './deploy.ts';
import { behavioursOf, startDistribution } from './distribution.ts';
import { localFailover, withLevers } from './local-failover.ts';
import { startNameServer } from './name-server.ts';
import type { Fault } from './regions/fault.ts';
import { startRegions } from './regions.ts';
import { startSchedules } from './rules.ts';
import { servedAddresses } from './served.ts';
import { serviceCanaries } from './service-canaries.ts';
import { registerApplications, topologyApi, warmApplications } from './topology.ts';
import { worldWatch } from './watch.ts';
import type { WorldEvent } from './world-event.ts';

export interface SandboxOptions {
  /** The configuration as for AWS; addresses and ARNs of endpoints are replaced by this machine's. */
  readonly failover: Failover;
  /** Of all AWS services; ARC's endpoints take the next five. 0 for any. */
  readonly port?: number;
  /** How many times as fast as AWS periods pass. */
  readonly tempo?: number;
  /** The folder that `npm run build` wrote. */
  readonly dist?: string;
  /** The folder with `edge/`, where the function there is not that of `dist`. */
  readonly edgeDist?: string | undefined;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** How long an edge location keeps the old value of a key, before `tempo`. AWS publishes no number but "seconds". */
  readonly propagationMs?: number;
  /** One that the build wrote to `<dist>/topologies/`: its applications and its distribution. `failover` is its configuration. */
  readonly topology?: string | undefined;
  /** Off for tests that bring their own events. */
  readonly canaries?: boolean;
}

/** AWS on loopback with the configuration deployed on it. */
export interface Sandbox {
  readonly addresses: Addresses;
  /** The configuration as deployed here. */
  readonly failover: Failover;
  /** What was deployed behind its services, where that was one of the topologies. */
  readonly topology: Topology | undefined;
  readonly aws: AwsServer;
  readonly lambda: Lambda;
  /** Resolves once the fault can be seen from outside. */
  setFault(region: string, fault: Fault | null): Promise<void>;
  /** Resolves when every function has been started once; from then on the schedules and the canaries run. */
  warm(): Promise<void>;
  /** Returns what ends it. */
  watch(listener: (event: WorldEvent) => void): () => void;
  /** Ends everything that was started: servers, timers, threads, temporary files. */
  close(): Promise<void>;
}

/** The whole of it, wired together. Rejects with a message for people when a port is in use or a bundle is missing. */
export async function startSandbox({
  failover: configured,
  port = 0,
  tempo = 20,
  dist = 'dist',
  edgeDist: otherEdge,
  clock = wallClock,
  random = Math.random,
  propagationMs = 4_000,
  topology: topologyName,
  canaries: withCanaries = true,
}: SandboxOptions): Promise<Sandbox> {
  const given = withLevers(configured);
  const topology = topologyName === undefined ? undefined : builtTopologyNamed(topologyName, dist);
  const edgeDist = topology?.folder ?? otherEdge ?? dist;
  refuseMissingBundles(given, dist, edgeDist);
  const { account } = given;
  const undo: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const end of undo.splice(0).reverse()) await end();
  };
  try {
    const watch = worldWatch(clock);
    const faults = new AwsFaults({ clock });
    // Services call one another through the server that they are part of.
    let server: AwsServer | undefined;
    const aws: Aws = {
      account,
      call: (...call) =>
        server === undefined ? Promise.reject(new Error('the sandbox is not up')) : server.call(...call),
    };
    const events = eventsService({ clock, random, tempo, aws: () => aws, account });
    const emit = watch.emitting(events.emit);
    const cloudwatch = cloudwatchService({ clock, tempo, aws: () => aws, emit });
    const sns = snsService({ clock, random, tempo, aws: () => aws });
    const lambda = createLambda({ account, clock });
    const stores = createKeyValueStores({ now: clock.now, random });
    const cluster = createRoutingControlCluster({
      endpointIsUp: (endpoint) => !faults.endpointIsDown(endpoint),
      now: clock.now,
    });
    const states = statesService({ aws, clock, random, emit, onEvent: watch.stateEvent });

    const deployed: { failover?: Failover; addresses?: Addresses } = {};
    if (topology !== undefined) registerApplications(topology, given, lambda);
    const api =
      topology && topologyApi(topology, { account, lambda, now: clock.now, failover: () => deployed.failover });
    const regions = await startRegions(given, { now: clock.now, random, tempo, api });
    undo.push(() => regions.close());
    const controlTarget = await startControlTarget();
    undo.push(() => controlTarget.close());

    const setFault = async (region: string, fault: Fault | null) => {
      faults.clear({ region, fault: 'refused' });
      if (fault === 'lost') faults.set({ region, fault: 'refused' });
      await regions.setFault(region, fault);
      watch.tell({ kind: 'fault', region, fault });
    };
    const started = await startAwsServer({
      port,
      account,
      faults,
      services: [
        states,
        lambda,
        events,
        cloudwatch,
        watch.publishing(sns),
        createDynamoDb(),
        stores,
        cluster,
        createSts(),
      ],
      control: controlApi({
        addresses: () => deployed.addresses ?? { ready: false },
        regions: () => Object.keys(regions.urls),
        config: () => deployed.failover ?? {},
        setFault,
        clearFault: (region) => setFault(region, null),
        faults: () => regions.faults(),
        aws: faults,
        slack: watch.slack,
      }),
    });
    undo.push(() => started.close());

    server = started;

    seedLevers(given, stores, cluster);
    const distribution = await startDistribution(given, {
      dist: edgeDist,
      topology: topology && { ...topology, behaviours: behavioursOf(topology, given, tempo) },
      regions: regions.urls,
      stores,
      clock,
      random,
      propagationMs: propagationMs / tempo,
      onPropagated: watch.propagated(),
    });
    undo.push(async () => distribution?.close());
    const names = await startNameServer(given, {
      cluster,
      cloudwatch,
      addresses: regions.addresses,
      clock,
      random,
      tempo,
    });
    undo.push(() => names.close());

    const failover = localFailover(
      given,
      {
        aws: started.url,
        arc: started.arcUrls,
        edges: distribution?.urls ?? {},
        dns: names.address,
        dnsFrontPort: regions.sharedPort,
        regions: regions.urls,
        regional: distribution?.regional ?? {},
        controlTarget: controlTarget.url,
      },
      tempo,
    );
    const folder = await mkdtemp(join(tmpdir(), 'understudy-sandbox-'));
    undo.push(() => rm(folder, { recursive: true, force: true }));
    const configFile = join(folder, 'failover.json');
    await writeFile(configFile, JSON.stringify(failover));

    watch.levers(failover, stores, cluster);
    await deploy({
      failover,
      aws,
      lambda,
      dist: resolve(dist),
      env: environment(started.url, configFile, failover),
      served: servedAddresses(failover, regions, distribution, names.address),
    });
    cloudwatch.start();
    // Schedules and canaries wait for the functions to be warm: before that the processor belongs to cold starts, and probes
    // would time out.
    const ending = new AbortController();
    const warmed = Promise.all([
      warmFunctions(failover, aws, ending.signal),
      topology && warmApplications(failover, ending.signal),
    ]).then(async () => {
      if (ending.signal.aborted) return;
      await startSchedules(failover, aws);
      if (!withCanaries || ending.signal.aborted) return;
      const canaries = startCanaries({
        canaries: serviceCanaries(failover, resolve(dist)),
        aws,
        emit,
        isSilent: (region) => regions.faults()[region] === 'lost',
        clock,
        random,
        tempo,
      });
      canaries.onRun(watch.canaryRun);
      undo.push(() => canaries.close());
    });
    undo.push(async () => {
      ending.abort();
      await warmed.catch(() => undefined);
    });

    deployed.failover = failover;
    deployed.addresses = {
      ready: true,
      aws: started.url,
      arc: started.arcUrls,
      edge: Object.values(distribution?.urls ?? {})[0] ?? '',
      edges: distribution?.edges ?? {},
      dns: names.address,
      regions: regions.urls,
      services: Object.fromEntries(failover.services.map((service) => [service.name, serviceAddresses(service)])),
      account,
      stateMachines: Object.fromEntries(failover.controlRegions.map((region) => [region, startArn(failover, region)])),
      ledger: failover.ledger,
      tempo,
      config: `${started.url}/_sandbox/config`,
    };
    return {
      addresses: deployed.addresses,
      failover,
      topology,
      aws: started,
      lambda,
      setFault,
      warm: () => warmed,
      watch: watch.watch,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What a function is told about its surroundings. Only addresses: the handlers do not know that this is not AWS. */
function environment(aws: string, configFile: string, failover: Failover): Record<string, string> {
  const { slackWebhookEnv } = failover.notify;
  return {
    AWS_ENDPOINT_URL: aws,
    UNDERSTUDY_CONFIG: configFile,
    ...(slackWebhookEnv === undefined ? {} : { [slackWebhookEnv]: `${aws}/_sandbox/slack` }),
  };
}

function serviceAddresses(service: Service): ServiceAddresses {
  const { lever, regions, frontDoor } = service;
  return {
    lever: lever.kind,
    frontDoor: frontDoor.url,
    regions: Object.fromEntries(regions.map(({ region, endpoint }) => [region, endpoint])),
    ...(lever.kind === 'kvs' && { store: knownStore(lever) }),
    ...(lever.kind === 'arc' && { routingControls: lever.controls }),
  };
}

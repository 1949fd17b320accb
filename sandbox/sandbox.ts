import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtTopologyNamed } from '../config/built-topology.ts';
import { withCreated } from '../config/created-levers.ts';
import { dist as built } from '../config/installation.ts';
import type { Topology } from '../config/topology.ts';
import type { Failover } from '../core/service.ts';
import type { AwsServer } from '../loopback/aws/server.ts';
import { wallClock } from '../loopback/clock.ts';
import { readAssembly } from '../loopback/cloudformation/assembly.ts';
import type { CloudFormation } from '../loopback/cloudformation/cloudformation.ts';
import { type Loopback, startLoopback } from '../loopback/loopback.ts';
import { type Addresses, addressesOf } from './addresses.ts';
import { arrivalMetrics } from './arrivals.ts';
import { refuseMissingBundles } from './bundles.ts';
import { translated } from './canary-translation.ts';
import { controlApi } from './control.ts';
import { startControlTarget } from './control-target.ts';
import { customResources } from './custom-resources.ts';
import { deployment } from './deploy.ts';
import { behavioursOf, startDistribution } from './distribution.ts';
import { type Doors, doors, hasDoors } from './doors.ts';
import { edgeFunctionIn } from './edge-function.ts';
import { assetsHere, functionSurroundings, isFastProbe } from './function-surroundings.ts';
import { localFailover } from './local-failover.ts';
import { startNameServer } from './name-server.ts';
import { receivers } from './receivers/receivers.ts';
import { redeploy } from './redeploy.ts';
import type { Fault } from './regions/fault.ts';
import { startRegions } from './regions.ts';
import type { SandboxOptions } from './sandbox-options.ts';
import { seedLevers } from './seed.ts';
import { servedAddresses } from './served.ts';
import { synthesised } from './synthesis.ts';
import { topologyApi } from './topology.ts';
import { makeUserAlarms } from './user-alarms.ts';
import { warmUp } from './warm-up.ts';
import { worldWatch } from './watch.ts';
import type { WorldEvent } from './world-event.ts';

/** AWS on loopback with the configuration deployed on it. */
export interface Sandbox {
  readonly addresses: Addresses;
  /** The configuration as deployed here. */
  readonly failover: Failover;
  /** What was deployed behind its services, where that was one of the topologies. */
  readonly topology: Topology | undefined;
  readonly aws: AwsServer;
  readonly loopback: Loopback;
  /** The stacks that were deployed. */
  readonly cloudformation: CloudFormation;
  /** Deploys a changed configuration over this one. Rejects for what cannot change while it is up, and for a stack that was rolled back. */
  deploy(failover: Failover): Promise<void>;
  /** Resolves once the fault can be seen from outside. */
  setFault(region: string, fault: Fault | null): Promise<void>;
  /** Headers that open a service's door; none for one that has no door. */
  readonly keys: Doors['keys'];
  /** Resolves when every function has been started once; from then on the schedules and the canaries run. */
  warm(): Promise<void>;
  /** Returns what ends it. */
  watch(listener: (event: WorldEvent) => void): () => void;
  /** Ends everything that was started: servers, timers, threads, temporary files. */
  close(): Promise<void>;
}

/** One step of the machine may wait for a processor while another runs; more threads only take more memory. Decision 32. */
const threadsPerRegion = 2;

/** The whole of it, wired together. Rejects with a message for people when a port is in use or a bundle is missing. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { failover: configured, dist = built(), topology: topologyName } = options;
  const topology = topologyName === undefined ? undefined : builtTopologyNamed(topologyName, dist);
  refuseMissingBundles(configured, dist, topology);
  const undo: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const end of undo.splice(0).reverse()) await end();
  };
  try {
    const assembly = readAssembly(options.assembly ?? (await synthesised(configured, { topology: topologyName })));
    return await start({ ...options, configured, topology, assembly, undo, close });
  } catch (error) {
    await close();
    throw error;
  }
}

interface Start extends Omit<SandboxOptions, 'topology' | 'assembly'> {
  readonly configured: Failover;
  readonly topology: ReturnType<typeof builtTopologyNamed> | undefined;
  readonly assembly: ReturnType<typeof readAssembly>;
  /** What ends what was started, in the order in which it was. */
  readonly undo: (() => Promise<unknown>)[];
  readonly close: () => Promise<void>;
}

async function start({ configured, topology, assembly, undo, close, ...options }: Start): Promise<Sandbox> {
  const { tempo = 20, clock = wallClock, random = Math.random, propagationMs = 4_000 } = options;
  const { account } = configured;
  const watch = worldWatch(clock);
  const folder = await mkdtemp(join(tmpdir(), 'understudy-sandbox-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  const deployed: { failover?: Failover; addresses?: Addresses } = {};
  const standing = { channels: configured.notify.channels };
  const around = functionSurroundings(configured, () => standing.channels);
  const channels = receivers(clock.now, watch.received);
  channels.serve(standing.channels);

  const keepers = doors(configured, () => loopback);
  const counting = arrivalMetrics({
    failover: () => deployed.failover ?? configured,
    publish: (...metrics) => loopback.cloudwatch.publish(...metrics),
    clock,
    tempo,
  });
  undo.push(() => counting.close());
  const regions = await startRegions(configured, {
    refusal: keepers.refusal,
    onArrived: counting.arrived,
    onSpoilt: counting.spoilt,
    now: clock.now,
    random,
    tempo,
    api:
      topology &&
      topologyApi(topology, {
        account,
        lambda: () => loopback.lambda,
        now: clock.now,
        failover: () => deployed.failover,
      }),
  });
  undo.push(() => regions.close());
  const controlTarget = await startControlTarget();
  undo.push(() => controlTarget.close());
  const setFault = async (region: string, fault: Fault | null) => {
    loopback.faults.clear({ region, fault: 'refused' });
    if (fault === 'lost') loopback.faults.set({ region, fault: 'refused' });
    await regions.setFault(region, fault);
    watch.tell({ kind: 'fault', region, fault });
  };
  const loopback: Loopback = await startLoopback({
    account,
    port: options.port ?? 0,
    tempo,
    clock,
    random,
    threadsPerRegion,
    control: controlApi({
      console: () => options.console?.() ?? null,
      addresses: () => deployed.addresses ?? { ready: false },
      regions: () => Object.keys(regions.urls),
      config: () => deployed.failover ?? {},
      setFault,
      clearFault: (region) => setFault(region, null),
      faults: () => regions.faults(),
      aws: () => loopback.faults,
      deploy: async () => deploy(await (options.configuration?.() ?? configured)),
      channels,
      token: keepers.token,
    }),
    isSilent: (region) => regions.faults()[region] === 'lost',
    emitting: watch.emitting,
    publishing: watch.publishing,
    onStateEvent: watch.stateEvent,
    ...(options.onLog && { onLog: options.onLog }),
    around: around.of,
    translated: (canary) => translated(canary, configured, deployed.failover ?? configured, loopback.aws.url),
    scheduled: (schedule) => ({ ...schedule, lastsItsPeriod: isFastProbe(schedule, configured) }),
    custom: customResources(
      () => loopback.aws,
      () => loopback.aws.url,
    ),
  });
  undo.push(() => loopback.close());
  around.reachAws(loopback.aws.url);
  loopback.canaries.onRun(watch.canaryRun);

  const { stores, cluster, cloudwatch } = loopback;
  seedLevers(configured, stores, cluster);
  await keepers.seed();
  await makeUserAlarms(configured, loopback.aws);
  const assets = assetsHere(assembly);
  const cloudformation = loopback.cloudformation(assets.asset);
  const stacks = deployment(configured, assembly, cloudformation);
  const given = withCreated(configured, await stacks.levers());
  const functionFile = join(folder, 'viewer-request.js');
  await writeFile(functionFile, edgeFunctionIn(assembly.stacks) ?? '');
  const distribution = await startDistribution(given, {
    functionFile,
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

  const places = {
    aws: loopback.aws.url,
    arc: loopback.aws.arcUrls,
    edges: distribution?.urls ?? {},
    dns: names.address,
    dnsFrontPort: regions.sharedPort,
    regions: regions.urls,
    regional: distribution?.regional ?? {},
    controlTarget: controlTarget.url,
  };
  const failover = localFailover(given, places, tempo);
  deployed.failover = failover;
  await assets.configure(folder, failover);
  const served = servedAddresses(failover, regions, distribution, names.address);
  // What opens doors is read from AWS.
  around.reachServed(hasDoors(failover) ? [...served, new URL(loopback.aws.url).host] : served);
  watch.levers(failover, stores, cluster);
  await stacks.rest();
  const warming = warmUp({
    failover,
    loopback,
    hasApplications: topology !== undefined,
    canaries: options.canaries ?? true,
    clock,
    tempo,
  });
  undo.push(() => warming.end());
  deployed.addresses = addressesOf(failover, places, distribution?.edges ?? {}, tempo);
  const deploy = async (next: Failover) => {
    const templates = await synthesised(next, { topology: topology?.name });
    standing.channels = next.notify.channels;
    channels.serve(standing.channels);
    deployed.failover = await redeploy(next, configured, templates, { cloudformation, assets, places, tempo, folder });
  };
  return {
    deploy,
    addresses: deployed.addresses,
    failover,
    topology,
    aws: loopback.aws,
    loopback,
    cloudformation,
    setFault,
    keys: keepers.keys,
    warm: () => warming.done,
    watch: watch.watch,
    close,
  };
}

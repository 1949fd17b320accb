import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtTopologyNamed } from '../config/built-topology.ts';
import { dist as built } from '../config/installation.ts';
import type { Topology } from '../config/topology.ts';
import type { Failover } from '../core/service.ts';
import { functionName } from '../deployment/names.ts';
import type { AwsServer } from '../loopback/aws/server.ts';
import { wallClock } from '../loopback/clock.ts';
import { readAssembly } from '../loopback/cloudformation/assembly.ts';
import type { CloudFormation } from '../loopback/cloudformation/cloudformation.ts';
import { type Loopback, startLoopback } from '../loopback/loopback.ts';
import type { Addresses } from './addresses.ts';
import { refuseMissingBundles } from './bundles.ts';
import { controlApi } from './control.ts';
import { startControlTarget } from './control-target.ts';
import { customResources } from './custom-resources.ts';
import type { Doors } from './doors.ts';
import { type Environment, type Plan, startEnvironment } from './environment.ts';
import { environmentsOf } from './environments.ts';
import { playedHooks } from './hooks/played-hooks.ts';
import { receivers } from './receivers/receivers.ts';
import type { Fault } from './regions/fault.ts';
import type { SandboxOptions } from './sandbox-options.ts';
import { synthesised } from './synthesis.ts';
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
  /** Deployments that stand beside it, by name. */
  readonly beside: Readonly<Record<string, Beside>>;
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

/** Another deployment in the same account. */
export interface Beside {
  readonly addresses: Addresses;
  readonly failover: Failover;
  readonly cloudformation: CloudFormation;
  /** Of its applications in a region, and of nobody else's. */
  setFault(region: string, fault: Fault | null): Promise<void>;
}

/** One step of the machine may wait for a processor while another runs; more threads only take more memory. Decision 32. */
const threadsPerRegion = 2;

/** The whole of it, wired together. Rejects with a message for people when a port is in use or a bundle is missing. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { failover, beside = [], dist = built(), topology: topologyName } = options;
  const topology = topologyName === undefined ? undefined : builtTopologyNamed(topologyName, dist);
  for (const each of [failover, ...beside]) refuseMissingBundles(each, dist, topology);
  const undo: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const end of undo.splice(0).reverse()) await end();
  };
  try {
    const own = options.assembly ?? (await synthesised(failover, { topology: topologyName }));
    const plans: [Plan, ...Plan[]] = [{ configured: failover, topology, assembly: readAssembly(own) }];
    for (const configured of beside) {
      plans.push({
        configured,
        topology: undefined,
        assembly: readAssembly(await synthesised(configured)),
        isBeside: true,
      });
    }
    return await start(plans, { ...options, undo: (end) => void undo.push(end), close });
  } catch (error) {
    await close();
    throw error;
  }
}

interface Start extends Omit<SandboxOptions, 'failover' | 'beside' | 'topology' | 'assembly'> {
  /** Takes what ends what was started, in the order in which it was. */
  readonly undo: (end: () => Promise<unknown>) => void;
  readonly close: () => Promise<void>;
}

async function start(plans: readonly [Plan, ...Plan[]], { undo, close, ...options }: Start): Promise<Sandbox> {
  const { tempo = 20, clock = wallClock, random = Math.random, propagationMs = 4_000, canaries = true } = options;
  const [{ configured, topology }] = plans;
  const { account } = configured;
  const watch = worldWatch(clock, configured);
  const folder = await mkdtemp(join(tmpdir(), 'understudy-sandbox-'));
  undo(() => rm(folder, { recursive: true, force: true }));
  const channels = receivers(clock.now, watch.received, (channel) => {
    const owners = plans.filter(({ configured: { notify } }) => notify.channels.some(({ name }) => name === channel));
    const urls = owners.flatMap(({ configured: owner }) =>
      owner.controlRegions.map((region) =>
        loopback.functionUrls.urlOf({ name: functionName(owner, 'slack-answer'), region }),
      ),
    );
    return urls.find((url) => url !== undefined);
  });
  const hooks = playedHooks();
  undo(async () => hooks.release());
  const controlTarget = await startControlTarget();
  undo(() => controlTarget.close());

  const started: Environment[] = [];
  for (const plan of plans) {
    const environment = await startEnvironment(plan, {
      loopback: () => loopback,
      watch,
      clock,
      random,
      tempo,
      propagationMs: propagationMs / tempo,
      folder,
      controlTarget: controlTarget.url,
      hooks,
      undo,
    });
    channels.serve(environment.channels());
    started.push(environment);
  }
  const all = environmentsOf(started);
  const lost = new Set<string>();
  /** AWS itself is lost to everybody. */
  const setFault = async (region: string, fault: Fault | null) => {
    loopback.faults.clear({ region, fault: 'refused' });
    if (fault === 'lost') lost.add(region);
    else lost.delete(region);
    if (fault === 'lost') loopback.faults.set({ region, fault: 'refused' });
    await all.setFault(region, fault);
    watch.tell({ kind: 'fault', region, fault });
  };
  const deploy = async (next: Failover) => {
    channels.serve(next.notify.channels);
    await all.first.redeploy(next);
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
      addresses: (deployment) => all.named(deployment)?.addresses() ?? null,
      regions: all.regions,
      config: (deployment) => all.named(deployment)?.failover() ?? null,
      setFault,
      clearFault: (region) => setFault(region, null),
      faults: all.faults,
      aws: () => loopback.faults,
      deploy: async () => deploy(await (options.configuration?.() ?? configured)),
      channels,
      hooks,
      token: all.token,
    }),
    isSilent: (region) => lost.has(region),
    emitting: watch.emitting,
    publishing: watch.publishing,
    measuring: watch.measuring,
    onStateEvent: watch.stateEvent,
    ...(options.onLog && { onLog: options.onLog }),
    around: (registration) => all.of(registration.name).around(registration),
    translated: (canary) => all.of(canary.name).translated(canary),
    scheduled: (schedule) => ({
      ...schedule,
      lastsItsPeriod: started.some((environment) => environment.isFastProbe(schedule)),
    }),
    custom: customResources(
      () => loopback.aws,
      () => loopback.aws.url,
    ),
  });
  undo(() => loopback.close());
  loopback.canaries.onRun(watch.canaryRun);

  const own = await all.first.deploy();
  const others = [];
  for (const environment of started.slice(1)) others.push({ environment, ...(await environment.deploy()) });
  const hasApplications = topology !== undefined;
  const failovers = started.map((environment) => environment.failover());
  const warming = warmUp({ failovers, loopback, hasApplications, canaries, clock, tempo });
  undo(() => warming.end());
  return {
    ...own,
    beside: Object.fromEntries(
      others.map(({ environment: { configured: of, regions }, ...deployed }) => [
        of.name,
        { ...deployed, setFault: regions.setFault },
      ]),
    ),
    deploy,
    topology,
    aws: loopback.aws,
    loopback,
    setFault,
    keys: all.first.doors.keys,
    warm: () => warming.done,
    watch: watch.watch,
    close,
  };
}

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuiltTopology } from '../config/built-topology.ts';
import { withCreated } from '../config/created-levers.ts';
import { edgeFunction, isSteeredElsewhere } from '../config/edge-code.ts';
import type { Channel } from '../core/channel.ts';
import type { Failover } from '../core/service.ts';
import type { FunctionRegistration } from '../loopback/aws/lambda/lambda-function.ts';
import type { Canary } from '../loopback/canaries/canaries.ts';
import type { Clock } from '../loopback/clock.ts';
import type { Assembly } from '../loopback/cloudformation/assembly.ts';
import type { CloudFormation } from '../loopback/cloudformation/cloudformation.ts';
import type { Loopback } from '../loopback/loopback.ts';
import type { Schedule } from '../loopback/scheduler/scheduler.ts';
import { type Addresses, addressesOf } from './addresses.ts';
import { arrivalMetrics } from './arrivals.ts';
import { translated } from './canary-translation.ts';
import { deployment } from './deploy.ts';
import { behavioursOf, startDistribution } from './distribution.ts';
import { type Doors, doors, hasDoors } from './doors.ts';
import { edgeFunctionIn } from './edge-function.ts';
import { assetsHere, functionSurroundings, isFastProbe } from './function-surroundings.ts';
import type { PlayedHooks } from './hooks/played-hooks.ts';
import { localFailover } from './local-failover.ts';
import { startNameServer } from './name-server.ts';
import { giveGrants } from './other-accounts.ts';
import { redeploy } from './redeploy.ts';
import { type Regions, startRegions } from './regions.ts';
import { seedLevers } from './seed.ts';
import { servedAddresses } from './served.ts';
import { synthesised } from './synthesis.ts';
import { topologyApi } from './topology.ts';
import { makeUserAlarms } from './user-alarms.ts';
import type { worldWatch } from './watch.ts';

/** What is deployed. */
export interface Plan {
  readonly configured: Failover;
  readonly topology: BuiltTopology | undefined;
  readonly assembly: Assembly;
  /** Not the sandbox's own. */
  readonly isBeside?: boolean;
}

/** What all deployments of a sandbox share. */
export interface Shared {
  /** AWS, once it stands. */
  readonly loopback: () => Loopback;
  readonly watch: Pick<ReturnType<typeof worldWatch>, 'levers' | 'propagated'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly tempo: number;
  /** What an edge location takes to learn of a change, at this world's tempo. */
  readonly propagationMs: number;
  /** For files of the sandbox. */
  readonly folder: string;
  readonly controlTarget: string;
  /** Stand-ins for the functions of hooks that no stack deploys. */
  readonly hooks: Pick<PlayedHooks, 'register'>;
  /** Takes what ends something that was started. */
  readonly undo: (end: () => Promise<unknown>) => void;
}

/**
 * One deployment on AWS on loopback, and what stands around it alone: applications in its regions, its edge and its name server. Several may
 * stand in one account, as on AWS.
 */
export interface Environment {
  readonly configured: Failover;
  /** What answers in its regions. Nothing of it is AWS, which asks it whether a region is there. */
  readonly regions: Regions;
  readonly doors: Doors;
  /** Whether something of this name in AWS is this deployment's. */
  owns(name: string): boolean;
  /** The configuration as it is deployed here; as it was given, before that. */
  failover(): Failover;
  addresses(): Addresses | { readonly ready: false };
  channels(): readonly Channel[];
  around(registration: FunctionRegistration): FunctionRegistration;
  translated(canary: Canary): Canary;
  isFastProbe(schedule: Schedule): boolean;
  /** What exists before its stacks do, and then these. */
  deploy(): Promise<Deployed>;
  /** A changed configuration over the one that stands. */
  redeploy(next: Failover): Promise<void>;
}

export interface Deployed {
  readonly addresses: Addresses;
  readonly failover: Failover;
  readonly cloudformation: CloudFormation;
}

/** Its regions stand, and nothing of it is in AWS yet. */
export async function startEnvironment(plan: Plan, shared: Shared): Promise<Environment> {
  const { configured, topology, assembly, isBeside = false } = plan;
  const { loopback, watch, clock, random, tempo, propagationMs, folder, undo } = shared;
  const deployed: { failover?: Failover; addresses?: Addresses } = {};
  const standing = { channels: configured.notify.channels };
  const around = functionSurroundings(configured, () => standing.channels);
  const keepers = doors(configured, loopback);
  const counting = arrivalMetrics({
    failover: () => deployed.failover ?? configured,
    publish: (...metrics) => loopback().cloudwatch.publish(...metrics),
    clock,
    tempo,
  });
  undo(() => counting.close());
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
        account: configured.account,
        lambda: () => loopback().lambda,
        now: clock.now,
        failover: () => deployed.failover,
      }),
  });
  undo(() => regions.close());
  let update: (next: Failover) => Promise<void> = () => Promise.reject(new Error('nothing is deployed yet'));

  async function deploy(): Promise<Deployed> {
    const { aws, iam, stores, cluster, cloudwatch, cloudformation: stacksWith } = loopback();
    around.reachAws(aws.url);
    seedLevers(configured, stores, cluster);
    await keepers.seed();
    await makeUserAlarms(configured, aws);
    giveGrants(configured, iam);
    const assets = assetsHere(assembly);
    const cloudformation = stacksWith(assets.asset);
    const stacks = deployment(configured, assembly, cloudformation);
    const given = withCreated(configured, await stacks.levers());
    const functionFile = join(folder, `${configured.name}-viewer-request.js`);
    await writeFile(
      functionFile,
      edgeFunctionIn(assembly.stacks) ?? (isSteeredElsewhere(configured) ? edgeFunction(configured) : ''),
    );
    const distribution = await startDistribution(given, {
      functionFile,
      topology: topology && { ...topology, behaviours: behavioursOf(topology, given, tempo) },
      regions: regions.urls,
      stores,
      clock,
      random,
      propagationMs,
      onPropagated: watch.propagated(configured),
    });
    undo(async () => distribution?.close());
    const { addresses } = regions;
    const names = await startNameServer(given, { cluster, cloudwatch, addresses, clock, random, tempo });
    undo(() => names.close());

    const places = {
      aws: aws.url,
      arc: aws.arcUrls,
      edges: distribution?.urls ?? {},
      dns: names.address,
      dnsFrontPort: regions.sharedPort,
      regions: regions.urls,
      regional: distribution?.regional ?? {},
      controlTarget: shared.controlTarget,
    };
    const failover = localFailover(given, places, tempo);
    deployed.failover = failover;
    await assets.configure(folder, failover);
    const served = servedAddresses(failover, regions, distribution, names.address);
    // What opens doors, and the flag of a detection drill, is read from AWS.
    const readsFlags = failover.detection !== undefined;
    around.reachServed(hasDoors(failover) || readsFlags ? [...served, new URL(aws.url).host] : served);
    watch.levers(failover, stores, cluster);
    await stacks.rest();
    await shared.hooks.register(failover, loopback().lambda, folder, aws.url);
    const addressed = addressesOf(failover, places, distribution?.edges ?? {}, tempo);
    const config = isBeside ? `${addressed.config}?deployment=${failover.name}` : addressed.config;
    deployed.addresses = { ...addressed, config };
    update = async (next) => {
      const templates = await synthesised(next, { topology: topology?.name });
      standing.channels = next.notify.channels;
      deployed.failover = await redeploy(next, configured, templates, {
        cloudformation,
        assets,
        places,
        tempo,
        folder,
      });
      await shared.hooks.register(deployed.failover, loopback().lambda, folder, aws.url);
    };
    return { addresses: deployed.addresses, failover, cloudformation };
  }

  return {
    configured,
    regions,
    doors: keepers,
    owns: (name) => name.startsWith(`${configured.name}-`),
    failover: () => deployed.failover ?? configured,
    addresses: () => deployed.addresses ?? { ready: false },
    channels: () => standing.channels,
    around: around.of,
    translated: (canary) => translated(canary, configured, deployed.failover ?? configured, loopback().aws.url),
    isFastProbe: (schedule) => isFastProbe(schedule, configured),
    deploy,
    redeploy: (next) => update(next),
  };
}

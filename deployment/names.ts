import type { Region } from '../core/brand.ts';
import { beaconRegions } from '../core/lever.ts';
import { type DrillPlan, type Failover, regionNames, type Service } from '../core/service.ts';
import type { Group } from './groups.ts';

/*
 * Every name and ARN that Understudy gives, derived from the configuration alone: no lookup, no control plane. What
 * deploys (the sandbox) and what runs (handlers, CLI) both take them from here.
 */

/** The steps of the failover machine, one Lambda function each, in the order of a run. */
export const steps = [
  'admit',
  'assess',
  'decide',
  'approve',
  'announce',
  'prepare',
  'shift',
  'verify',
  'rollback',
  'conclude',
  'settle',
] as const;

export type StepName = (typeof steps)[number];

/** What runs in every control region. */
export const orchestrators = [...steps, 'reconcile', 'evacuate'] as const;

/** Every function: the steps, the reconciler, what works through an evacuation, what does hooks that come with the deployment where there are some, what takes answers from Slack where somebody may give them, what writes copies of the console and the fast probe where they are asked for, and the vantage of an observer. */
export const functionRoles = [...orchestrators, 'hooks', 'slack-answer', 'copy', 'vantage', 'fast-probe'] as const;

export type FunctionRole = (typeof functionRoles)[number];

/** Of the flag of a detection drill, in each observer's region. */
export const flagParameter = ({ name }: Pick<Failover, 'name'>, service: Pick<Service, 'name'>): string =>
  `/${name}/detection-drill/${service.name}`;

/** Where observers look for the flag of a service; undefined where the configuration has no detection drills. */
export const flagPlace = (
  failover: Pick<Failover, 'name' | 'detection'>,
  service: Pick<Service, 'name'>,
): { readonly parameter: string; readonly publicKey: string; readonly service: string } | undefined =>
  failover.detection === undefined
    ? undefined
    : {
        parameter: flagParameter(failover, service),
        publicKey: failover.detection.publicKey,
        service: service.name,
      };

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html */
export const scheduleNameMax = 64;

/** Of the schedule that begins a drill of a plan for one service. */
export const drillScheduleName = (
  { name }: Pick<Failover, 'name'>,
  plan: Pick<DrillPlan, 'name'>,
  service: Pick<Service, 'name'>,
): string => `${name}-drill-${plan.name}-${service.name}`;

type Names = Pick<Failover, 'name' | 'account'>;

export const functionName = ({ name }: Pick<Failover, 'name'>, role: FunctionRole): string => `${name}-${role}`;

export const functionArn = (failover: Names, region: Region, role: FunctionRole): string =>
  `arn:aws:lambda:${region}:${failover.account}:function:${functionName(failover, role)}`;

export const stateMachineArn = ({ name, account }: Names, region: Region): string =>
  `arn:aws:states:${region}:${account}:stateMachine:${name}-failover`;

/** The machine that works through the services of a region. */
export const evacuationMachineArn = ({ name, account }: Names, region: Region): string =>
  `arn:aws:states:${region}:${account}:stateMachine:${name}-evacuation`;

/** Leads to the version of the machine that was deployed last. */
export const liveAlias = 'live';

/** What is started: never the machine itself, whose definition may be one that is only being deployed. */
export const startArn = (failover: Names, region: Region): string =>
  `${stateMachineArn(failover, region)}:${liveAlias}`;

export const startEvacuationArn = (failover: Names, region: Region): string =>
  `${evacuationMachineArn(failover, region)}:${liveAlias}`;

export const topicArn = ({ account, notify }: Failover, region: Region, severity: 'critical' | 'info'): string =>
  `arn:aws:sns:${region}:${account}:${notify.topics[severity]}`;

export const topicArns = (failover: Failover, region: Region): Readonly<Record<'critical' | 'info', string>> => ({
  critical: topicArn(failover, region, 'critical'),
  info: topicArn(failover, region, 'info'),
});

/** The stack of what exists once: the levers. */
export const leversStackName = ({ name }: Pick<Failover, 'name'>): string => `${name}-levers`;

/** The stack of the ledger: alone, so that it is kept or rolled back by itself. */
export const ledgerStackName = ({ name }: Pick<Failover, 'name'>): string => `${name}-ledger`;

/** The stack of a channel of the chat service, beside the ledger. */
export const chatStackName = ({ name }: Pick<Failover, 'name'>): string => `${name}-chat`;

/** The stack of what exists once in a region, however many services there are. */
export const regionStackName = ({ name }: Pick<Failover, 'name'>, region: Region): string => `${name}-${region}`;

/** The stack of the canaries and alarms of a group's services in a region. */
export const servicesStackName = (failover: Pick<Failover, 'name'>, region: Region, group: Group): string =>
  `${regionStackName(failover, region)}-${group}`;

/**
 * The stack of the records that levers move, by the group of their host: in one region always, so that no record goes from one stack
 * to another.
 */
export const recordsStackName = ({ name }: Pick<Failover, 'name'>, group: Group): string => `${name}-records-${group}`;

/** The stack of the alarms behind beacons of a group, in the region of the standbys. */
export const beaconsStackName = ({ name }: Pick<Failover, 'name'>, region: Region, group: Group): string =>
  `${name}-beacons-${region}-${group}`;

/** Of a person who moves traffic with the orchestrator dead. */
export const breakGlassRoleName = ({ name }: Pick<Failover, 'name'>): string => `${name}-break-glass`;

export const breakGlassRoleArn = (failover: Names): string =>
  `arn:aws:iam::${failover.account}:role/${breakGlassRoleName(failover)}`;

/** The alarm behind a beacon's health check, in the standby's region. */
export const beaconAlarmName = ({ name }: Pick<Failover, 'name'>, service: string): string =>
  `${name}-${service}-beacon`;

/** Where a function finds the ledger: in its own region where that holds a replica, for a lost region keeps only its own. */
export const ledgerRegion = ({ ledger }: Pick<Failover, 'ledger'>, region: Region): Region =>
  ledger.replicas.includes(region) ? region : ledger.region;

export const tableArn = (failover: Pick<Failover, 'account' | 'ledger'>, region: Region): string =>
  `arn:aws:dynamodb:${ledgerRegion(failover, region)}:${failover.account}:table/${failover.ledger.tableName}`;

/** What an alarm or a canary of ours watches: one region of a service, or its front door. */
export interface Watched {
  readonly service: Service;
  readonly region: Region | null;
}

type Named = Pick<Failover, 'name'>;

/**
 * The canary of a region, or of the front door (`null`), in each observer region under the same name; a shared one says what it sees of a target
 * under this name. The alarm on it has the same name: a region of an account has one list of each.
 */
export const canaryName = ({ name }: Named, service: string, region: Region | null): string =>
  `${name}-${service}-${region ?? 'front-door'}`;

/** A canary that watches several services, in each observer region under the same name; it has no alarm. */
export const sharedCanaryName = ({ name }: Named, tenth: string, everyMinutes: number): string =>
  `${name}-shared-${tenth}${everyMinutes === 1 ? '' : `-every-${everyMinutes}`}`;

/** The canary of a service's journey, in each observer region under the same name; its alarm likewise. */
export const journeyCanaryName = ({ name }: Named, service: string): string => `${name}-${service}-journey`;

export const alarmName = canaryName;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const bucketNameMax = 63;

/** Of the copies of the console in a control region. Known without asking anybody, because it is needed when little answers; the account keeps it apart from others'. */
export const copiesBucket = ({ name, account }: Pick<Failover, 'name' | 'account'>, region: Region): string =>
  `${name}-copies-${account}-${region}`;

/** What is in it: the page for people, the state for programs. */
export const copyKeys = { page: 'index.html', state: 'state.json' } as const;

/** Where CloudWatch has what a deployment publishes of itself: of two in one account, each has its own. */
export const metricsNamespace = ({ name }: Named): string => `Understudy/${name}`;

/** The dashboard of a group's services, and its stack. CloudWatch dashboards have one list for all regions. */
export const pageName = ({ name }: Pick<Failover, 'name'>, group: Group): string => `${name}-page-${group}`;

/** The dashboard of all services together. */
export const fleetDashboardName = ({ name }: Pick<Failover, 'name'>): string => `${name}-fleet`;

/** Every region whose stack watches or moves. The ledger's first: what runs elsewhere writes into its table. */
export function deployedRegions({ ledger, controlRegions, observers }: Failover): readonly Region[] {
  return [...new Set([ledger.region, ...controlRegions, ...observers])];
}

export const viewerRequestName = ({ name }: Pick<Failover, 'name'>): string => `${name}-viewer-request`;

/** What keys of a store begin with by which the edge finds services: stores may be shared, and names of deployments have no slash. */
export const edgeKeyPrefix = ({ name }: Pick<Failover, 'name'>): string => `h/${name}/`;

/** The function is made with the levers, in another region, and has no region itself: its name is all that is needed. */
export const viewerRequestArn = ({ name, account }: Pick<Failover, 'name' | 'account'>): string =>
  `arn:aws:cloudfront::${account}:function/${viewerRequestName({ name })}`;

/** The regions in which beacons stand. */
export function beaconStandbys({ services }: Pick<Failover, 'services'>): readonly Region[] {
  const standbys = services.flatMap((service) =>
    service.lever.kind === 'beacon' ? [beaconRegions(regionNames(service)).standby] : [],
  );
  return [...new Set(standbys)];
}

/** Everything that is watched, in a stable order. */
export function watchedTargets(failover: Pick<Failover, 'services'>): readonly Watched[] {
  return failover.services.flatMap((service) => [
    ...service.regions.map(({ region }) => ({ service, region })),
    { service, region: null },
  ]);
}

/** The owner of an alarm by its name, or null for a foreign one: the list of ours is the only thing believed. */
export function ownerOfAlarm(failover: Failover, alarm: string): Watched | null {
  return (
    watchedTargets(failover).find(({ service, region }) => alarmName(failover, service.name, region) === alarm) ?? null
  );
}

export function ownerOfCanary(failover: Failover, canary: string): Watched | null {
  return (
    watchedTargets(failover).find(({ service, region }) => canaryName(failover, service.name, region) === canary) ??
    null
  );
}

/** In a pattern or in a resource of a policy, in the place of a service's name. */
export const anyService = '*';

export const alarmArn = ({ account }: Pick<Failover, 'account'>, region: Region, name: string): string =>
  `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;

export const defaultBus = ({ account }: Pick<Failover, 'account'>, region: Region): string =>
  `arn:aws:events:${region}:${account}:event-bus/default`;

/** `name` with or without its first slash. */
export const parameterArn = ({ account }: Pick<Failover, 'account'>, region: Region, name: string): string =>
  `arn:aws:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`;

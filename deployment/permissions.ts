import { type SigningService, secretPlaces } from '../core/access.ts';
import type { Assume } from '../core/assume.ts';
import { type Region, unreachable } from '../core/brand.ts';
import { answerParameters } from '../core/channel.ts';
import type { HookMoment } from '../core/hook.ts';
import { beaconRegions } from '../core/lever.ts';
import { type Failover, hooksAt, regionNames, type Service } from '../core/service.ts';
import { drillAlarmArns, outcomeAlarmArns } from './drill-schedules.ts';
import {
  alarmArn,
  alarmName,
  anyService,
  beaconAlarmName,
  evacuationMachineArn,
  type FunctionRole,
  flagParameter,
  functionArn,
  liveAlias,
  parameterArn,
  type StepName,
  stateMachineArn,
  tableArn,
} from './names.ts';
import { allow, allowAny, type Permission } from './permission.ts';
import { readyPermissions } from './ready-permissions.ts';
import { hookMomentsOf } from './steps.ts';
import { tellsPeople } from './telling-permissions.ts';
import { userAlarmArns } from './user-alarms.ts';

/**
 * What each function may do, by what its step does: exact ARNs wherever the service knows resources, and of alarms those of the
 * deployment's own names. `failover` has its levers complete. Beside this every function writes its own log and its traces, and who tells people may use the key of
 * the topics.
 */
export function permissionsOf(role: FunctionRole, failover: Failover, region: Region): readonly Permission[] {
  const ledger = tableArn(failover, region);
  const readsLedger = allow(['dynamodb:GetItem'], [ledger]);
  const writesLedger = allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [ledger]);
  switch (role) {
    case 'admit':
      return [writesLedger, ...readsLevers(failover), asksRuns(failover)];
    case 'decide':
      return [writesLedger];
    case 'assess':
      return [
        writesLedger,
        ...readsLevers(failover),
        readsAlarms(failover),
        asksVantages(failover),
        ...callsHooks(failover, role, region),
      ];
    case 'approve':
      // What the verdict was made from stands among the entries of the run.
      return [writesLedger, allow(['dynamodb:Query'], [ledger]), ...tellsPeople(failover, region)];
    case 'announce':
    case 'conclude':
      return [writesLedger, ...tellsPeople(failover, region)];
    case 'prepare':
      return [writesLedger, ...callsHooks(failover, role, region)];
    case 'hooks':
      return readyPermissions(failover);
    case 'settle':
      return [writesLedger, ...callsHooks(failover, role, region), ...tellsPeople(failover, region)];
    case 'shift':
      return [writesLedger, ...writesLevers(failover)];
    case 'rollback':
      return [writesLedger, ...writesLevers(failover), asksVantages(failover)];
    case 'verify':
      return [
        writesLedger,
        ...readsLevers(failover),
        asksVantages(failover),
        ...allowAny(['cloudwatch:DescribeAlarms'], outcomeAlarmArns(failover)),
      ];
    case 'reconcile':
      return [
        writesLedger,
        ...merged([...readsLevers(failover), ...countsArrivals(failover)]),
        readsAlarms(failover),
        startsLive([stateMachineArn(failover, region), evacuationMachineArn(failover, region)]),
        ...tellsPeople(failover, region),
        asksRuns(failover),
        // Of a region that was left: whether it is a standby again.
        ...callsHooksAt(failover, ['readiness'], region),
      ];
    case 'evacuate':
      return [
        writesLedger,
        ...merged([...readsLevers(failover), ...writesShared(failover)]),
        asksVantages(failover),
        ...tellsPeople(failover, region),
        startsLive([stateMachineArn(failover, region)]),
        asksRuns(failover),
      ];
    case 'slack-answer':
      return [
        allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'], [ledger]),
        // Whoever has the token of a run may answer it: AWS knows no resources here.
        allow(['states:SendTaskSuccess'], ['*']),
        ...allowAny(
          ['ssm:GetParameter'],
          answerParameters(failover.notify.channels).map((name) => parameterArn(failover, region, name)),
        ),
      ];
    case 'vantage':
      return probes(failover, region);
    case 'fast-probe':
      return [
        readsLedger,
        startsLive(failover.controlRegions.map((control) => stateMachineArn(failover, control))),
        ...probes(failover, region),
      ];
    default:
      return unreachable(role);
  }
}

/**
 * What whoever probes from a region may do so that doors open: read the secrets that services name, there, and call what they sign
 * for. A secret's ARN ends in six characters of AWS's own. A key of one's own, beside AWS's for both services, lets these roles in by its own policy.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html
 */
export function probes(
  failover: Pick<Failover, 'services' | 'account' | 'name' | 'detection'>,
  region: Region,
): readonly Permission[] {
  const { services, account, detection } = failover;
  const flags =
    detection === undefined
      ? []
      : services.map((service) => parameterArn({ account }, region, flagParameter(failover, service)));
  const doors = services.flatMap(({ access }) => (access === undefined ? [] : [access]));
  const places = doors.flatMap(secretPlaces);
  const parameters = places.flatMap((place) =>
    'parameter' in place ? [parameterArn({ account }, region, place.parameter)] : [],
  );
  const secrets = places.flatMap((place) =>
    'secret' in place ? [`arn:aws:secretsmanager:${region}:${account}:secret:${place.secret}-??????`] : [],
  );
  const signed = doors.flatMap(({ sign }) => (sign === undefined ? [] : [sign]));
  return [
    ...allowAny(['ssm:GetParameter'], [...parameters, ...flags]),
    ...allowAny(['secretsmanager:GetSecretValue'], secrets),
    ...merged(signed.map(({ service, resources }) => allow(signedActions[service], resources))),
  ];
}

/** https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html asks for both. */
const signedActions: Readonly<Record<SigningService, readonly string[]>> = {
  'execute-api': ['execute-api:Invoke'],
  lambda: ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'],
  'vpc-lattice-svcs': ['vpc-lattice-svcs:Invoke'],
};

/**
 * What a person may do who moves traffic without the orchestrator: every lever, also of a service in shadow. Overriding
 * safety rules only where the configuration says so.
 */
export function byHand(failover: Failover): readonly Permission[] {
  const override = failover.breakGlass?.overrideSafetyRules === true;
  return merged([
    ...failover.services.flatMap((service) => [
      ...readsLever(service),
      ...writesLever(service).map((permission) => (override ? withoutSafety(permission) : permission)),
      ...(assumedFor(service) === undefined ? otherOperations(service, failover) : []),
    ]),
  ]);
}

/** Lines for a person are written with other operations than functions use: one key, one statistic, one alarm. */
function otherOperations(
  { name, lever, regions }: Service,
  failover: Pick<Failover, 'name' | 'account'>,
): readonly Permission[] {
  switch (lever.kind) {
    case 'kvs':
      return [allow(['cloudfront-keyvaluestore:PutKey'], [known(lever.storeArn, name)])];
    case 'arc':
      return [];
    case 'beacon': {
      const { standby } = beaconRegions(regions.map(({ region }) => region));
      const alarms = alarmArn(failover, standby, beaconAlarmName(failover, anyService));
      return [allow(['cloudwatch:GetMetricStatistics'], ['*']), allow(['cloudwatch:DescribeAlarms'], [alarms])];
    }
    default:
      return unreachable(lever);
  }
}

/** What lies in another account is reached by a role there alone, which has what it takes. */
const assumes = ({ roleArn }: Assume): readonly Permission[] => [allow(['sts:AssumeRole'], [roleArn])];

const assumedFor = ({ lever }: Pick<Service, 'lever'>): Assume | undefined =>
  lever.kind === 'beacon' ? undefined : lever.assume;

/**
 * What each role of another account has to allow: all that is done with what it is assumed for, by functions and by hand, who may move
 * a service in shadow too.
 */
export function inOtherAccounts(failover: Failover): ReadonlyMap<string, readonly Permission[]> {
  const byRole = new Map<string, readonly Permission[]>();
  const add = ({ roleArn }: Assume, permissions: readonly Permission[]) => {
    byRole.set(roleArn, merged([...(byRole.get(roleArn) ?? []), ...permissions]));
  };
  for (const service of failover.services) {
    const assume = assumedFor(service);
    if (assume !== undefined) {
      add(assume, [...leverReads(service), ...leverWrites(service), ...otherOperations(service, failover)]);
    }
    for (const { assume: role, functionArn: arn } of service.hooks) {
      if (role !== undefined && arn !== undefined) add(role, [invokes(arn)]);
    }
  }
  return byRole;
}

function withoutSafety({ actions, resources, conditions }: Permission): Permission {
  const { Bool: _, ...others } = conditions ?? {};
  return Object.keys(others).length === 0 ? { actions, resources } : { actions, resources, conditions: others };
}

/**
 * Whether a run, or an evacuation, that has a lease goes on, in whichever control region it is.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
 */
function asksRuns(failover: Failover): Permission {
  const machines = [stateMachineArn, evacuationMachineArn];
  return asksAbout(failover.controlRegions.flatMap((region) => machines.map((arnOf) => arnOf(failover, region))));
}

function asksAbout(machines: readonly string[]): Permission {
  return allow(
    ['states:DescribeExecution'],
    machines.map((arn) => `${arn.replace(':stateMachine:', ':execution:')}:*`),
  );
}

/**
 * Step Functions authorises an alias by the ARN of its machine, and which alias by a condition.
 * https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
 */
export const startsLive = (machines: readonly string[]): Permission =>
  allow(['states:StartExecution'], machines, {
    'ForAnyValue:StringEquals': { 'states:StateMachineQualifier': liveAlias },
  });

/** Of the function that says in a store which service a request belongs to. The keys of one store have no ARNs of their own. */
export const writesPages = (storeArn: string): Permission =>
  allow(
    ['DescribeKeyValueStore', 'ListKeys', 'UpdateKeys'].map((operation) => `cloudfront-keyvaluestore:${operation}`),
    [storeArn],
  );

export const readsControls = (arns: readonly string[]): Permission =>
  allow(['route53-recovery-cluster:GetRoutingControlState'], arns);

/**
 * Without the condition the Allow would let safety rules be overridden too.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonroute53recoverycluster.html
 */
export const writesControls = (arns: readonly string[]): Permission =>
  allow(['route53-recovery-cluster:UpdateRoutingControlStates'], arns, {
    Bool: { 'route53-recovery-cluster:AllowSafetyRulesOverrides': 'false' },
  });

function readsLevers({ services }: Failover): readonly Permission[] {
  return merged(services.flatMap(readsLever));
}

/** A service in shadow is decided about and never written to, so nothing of its lever may be written either. */
function writesLevers({ services }: Failover): readonly Permission[] {
  return merged(
    services.flatMap((service) => [...readsLever(service), ...(service.policy.shadow ? [] : writesLever(service))]),
  );
}

/**
 * What several services leave by: the override of regions stands in every store, and marks of those that are spared, of services in shadow
 * too, which it must not move; and routing controls, whose calls are shared.
 */
function writesShared({ services }: Failover): readonly Permission[] {
  return merged(
    services.flatMap((service) => {
      const { kind } = service.lever;
      return kind === 'kvs' || (kind === 'arc' && !service.policy.shadow) ? writesLever(service) : [];
    }),
  );
}

function readsLever(service: Service): readonly Permission[] {
  const assume = assumedFor(service);
  return assume === undefined ? leverReads(service) : assumes(assume);
}

function writesLever(service: Service): readonly Permission[] {
  const assume = assumedFor(service);
  return assume === undefined ? leverWrites(service) : assumes(assume);
}

function leverReads({ name, lever, regions }: Service): readonly Permission[] {
  switch (lever.kind) {
    case 'kvs':
      return [
        allow(
          ['cloudfront-keyvaluestore:DescribeKeyValueStore', 'cloudfront-keyvaluestore:GetKey'],
          [known(lever.storeArn, name)],
        ),
      ];
    case 'arc':
      return [readsControls(controls(lever.controls, name, regions))];
    case 'beacon':
      // CloudWatch knows no resources here. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
      return [allow(['cloudwatch:GetMetricData'], ['*'])];
    default:
      return unreachable(lever);
  }
}

function leverWrites({ name, lever, regions }: Service): readonly Permission[] {
  switch (lever.kind) {
    case 'kvs':
      return [allow(['cloudfront-keyvaluestore:UpdateKeys'], [known(lever.storeArn, name)])];
    case 'arc':
      return [writesControls(controls(lever.controls, name, regions))];
    case 'beacon': {
      const { standby } = beaconRegions(regions.map(({ region }) => region));
      return [
        allow(['cloudwatch:PutMetricData'], ['*'], {
          StringEquals: { 'cloudwatch:namespace': lever.namespace, 'aws:RequestedRegion': standby },
        }),
      ];
    }
    default:
      return unreachable(lever);
  }
}

/**
 * The alarms on regions, of every service: by the deployment's prefix and the region, because a policy that names each of them
 * passes what IAM takes of one with a dozen services.
 */
function readsAlarms(failover: Failover): Permission {
  const { name, account, observers, services } = failover;
  const regions = [...new Set(services.flatMap(regionNames))];
  return allow(
    ['cloudwatch:DescribeAlarms'],
    [
      ...observers.flatMap((observer) =>
        regions.map((region) => alarmArn({ account }, observer, alarmName({ name }, anyService, region))),
      ),
      ...userAlarmArns(failover),
      ...drillAlarmArns(failover),
    ],
  );
}

/** CloudWatch knows no resources here, and no namespaces where it is read. */
function countsArrivals({ services }: Failover): readonly Permission[] {
  const isCounted = services.some(({ regions }) => regions.some(({ arrivals }) => arrivals !== undefined));
  return isCounted ? [allow(['cloudwatch:GetMetricData'], ['*'])] : [];
}

function asksVantages(failover: Failover): Permission {
  return allow(
    ['lambda:InvokeFunction'],
    failover.observers.map((observer) => functionArn(failover, observer, 'vantage')),
  );
}

const callsHooks = (failover: Failover, step: StepName, region: Region): readonly Permission[] =>
  callsHooksAt(failover, hookMomentsOf[step] ?? [], region);

function callsHooksAt(failover: Failover, moments: readonly HookMoment[], region: Region): readonly Permission[] {
  const hooks = failover.services.flatMap((service) => moments.flatMap((when) => hooksAt(service, when)));
  const ready = functionArn(failover, region, 'hooks');
  return merged(
    hooks.flatMap((hook) => (hook.assume === undefined ? [invokes(hook.functionArn ?? ready)] : assumes(hook.assume))),
  );
}

const invokes = (functionArn: string): Permission => allow(['lambda:InvokeFunction'], [functionArn]);

function known(arn: string | undefined, service: string): string {
  if (arn === undefined) throw new Error(`the lever of ${service} is not known: nobody can be allowed to move it`);
  return arn;
}

function controls(arns: Readonly<Record<string, string>>, service: string, regions: Service['regions']): string[] {
  return regions.map(({ region }) => known(arns[region], service));
}

/** Statements that differ in their resources alone, as one: several services may share a store. */
function merged(permissions: readonly Permission[]): readonly Permission[] {
  const byRest = new Map<string, Permission>();
  for (const permission of permissions) {
    const rest = JSON.stringify([permission.actions, permission.conditions]);
    const resources = [...(byRest.get(rest)?.resources ?? []), ...permission.resources];
    byRest.set(rest, { ...permission, resources: [...new Set(resources)] });
  }
  return [...byRest.values()];
}

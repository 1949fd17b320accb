import { type Region, unreachable } from '../core/brand.ts';
import { answerParameters } from '../core/channel.ts';
import { type Failover, regionNames } from '../core/service.ts';
import { drillAlarmArns, outcomeAlarmArns } from './drill-schedules.ts';
import { callsHooks } from './hook-permissions.ts';
import { readsLevers, writesLevers, writesShared } from './lever-permissions.ts';
import {
  alarmArn,
  alarmName,
  anyService,
  copiesBucket,
  copyKeys,
  evacuationMachineArn,
  type FunctionRole,
  functionArn,
  liveAlias,
  parameterArn,
  stateMachineArn,
  tableArn,
} from './names.ts';
import { allow, allowAny, merged, type Permission } from './permission.ts';
import { probes } from './probe-permissions.ts';
import { readyPermissions } from './ready-permissions.ts';
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
        ...callsHooks(failover, role, region),
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
    case 'copy':
      return [
        readsLedger,
        ...readsLevers(failover),
        readsAlarms(failover),
        onCopies(['s3:PutObject'], failover, region),
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
 * Whether a run, or an evacuation, that has a lease goes on, in whichever control region it is.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
 */
function asksRuns(failover: Failover): Permission {
  const machines = [stateMachineArn, evacuationMachineArn];
  const arns = failover.controlRegions.flatMap((region) => machines.map((arnOf) => arnOf(failover, region)));
  return allow(
    ['states:DescribeExecution'],
    arns.map((arn) => `${arn.replace(':stateMachine:', ':execution:')}:*`),
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

/** What is done to the objects with the copies of the console. */
export function onCopies(
  actions: readonly string[],
  failover: Pick<Failover, 'name' | 'account'>,
  region: Region,
): Permission {
  const bucket = copiesBucket(failover, region);
  return allow(
    actions,
    Object.values(copyKeys).map((key) => `arn:aws:s3:::${bucket}/${key}`),
  );
}

/** Of the function that says in a store which service a request belongs to. The keys of one store have no ARNs of their own. */
export const writesPages = (storeArn: string): Permission =>
  allow(
    ['DescribeKeyValueStore', 'ListKeys', 'UpdateKeys'].map((operation) => `cloudfront-keyvaluestore:${operation}`),
    [storeArn],
  );

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

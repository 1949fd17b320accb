import type { Assume } from '../core/assume.ts';
import { unreachable } from '../core/brand.ts';
import { beaconRegions } from '../core/lever.ts';
import type { Failover, Service } from '../core/service.ts';
import { alarmArn, anyService, beaconAlarmName } from './names.ts';
import { allow, merged, type Permission } from './permission.ts';

export function readsLevers({ services }: Failover): readonly Permission[] {
  return merged(services.flatMap(readsLever));
}

/** A service in shadow is decided about and never written to, so nothing of its lever may be written either. */
export function writesLevers({ services }: Failover): readonly Permission[] {
  return merged(
    services.flatMap((service) => [...readsLever(service), ...(service.policy.shadow ? [] : writesLever(service))]),
  );
}

/**
 * What several services leave by: the override of regions stands in every store, and marks of those that are spared, of services in shadow
 * too, which it must not move; and routing controls, whose calls are shared.
 */
export function writesShared({ services }: Failover): readonly Permission[] {
  return merged(
    services.flatMap((service) => {
      const { kind } = service.lever;
      return kind === 'kvs' || (kind === 'arc' && !service.policy.shadow) ? writesLever(service) : [];
    }),
  );
}

export function readsLever(service: Service): readonly Permission[] {
  const assume = assumedFor(service);
  return assume === undefined ? leverReads(service) : assumes(assume);
}

export function writesLever(service: Service): readonly Permission[] {
  const assume = assumedFor(service);
  return assume === undefined ? leverWrites(service) : assumes(assume);
}

export function leverReads({ name, lever, regions }: Service): readonly Permission[] {
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

export function leverWrites({ name, lever, regions }: Service): readonly Permission[] {
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

/** Lines for a person are written with other operations than functions use: one key, one statistic, one alarm. */
export function otherOperations(
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

export const assumedFor = ({ lever }: Pick<Service, 'lever'>): Assume | undefined =>
  lever.kind === 'beacon' ? undefined : lever.assume;

/** What lies in another account is reached by a role there alone, which has what it takes. */
export const assumes = ({ roleArn }: Assume): readonly Permission[] => [allow(['sts:AssumeRole'], [roleArn])];

function known(arn: string | undefined, service: string): string {
  if (arn === undefined) throw new Error(`the lever of ${service} is not known: nobody can be allowed to move it`);
  return arn;
}

function controls(arns: Readonly<Record<string, string>>, service: string, regions: Service['regions']): string[] {
  return regions.map(({ region }) => known(arns[region], service));
}

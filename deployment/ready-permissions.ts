import { unreachable } from '../core/brand.ts';
import type { ReadyHook, Sized } from '../core/ready-hook.ts';
import { type Failover, regionNames, type Service } from '../core/service.ts';
import { allow, allowAny, merged, type Permission } from './permission.ts';

/*
 * What the function of hooks that come with the deployment may do: what the configuration names, and nothing beside it.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */

type Of = Pick<Failover, 'account' | 'services'>;

export const usesReadyHooks = ({ services }: Pick<Failover, 'services'>): boolean =>
  services.some(({ hooks }) => hooks.some(({ ready }) => ready !== undefined));

export const readyPermissions = ({ services, account }: Of): readonly Permission[] =>
  merged(services.flatMap((service) => readyOf(service).flatMap((ready) => permissionsOfOne(ready, service, account))));

/** Every ARN in those permissions. */
export const readyArns = (failover: Of): readonly string[] =>
  readyPermissions(failover).flatMap(({ resources }) => resources.filter((resource) => resource !== '*'));

const readyOf = ({ hooks }: Service): readonly ReadyHook[] =>
  hooks.flatMap(({ ready }) => (ready === undefined ? [] : [ready]));

/** CloudWatch knows no resources where metrics are read. */
const readsMetrics = allow(['cloudwatch:GetMetricData'], ['*']);

function permissionsOfOne(ready: ReadyHook, service: Service, account: string): readonly Permission[] {
  switch (ready.kind) {
    case 'dynamodb-lag':
    case 'aurora-lag':
      return [readsMetrics];
    case 'aurora-global': {
      const global = `arn:aws:rds::${account}:global-cluster:${ready.globalCluster}`;
      const clusters = Object.entries(ready.clusters).map(
        ([region, id]) => `arn:aws:rds:${region}:${account}:cluster:${id}`,
      );
      const moves = ready.allowDataLoss
        ? ['rds:FailoverGlobalCluster', 'rds:SwitchoverGlobalCluster']
        : ['rds:SwitchoverGlobalCluster'];
      return [allow(['rds:DescribeGlobalClusters'], [global]), allow(moves, [global, ...clusters])];
    }
    case 'capacity':
      return sized(ready.of, service, account, false);
    case 'size':
      return sized(ready.of, service, account, true);
    case 'event-sources': {
      const arns = Object.entries(ready.mappings).flatMap(([region, ids]) =>
        ids.map((id) => `arn:aws:lambda:${region}:${account}:event-source-mapping:${id}`),
      );
      return allowAny(['lambda:GetEventSourceMapping', 'lambda:UpdateEventSourceMapping'], arns);
    }
    default:
      return unreachable(ready);
  }
}

function sized(of: Sized, service: Service, account: string, writes: boolean): readonly Permission[] {
  const inEach = (arn: (region: string) => string) => regionNames(service).map(arn);
  switch (of.kind) {
    case 'ecs': {
      const arns = inEach((region) => `arn:aws:ecs:${region}:${account}:service/${of.cluster}/${of.service}`);
      return [allow(writes ? ['ecs:DescribeServices', 'ecs:UpdateService'] : ['ecs:DescribeServices'], arns)];
    }
    case 'autoscaling': {
      const arns = inEach(
        (region) => `arn:aws:autoscaling:${region}:${account}:autoScalingGroup:*:autoScalingGroupName/${of.group}`,
      );
      // It knows no resources where groups are described.
      const reads = allow(['autoscaling:DescribeAutoScalingGroups'], ['*']);
      return writes ? [reads, allow(['autoscaling:UpdateAutoScalingGroup'], arns)] : [reads];
    }
    case 'lambda': {
      const arns = inEach((region) => `arn:aws:lambda:${region}:${account}:function:${of.function}:${of.alias}`);
      const writing = ['lambda:PutProvisionedConcurrencyConfig', 'lambda:DeleteProvisionedConcurrencyConfig'];
      return [allow(['lambda:GetProvisionedConcurrencyConfig', ...(writes ? writing : [])], arns)];
    }
    default:
      return unreachable(of);
  }
}

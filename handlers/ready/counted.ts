import {
  type AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { DescribeServicesCommand, type ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import {
  DeleteProvisionedConcurrencyConfigCommand,
  GetProvisionedConcurrencyConfigCommand,
  type LambdaClient,
  ProvisionedConcurrencyConfigNotFoundException,
  PutProvisionedConcurrencyConfigCommand,
} from '@aws-sdk/client-lambda';
import type { AutoScalingGroup, EcsService, ProvisionedConcurrency } from '../../core/ready-hook.ts';
import type { Counted } from './size.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html */
export function ecsTasks({ cluster, service }: EcsService, client: ECSClient): Counted {
  return {
    what: `tasks of ${service}`,
    async read() {
      const { services: [found] = [] } = await client.send(
        new DescribeServicesCommand({ cluster, services: [service] }),
      );
      if (found === undefined || found.status === 'INACTIVE')
        throw new Error(`ECS has no service ${service} in ${cluster}`);
      return { wanted: found.desiredCount ?? 0, running: found.runningCount ?? 0, most: null };
    },
    async want(count) {
      await client.send(new UpdateServiceCommand({ cluster, service, desiredCount: count }));
    },
  };
}

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html */
export function instances({ group }: AutoScalingGroup, client: AutoScalingClient): Counted {
  return {
    what: `instances of ${group}`,
    async read() {
      const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] });
      const { AutoScalingGroups: [found] = [] } = await client.send(command);
      if (found === undefined) throw new Error(`there is no Auto Scaling group ${group}`);
      const { DesiredCapacity = 0, MaxSize = 0, Instances = [] } = found;
      const well = Instances.filter(
        ({ LifecycleState, HealthStatus }) => LifecycleState === 'InService' && HealthStatus === 'Healthy',
      );
      return { wanted: DesiredCapacity, running: well.length, most: MaxSize };
    },
    /** The least that scaling policies leave, too: a standby without traffic would be scaled in before the traffic comes. */
    async want(count) {
      const sizes = { MinSize: count, DesiredCapacity: count };
      await client.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: group, ...sizes }));
    },
  };
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_PutProvisionedConcurrencyConfig.html */
export function provisioned({ function: FunctionName, alias }: ProvisionedConcurrency, client: LambdaClient): Counted {
  const of = { FunctionName, Qualifier: alias };
  return {
    what: `provisioned environments of ${FunctionName}`,
    async read() {
      try {
        const found = await client.send(new GetProvisionedConcurrencyConfigCommand(of));
        if (found.Status === 'FAILED')
          throw new Error(`Lambda cannot provision ${FunctionName}: ${found.StatusReason}`);
        const { RequestedProvisionedConcurrentExecutions: wanted = 0 } = found;
        return { wanted, running: found.AvailableProvisionedConcurrentExecutions ?? 0, most: null };
      } catch (error) {
        if (error instanceof ProvisionedConcurrencyConfigNotFoundException)
          return { wanted: 0, running: 0, most: null };
        throw error;
      }
    },
    async want(count) {
      if (count === 0) await client.send(new DeleteProvisionedConcurrencyConfigCommand(of));
      else {
        const command = new PutProvisionedConcurrencyConfigCommand({ ...of, ProvisionedConcurrentExecutions: count });
        await client.send(command);
      }
    },
  };
}

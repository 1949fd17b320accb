import type { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { ECSClient } from '@aws-sdk/client-ecs';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { RDSClient } from '@aws-sdk/client-rds';
import { unreachable } from '../../core/brand.ts';
import type { HookQuestion, HookReply } from '../../core/hook.ts';
import type { ReadyHook, Sized } from '../../core/ready-hook.ts';
import type { Failover } from '../../core/service.ts';
import { ConfigurationError } from '../errors.ts';
import { auroraGlobal } from './aurora-global.ts';
import { ecsTasks, instances, provisioned } from './counted.ts';
import { eventSources } from './event-sources.ts';
import { lag } from './lag.ts';
import type { Around } from './question.ts';
import { type Counted, capacity, size } from './size.ts';

/** Clients, by region: made when they are first used. */
export interface ReadyClients {
  readonly cloudwatch: (region: string) => CloudWatchClient;
  readonly rds: (region: string) => RDSClient;
  readonly ecs: (region: string) => ECSClient;
  readonly autoscaling: (region: string) => AutoScalingClient;
  readonly lambda: (region: string) => LambdaClient;
}

/** What the configuration says of a hook that comes with the deployment, and how long it may take. */
export function readyNamed(
  { service, hook }: Pick<HookQuestion, 'service' | 'hook'>,
  { services }: Pick<Failover, 'services'>,
): { readonly ready: ReadyHook; readonly timeoutMs: number } {
  const found = services.find(({ name }) => name === service)?.hooks.find(({ name }) => name === hook);
  if (found?.ready === undefined)
    throw new ConfigurationError(`the configuration of ${service} has no ready hook ${hook}`);
  return { ready: found.ready, timeoutMs: found.timeoutMs };
}

/** Does what is asked. Throws where it could not, or where it is not so in time. */
export async function readyHook(
  ready: ReadyHook,
  question: HookQuestion,
  clients: ReadyClients,
  around: Around,
): Promise<HookReply> {
  switch (ready.kind) {
    case 'dynamodb-lag':
    case 'aurora-lag':
      return lag(ready, question, clients.cloudwatch, around);
    case 'aurora-global':
      return auroraGlobal(ready, question, clients.rds, around);
    case 'capacity':
      return capacity(ready, question, countedIn(ready.of, clients)(question.to));
    case 'size':
      return size(ready, question, countedIn(ready.of, clients), around);
    case 'event-sources':
      return eventSources(ready, question, clients.lambda);
    default:
      return unreachable(ready);
  }
}

const countedIn =
  (of: Sized, { ecs, autoscaling, lambda }: ReadyClients) =>
  (region: string): Counted => {
    switch (of.kind) {
      case 'ecs':
        return ecsTasks(of, ecs(region));
      case 'autoscaling':
        return instances(of, autoscaling(region));
      case 'lambda':
        return provisioned(of, lambda(region));
      default:
        return unreachable(of);
    }
  };

import type { Region } from '../core/brand.ts';
import { secretParameters } from '../core/channel.ts';
import type { Failover } from '../core/service.ts';
import { type FunctionRole, parameterArn, topicArns } from './names.ts';
import { allow, allowAny, type Permission } from './permission.ts';

/** The functions that publish to the topics, whose key they need as well. */
export const tellers: readonly FunctionRole[] = ['approve', 'announce', 'conclude', 'settle', 'reconcile', 'evacuate'];

/** Topics, the secrets of channels, and event buses. */
export function tellsPeople(failover: Failover, region: Region): readonly Permission[] {
  const { account, notify } = failover;
  const parameters = secretParameters(notify.channels);
  const buses = notify.channels.flatMap((channel) => (channel.kind === 'eventbridge' ? [channel.bus] : []));
  return [
    allow(['sns:Publish'], Object.values(topicArns(failover, region))),
    ...allowAny(
      ['ssm:GetParameter'],
      parameters.map((name) => parameterArn(failover, region, name)),
    ),
    ...allowAny(
      ['events:PutEvents'],
      buses.map((bus) => `arn:aws:events:${region}:${account}:event-bus/${bus}`),
    ),
  ];
}

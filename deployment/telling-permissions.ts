import type { Region } from '../core/brand.ts';
import { secretParameters } from '../core/channel.ts';
import type { Failover } from '../core/service.ts';
import { type FunctionRole, topicArns } from './names.ts';
import { allow, type Permission } from './permission.ts';

/** The functions that publish to the topics, whose key they need as well. */
export const tellers: readonly FunctionRole[] = ['approve', 'announce', 'conclude', 'reconcile'];

/** Topics, the secrets of channels, and event buses. */
export function tellsPeople(failover: Failover, region: Region): readonly Permission[] {
  const { account, notify } = failover;
  const parameters = secretParameters(notify.channels);
  const buses = notify.channels.flatMap((channel) => (channel.kind === 'eventbridge' ? [channel.bus] : []));
  return [
    allow(['sns:Publish'], Object.values(topicArns(failover, region))),
    ...(parameters.length === 0
      ? []
      : [
          allow(
            ['ssm:GetParameter'],
            parameters.map((name) => `arn:aws:ssm:${region}:${account}:parameter${name}`),
          ),
        ]),
    ...(buses.length === 0
      ? []
      : [
          allow(
            ['events:PutEvents'],
            [...new Set(buses)].map((bus) => `arn:aws:events:${region}:${account}:event-bus/${bus}`),
          ),
        ]),
  ];
}

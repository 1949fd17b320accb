import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Region } from '../../core/brand.ts';
import type { Failover, Notify } from '../../core/service.ts';
import { SlackChannel } from '../constructs/slack-channel.ts';

export interface ChatStackProps {
  readonly failover: Failover;
  readonly channel: NonNullable<Notify['slackChannel']>;
  /** Every region with topics. */
  readonly regions: readonly Region[];
}

/** The one channel for all regions: it is made once, after the topics that it listens to. */
export class ChatStack extends Stack {
  constructor(scope: Construct, id: string, { failover, channel, regions }: ChatStackProps) {
    super(scope, id, {
      stackName: id,
      env: { account: failover.account, region: failover.ledger.region },
      description: 'Understudy: the Slack channel of Amazon Q Developer in chat applications.',
    });
    new SlackChannel(this, 'Slack', { failover, channel, regions });
  }
}

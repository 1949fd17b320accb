import { SlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Region } from '../../core/brand.ts';
import type { Failover, Notify } from '../../core/service.ts';
import { topicArn } from '../../deployment/names.ts';
import { acknowledge } from './acknowledge.ts';

export interface SlackChannelProps {
  readonly failover: Failover;
  readonly channel: NonNullable<Notify['slackChannel']>;
  /** Whose topics it listens to. */
  readonly regions: readonly Region[];
}

/**
 * A Slack channel that Amazon Q Developer in chat applications posts to. It may read what an alarm shows and nothing else:
 * without a guardrail AWS takes AdministratorAccess for one, and whoever may write in the channel would hold it.
 * https://docs.aws.amazon.com/chatbot/latest/adminguide/understanding-permissions.html
 */
export class SlackChannel extends Construct {
  constructor(scope: Construct, id: string, { failover, channel, regions }: SlackChannelProps) {
    super(scope, id);
    const reads = () =>
      new PolicyStatement({
        actions: ['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData'],
        resources: ['*'],
      });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('chatbot.amazonaws.com'),
      description: 'What the Slack channel may do: show what an alarm is about.',
    });
    role.addToPolicy(reads());
    const guardrail = new ManagedPolicy(this, 'Guardrail', {
      description: 'The most that anybody may do from the Slack channel.',
      statements: [reads()],
    });
    for (const holder of [role, guardrail]) {
      acknowledge(holder, 'IAM5[Resource::*]', 'CloudWatch knows no resources when it reads metrics.');
    }
    new SlackChannelConfiguration(this, 'Channel', {
      slackChannelConfigurationName: `${failover.name}-people`,
      slackWorkspaceId: channel.workspaceId,
      slackChannelId: channel.channelId,
      role,
      guardrailPolicies: [guardrail],
      userRoleRequired: true,
      notificationTopics: regions.flatMap((region) =>
        (['critical', 'info'] as const).map((severity) =>
          Topic.fromTopicArn(this, `${severity}-${region}`, topicArn(failover, region, severity)),
        ),
      ),
    });
  }
}

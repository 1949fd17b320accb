import { CfnRule } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { delivery } from '../../deployment/event-patterns.ts';
import type { TopicTarget } from '../../deployment/topic-target.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Topics } from './topics.ts';

export interface TopicRuleProps {
  readonly name: string;
  readonly description: string;
  readonly pattern: object;
  readonly targets: readonly TopicTarget[];
  readonly topics: Topics;
  readonly deadLetters: DeadLetters;
}

/** A rule that tells people by topics, without any function of ours. */
export function topicRule(
  scope: Construct,
  { name, description, pattern, targets, topics, deadLetters }: TopicRuleProps,
): CfnRule {
  deadLetters.takesFromRules([name]);
  return new CfnRule(scope, 'Rule', {
    name,
    description,
    eventPattern: pattern,
    state: 'ENABLED',
    targets: targets.map(({ id, topic, ...inputTransformer }) => ({
      id,
      arn: topics[topic].topicArn,
      inputTransformer,
      retryPolicy: {
        maximumEventAgeInSeconds: delivery.maximumEventAgeSeconds,
        maximumRetryAttempts: delivery.maximumRetryAttempts,
      },
      deadLetterConfig: { arn: deadLetters.queue.queueArn },
    })),
  });
}

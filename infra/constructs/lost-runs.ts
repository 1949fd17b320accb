import { CfnRule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { delivery, lostRunPattern } from '../../deployment/event-patterns.ts';
import { lostRunTargets } from '../../deployment/lost-run.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Topics } from './topics.ts';

export interface LostRunsProps {
  readonly failover: Failover;
  readonly region: Region;
  readonly topics: Topics;
  readonly deadLetters: DeadLetters;
}

/** Tells people of a run that could not conclude by itself: there is nobody else left to tell of it. */
export class LostRuns extends Construct {
  constructor(scope: Construct, id: string, { failover, region, topics, deadLetters }: LostRunsProps) {
    super(scope, id);
    const name = `${failover.name}-run-lost`;
    new CfnRule(this, 'Rule', {
      name,
      description: 'A run was stopped, ran out of time or broke in Step Functions itself.',
      eventPattern: lostRunPattern(failover, region),
      state: 'ENABLED',
      targets: lostRunTargets(failover).map(({ id, topic, ...inputTransformer }) => ({
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
    deadLetters.takesFromRules([name]);
  }
}

import { Construct } from 'constructs';
import type { Failover } from '../../core/service.ts';
import { awsWordPattern, awsWordTargets } from '../../deployment/aws-word.ts';
import type { DeadLetters } from './dead-letters.ts';
import { topicRule } from './topic-rule.ts';
import type { Topics } from './topics.ts';

export interface AwsWordProps {
  readonly failover: Failover;
  readonly topics: Topics;
  readonly deadLetters: DeadLetters;
}

/** Tells people what AWS says of the regions of services, beside what is seen there; it decides nothing. */
export class AwsWord extends Construct {
  constructor(scope: Construct, id: string, { failover, topics, deadLetters }: AwsWordProps) {
    super(scope, id);
    topicRule(this, {
      name: `${failover.name}-aws-word`,
      description: 'AWS Health tells of an issue in a region of a service: for information.',
      pattern: awsWordPattern(failover),
      targets: awsWordTargets(failover),
      topics,
      deadLetters,
    });
  }
}

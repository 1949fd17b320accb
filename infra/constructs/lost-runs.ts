import { Construct } from 'constructs';
import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { lostRunPattern } from '../../deployment/event-patterns.ts';
import { lostRunTargets } from '../../deployment/lost-run.ts';
import type { DeadLetters } from './dead-letters.ts';
import { topicRule } from './topic-rule.ts';
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
    topicRule(this, {
      name: `${failover.name}-run-lost`,
      description: 'A run was stopped, ran out of time or broke in Step Functions itself.',
      pattern: lostRunPattern(failover, region),
      targets: lostRunTargets(failover),
      topics,
      deadLetters,
    });
  }
}

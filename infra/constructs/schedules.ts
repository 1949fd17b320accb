import type { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { Failover } from '../../core/service.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { HandlerFunction } from './handler-function.ts';
import { schedule, schedulerRole } from './schedule.ts';

export interface SchedulesProps {
  readonly failover: Failover;
  readonly functions: readonly HandlerFunction[];
  readonly deadLetters: DeadLetters;
}

/**
 * What happens without an event: every minute the reconciler starts what a lost event would have started, and every five
 * minutes each function runs once, so that none is cold when it matters and one that is broken shows before.
 */
export class Schedules extends Construct {
  readonly reconciler: CfnSchedule;
  constructor(scope: Construct, id: string, { failover, functions, deadLetters }: SchedulesProps) {
    super(scope, id);
    const targets = functions.map(({ function: target }) => target);
    const role = schedulerRole(this, 'Runs the reconciler and keeps functions warm.', {
      failover,
      targets,
      deadLetters,
    });
    const made = functions.map(({ handles, function: target }) => {
      const reconciles = handles === 'reconcile';
      return schedule(this, handles, {
        name: `${failover.name}-${reconciles ? 'reconcile' : `warm-${handles}`}`,
        description: reconciles ? 'Starts what a lost event would have started.' : `Keeps ${handles} warm.`,
        everyMinutes: reconciles ? 1 : 5,
        input: reconciles ? {} : { warm: true },
        retries: 1,
        target,
        role,
        deadLetters,
      });
    });
    const reconciler = made[functions.findIndex(({ handles }) => handles === 'reconcile')];
    if (reconciler === undefined) throw new Error('there is no reconciler to run');
    this.reconciler = reconciler;
  }
}

import type { StepFunctions } from '../../deployment/steps.ts';
import type { GuardedMachine } from '../guarded.ts';
import { actStates } from './act.ts';
import { admitStates } from './admit.ts';
import { approveStates } from './approve.ts';
import { assessStates } from './assess.ts';
import { runSecondsMax } from './bounds.ts';
import { concludeStates, type TopicArns } from './conclude.ts';
import { returnStates } from './return.ts';

/**
 * Failover, failback, rehearsal and drill: one machine, and its input says which. Seven transitions lead from the start to the
 * first write, two more tell people beside it.
 */
export function failoverMachine({ functions, topicArns, chat = false }: FailoverParts): GuardedMachine {
  return {
    Comment: 'Moves a service out of a region that has failed, proves it, tells people, and says why if it does not.',
    QueryLanguage: 'JSONata',
    TimeoutSeconds: runSecondsMax,
    StartAt: 'Admit',
    States: {
      ...admitStates(functions),
      ...assessStates(functions),
      ...approveStates(functions),
      ...actStates(functions),
      ...concludeStates(functions, topicArns, chat),
      ...returnStates(functions),
    },
  };
}

export interface FailoverParts {
  /** By ARN, in the region that the machine runs in, or placeholders. */
  readonly functions: StepFunctions;
  readonly topicArns: TopicArns;
  /** Whether a chat channel of Amazon Q Developer listens to the topics. */
  readonly chat?: boolean;
}

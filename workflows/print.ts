import { stepFunctions } from '../deployment/steps.ts';
import type { StateMachine } from './asl.ts';
import { failoverMachine } from './failover/machine.ts';

/** The machines that can be printed. */
export const machineNames = ['failover'] as const;

export type MachineName = (typeof machineNames)[number];

/**
 * A machine as ASL for Workflow Studio and for templates, with a placeholder for each ARN: `${AdmitFunctionArn}`,
 * `${CriticalTopicArn}`, `${InfoTopicArn}`.
 */
export function asl(name: MachineName): StateMachine {
  switch (name) {
    case 'failover':
      return failoverMachine({
        functions: stepFunctions((step) => `\${${capitalised(step)}FunctionArn}`),
        topicArns: { critical: '${CriticalTopicArn}', info: '${InfoTopicArn}' },
      });
  }
}

const capitalised = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;

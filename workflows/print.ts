import { stepFunctions } from '../deployment/steps.ts';
import type { StateMachine } from './asl.ts';
import { evacuationMachine } from './evacuation/machine.ts';
import { failoverMachine } from './failover/machine.ts';

/** The machines that can be printed. */
export const machineNames = ['failover', 'evacuation'] as const;

export type MachineName = (typeof machineNames)[number];

/**
 * A machine as ASL for Workflow Studio and for templates, with a placeholder for each ARN: `${AdmitFunctionArn}`,
 * `${CriticalTopicArn}`, `${InfoTopicArn}`; of the evacuation `${EvacuateFunctionArn}`.
 */
export function asl(name: MachineName): StateMachine {
  switch (name) {
    case 'failover':
      return failoverMachine({
        functions: stepFunctions((step) => `\${${capitalised(step)}FunctionArn}`),
        topicArns: { critical: '${CriticalTopicArn}', info: '${InfoTopicArn}' },
      });
    case 'evacuation':
      return evacuationMachine('${EvacuateFunctionArn}');
  }
}

const capitalised = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;

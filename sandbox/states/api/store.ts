import { AwsError } from '../../aws/service.ts';
import type { Execution, Outcome } from '../execution.ts';
import type { Machine } from '../machine.ts';
import { checkArn } from './arn.ts';

/** A state machine as it was created and last updated. */
export interface StoredMachine {
  readonly arn: string;
  readonly name: string;
  readonly definition: string;
  readonly machine: Machine;
  readonly roleArn: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** There once it was updated. */
  readonly revisionId?: string;
}

export interface StoredExecution {
  readonly arn: string;
  readonly name: string;
  /** As it was when the execution started: updates do not touch what runs. */
  readonly machine: StoredMachine;
  readonly input: string;
  readonly startedAt: number;
  readonly execution: Execution;
  stoppedAt: number | undefined;
  outcome: Outcome | undefined;
}

/** Everything the service holds; an ARN says region and account itself. */
export class Store {
  readonly machines = new Map<string, StoredMachine>();
  readonly executions = new Map<string, StoredExecution>();

  machine(arn: string): StoredMachine {
    checkArn(arn, 'stateMachine');
    const found = this.machines.get(arn);
    if (found === undefined) throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return found;
  }

  execution(arn: string): StoredExecution {
    checkArn(arn, 'execution');
    const found = this.executions.get(arn);
    if (found === undefined) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return found;
  }
}

export const statusOf = ({ outcome }: StoredExecution): 'RUNNING' | Outcome['status'] => outcome?.status ?? 'RUNNING';

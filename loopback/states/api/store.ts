import { AwsError } from '../../aws/service.ts';
import type { Execution, Outcome } from '../execution.ts';
import type { HistoryEvent } from '../history.ts';
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
  /** There once an update changed it. */
  readonly revisionId?: string;
}

/** What a machine's revision is called before its first update. */
export const initialRevision = 'INITIAL';

/** A machine as it was when it was published. */
export interface StoredVersion {
  readonly arn: string;
  readonly machine: StoredMachine;
  readonly description: string | undefined;
  readonly createdAt: number;
}

export interface Route {
  readonly stateMachineVersionArn: string;
  /** Percent of the executions that are started. */
  readonly weight: number;
}

export interface StoredAlias {
  readonly arn: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly routing: readonly Route[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What an ARN, with or without a qualifier, leads to. */
export interface Resolved {
  readonly machine: StoredMachine;
  readonly versionArn?: string;
  readonly aliasArn?: string;
}

export interface StoredExecution {
  readonly arn: string;
  readonly name: string;
  /** By which it was started. */
  readonly versionArn: string | undefined;
  readonly aliasArn: string | undefined;
  /** As it was when the execution started: updates do not touch what runs. */
  readonly machine: StoredMachine;
  readonly input: string;
  readonly startedAt: number;
  readonly execution: Execution;
  /** So far: they grow while it runs. */
  readonly events: readonly HistoryEvent[];
  stoppedAt: number | undefined;
  outcome: Outcome | undefined;
}

/** Everything the service holds; an ARN says region and account itself. */
export class Store {
  readonly machines = new Map<string, StoredMachine>();
  readonly versions = new Map<string, StoredVersion>();
  /** By machine, the number that was given last. */
  readonly lastVersion = new Map<string, number>();
  readonly aliases = new Map<string, StoredAlias>();
  readonly executions = new Map<string, StoredExecution>();

  machine(arn: string): StoredMachine {
    checkArn(arn, 'stateMachine');
    const found = this.machines.get(arn);
    if (found === undefined) throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return found;
  }

  /** A machine by its own ARN, by a version's, or by an alias's, which chooses by weight. */
  resolve(arn: string, random: () => number): Resolved {
    checkArn(arn, 'stateMachine');
    const alias = this.aliases.get(arn);
    const versionArn = alias === undefined ? arn : chosen(alias, random() * 100);
    const version = this.versions.get(versionArn);
    if (version === undefined) return { machine: this.machine(arn) };
    return { machine: version.machine, versionArn, ...(alias !== undefined && { aliasArn: alias.arn }) };
  }

  /** Oldest first. */
  versionsOf(machineArn: string): StoredVersion[] {
    return [...this.versions.values()].filter(({ machine }) => machine.arn === machineArn);
  }

  /** `complaint` is what is said of one that is not there. */
  alias(arn: string, complaint = `State Machine Alias Does Not Exist: '${arn}'`): StoredAlias {
    checkArn(arn, 'stateMachine');
    const found = this.aliases.get(arn);
    if (found === undefined) throw new AwsError('ResourceNotFound', complaint);
    return found;
  }

  execution(arn: string): StoredExecution {
    checkArn(arn, 'execution');
    const found = this.executions.get(arn);
    if (found === undefined) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return found;
  }
}

/** `point` is between 0 and 100. */
function chosen({ routing: [first, second] }: StoredAlias, point: number): string {
  return (second === undefined || point < (first?.weight ?? 0) ? first : second)?.stateMachineVersionArn ?? '';
}

export const statusOf = ({ outcome }: StoredExecution): 'RUNNING' | Outcome['status'] => outcome?.status ?? 'RUNNING';

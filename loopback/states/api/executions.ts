import { randomUUID } from 'node:crypto';
import type {
  DescribeExecutionInput,
  ListExecutionsInput,
  StartExecutionInput,
  StopExecutionInput,
} from '@aws-sdk/client-sfn';
import type { Call, Operation } from '../../aws/service.ts';
import { AwsError } from '../../aws/service.ts';
import { Execution } from '../execution.ts';
import type { HistoryEvent } from '../history.ts';
import { History } from '../history.ts';
import type { Ports } from '../ports.ts';
import { executionArn as arnOf, checkName } from './arn.ts';
import { describeExecution, qualifiers } from './describe-execution.ts';
import { parseInput } from './execution-input.ts';
import { page } from './page.ts';
import type { Store, StoredExecution } from './store.ts';
import { statusOf } from './store.ts';

/** Told of what happens in executions; the service never waits for it. */
export interface Watch {
  statusChanged(execution: StoredExecution, region: string): void;
  event(execution: { readonly arn: string; readonly region: string }, event: HistoryEvent): void;
}

/** The operations on executions. */
export function executionOperations(store: Store, ports: Ports, watch: Watch): Record<string, Operation> {
  return {
    async StartExecution(input: StartExecutionInput, { region, account }: Call) {
      const { machine, versionArn, aliasArn } = store.resolve(input.stateMachineArn as string, ports.random);
      const name = input.name ?? randomUUID();
      checkName(name);
      const given = parseInput(input.input ?? '{}');
      const arn = arnOf(region, account, machine.name, name);
      const existing = store.executions.get(arn);
      if (existing !== undefined) {
        // Asking again for what runs already is no second start.
        if (statusOf(existing) === 'RUNNING' && existing.input === given.text) return started(existing);
        throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
      }
      const startedAt = ports.clock.now();
      const info = {
        executionArn: arn,
        executionName: name,
        stateMachineArn: machine.arn,
        stateMachineName: machine.name,
        roleArn: machine.roleArn,
        region,
        startedAt,
        input: given,
      };
      const history = new History(
        () => ports.clock.now(),
        (event) => watch.event({ arn, region }, event),
      );
      const execution = new Execution(machine.machine, ports, info, history);
      const stored: StoredExecution = {
        arn,
        name,
        versionArn,
        aliasArn,
        machine,
        input: given.text,
        startedAt,
        execution,
        events: history.events,
        stoppedAt: undefined,
        outcome: undefined,
      };
      store.executions.set(arn, stored);
      watch.statusChanged(stored, region);
      execution.outcome.then((outcome) => {
        stored.outcome = outcome;
        stored.stoppedAt ??= ports.clock.now();
        watch.statusChanged(stored, region);
      });
      return started(stored);
    },

    async StopExecution({ executionArn, error, cause }: StopExecutionInput) {
      const stored = store.execution(executionArn as string);
      if (stored.execution.stop(error, cause)) {
        stored.stoppedAt = ports.clock.now();
        stored.outcome = await stored.execution.outcome;
      }
      return { stopDate: new Date(stored.stoppedAt as number) };
    },

    async DescribeExecution({ executionArn, includedData }: DescribeExecutionInput) {
      return describeExecution(store.execution(executionArn as string), includedData !== 'METADATA_ONLY');
    },

    async ListExecutions(input: ListExecutionsInput) {
      if (input.mapRunArn !== undefined) throw new AwsError('ValidationException', 'The sandbox has no map runs');
      if (input.stateMachineArn === undefined) {
        throw new AwsError('ValidationException', 'Either stateMachineArn or mapRunArn must be given');
      }
      checkStatusFilter(input.statusFilter);
      const belongs = belongsTo(store, input.stateMachineArn);
      const newestFirst = [...store.executions.values()].reverse();
      const { items, ...rest } = page(
        newestFirst.filter(
          (execution) =>
            belongs(execution) && (input.statusFilter === undefined || statusOf(execution) === input.statusFilter),
        ),
        input,
      );
      return { executions: items.map(summary), ...rest };
    },
  };
}

/** Of a machine all of them, of a version or an alias those that were started by it. */
function belongsTo(store: Store, arn: string): (execution: StoredExecution) => boolean {
  if (store.aliases.has(arn)) return ({ aliasArn }) => aliasArn === arn;
  if (store.versions.has(arn)) return ({ versionArn }) => versionArn === arn;
  const machine = store.machine(arn);
  return (execution) => execution.machine.arn === machine.arn;
}

const started = ({ arn, startedAt }: StoredExecution) => ({ executionArn: arn, startDate: new Date(startedAt) });

const statuses = ['SUCCEEDED', 'TIMED_OUT', 'PENDING_REDRIVE', 'ABORTED', 'FAILED', 'RUNNING'];

function checkStatusFilter(status: string | undefined): void {
  if (status === undefined || statuses.includes(status)) return;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${status}' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: [${statuses.join(', ')}]`,
  );
}

const summary = (execution: StoredExecution) => ({
  executionArn: execution.arn,
  stateMachineArn: execution.machine.arn,
  ...qualifiers(execution),
  name: execution.name,
  status: statusOf(execution),
  startDate: new Date(execution.startedAt),
  ...(execution.stoppedAt !== undefined && { stopDate: new Date(execution.stoppedAt) }),
  redriveCount: 0,
});

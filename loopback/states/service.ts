import type { Aws, AwsService } from '../aws/service.ts';
import type { Clock } from '../clock.ts';
import { wallClock } from '../clock.ts';
import type { Emit } from '../events/event.ts';
import { aliasOperations } from './api/aliases.ts';
import { describeExecution } from './api/describe-execution.ts';
import type { Watch } from './api/executions.ts';
import { executionOperations } from './api/executions.ts';
import { historyOperations } from './api/history.ts';
import { machineOperations } from './api/machines.ts';
import { Store, statusOf } from './api/store.ts';
import { tokenOperations } from './api/task-tokens.ts';
import { versionOperations } from './api/versions.ts';
import type { HistoryEvent } from './history.ts';
import { awsTasks } from './tasks/aws-tasks.ts';
import { TaskTokens } from './tasks/tokens.ts';
import { testStateOperations } from './test-state/test-state.ts';

export interface StatesOptions {
  /** What Task states call; it may come to know this service only later. */
  readonly aws: Aws;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** Gets `Step Functions Execution Status Change` for the default bus. */
  readonly emit?: Emit;
  /** Gets every event of every execution as it is written. */
  readonly onEvent?: (execution: { readonly arn: string; readonly region: string }, event: HistoryEvent) => void;
}

/** AWS Step Functions: standard workflows in JSONata, one set of state machines per region. */
export function statesService({
  aws,
  clock = wallClock,
  random = Math.random,
  emit,
  onEvent,
}: StatesOptions): AwsService {
  const store = new Store();
  const tokens = new TaskTokens();
  const children = {
    async ended(executionArn: string) {
      const stored = store.execution(executionArn);
      stored.outcome = await stored.execution.outcome;
      stored.stoppedAt ??= clock.now();
      return describeExecution(stored);
    },
    stop(executionArn: string) {
      store.execution(executionArn).execution.stop();
    },
  };
  const watch: Watch = {
    event: (execution, event) => onEvent?.(execution, event),
    statusChanged: (execution, region) =>
      emit?.(region, {
        source: 'aws.states',
        detailType: 'Step Functions Execution Status Change',
        at: execution.stoppedAt ?? execution.startedAt,
        resources: [execution.arn],
        detail: statusDetail(describeExecution(execution)),
      }),
  };
  const ports = { clock, random, tasks: awsTasks({ aws, clock, tokens, children }) };
  return {
    id: 'states',
    operations: {
      ...machineOperations(store, () => clock.now()),
      ...versionOperations(store, () => clock.now()),
      ...aliasOperations(store, () => clock.now()),
      ...executionOperations(store, ports, watch),
      ...historyOperations(store),
      ...tokenOperations(tokens),
      ...testStateOperations(ports),
    },
    async close() {
      for (const stored of store.executions.values()) {
        if (statusOf(stored) === 'RUNNING') stored.execution.stop();
      }
      await Promise.all([...store.executions.values()].map(({ execution }) => execution.outcome));
    },
  };
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
function statusDetail(described: Record<string, unknown>): object {
  const millis = (date: unknown): number | null => (date instanceof Date ? date.getTime() : null);
  return {
    executionArn: described['executionArn'],
    stateMachineArn: described['stateMachineArn'],
    name: described['name'],
    status: described['status'],
    startDate: millis(described['startDate']),
    stopDate: millis(described['stopDate']),
    input: described['input'] ?? null,
    output: described['output'] ?? null,
    stateMachineVersionArn: described['stateMachineVersionArn'] ?? null,
    stateMachineAliasArn: described['stateMachineAliasArn'] ?? null,
    redriveCount: 0,
    redriveDate: null,
    redriveStatus: described['redriveStatus'],
    redriveStatusReason: described['redriveStatusReason'] ?? null,
    inputDetails: { included: true },
    outputDetails: described['output'] === undefined ? null : { included: true },
    error: described['error'] ?? null,
    cause: described['cause'] ?? null,
  };
}

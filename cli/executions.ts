import { setTimeout as delay } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SendTaskSuccessCommand,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { type Region, region } from '../core/brand.ts';
import { once, type Reach } from '../handlers/adapters/client-settings.ts';
import { statesClient } from '../handlers/adapters/starter.states.ts';
import { isWorthAnother } from '../handlers/adapters/vendor-error.ts';
import { personal } from './patience.ts';
import { reaching } from './unreachable.ts';

/** Runs of the state machine, as the CLI sees them. */
export interface Executions {
  start(machineArn: string, name: string, input: object): Promise<string>;
  /** The states as the execution enters them; ends when the execution does. */
  states(executionArn: string, signal: AbortSignal): AsyncGenerator<{ readonly at: Date; readonly state: string }>;
  /** Resolves when it is over, however. */
  ended(executionArn: string, signal: AbortSignal): Promise<void>;
  /** How it ended. */
  result(executionArn: string): Promise<{
    readonly status: string;
    readonly output: unknown;
    readonly error: string | null;
    readonly cause: string | null;
  }>;
  /** Answers what a run waits for. Rejects where nobody knows whether the answer was taken, too. */
  answer(taskToken: string, output: string): Promise<void>;
  /** What the run was answered under this token, or null where its history, which may lag behind, does not say. */
  answered(executionArn: string, taskToken: string): Promise<unknown>;
  close(): void;
}

/** Where an execution runs, as its ARN says; null where it says nothing. */
export const regionOfRun = (executionArn: string | null): Region | null => {
  const name = executionArn?.split(':')[3] ?? '';
  return name === '' ? null : region(name);
};

const pollMs = 200;

/** A run is watched for minutes: a region that is busy or away for a moment does not end that. */
const silenceMaxMs = 30_000;

export function executionsIn(region: Region, endpoint: string | null, reach: Partial<Reach> = {}): Executions {
  const client = statesClient(region, { ...personal, ...(endpoint !== null && { endpoint }), ...reach });
  const where = endpoint === null ? region : `${region} (${endpoint})`;
  const asking = (what: string) => `Step Functions in ${where} could not ${what}`;
  const describe = (executionArn: string) =>
    reaching(asking(`describe ${executionArn}`), () => client.send(new DescribeExecutionCommand({ executionArn })));
  return {
    async start(stateMachineArn, name, input) {
      const command = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
      const { executionArn } = await reaching(asking(`start ${stateMachineArn}`), () => client.send(command));
      return executionArn ?? '';
    },
    async *states(executionArn, signal) {
      let seen = 0;
      for (;;) {
        const { status, events } = await patiently(signal, async () => {
          const { status } = await describe(executionArn);
          return { status, events: await history(client, executionArn, asking) };
        });
        for (const event of events.filter(({ id = 0 }) => id > seen)) {
          const state = event.stateEnteredEventDetails?.name;
          if (state !== undefined) yield { at: event.timestamp ?? new Date(0), state };
        }
        seen = events.at(-1)?.id ?? seen;
        if (status !== 'RUNNING' && status !== 'PENDING_REDRIVE') return;
        await delay(pollMs, undefined, { signal });
      }
    },
    async ended(executionArn, signal) {
      while ((await patiently(signal, () => describe(executionArn))).status === 'RUNNING') {
        await delay(pollMs, undefined, { signal });
      }
    },
    async result(executionArn) {
      const { status = 'UNKNOWN', output, error = null, cause = null } = await describe(executionArn);
      return { status, output: output === undefined ? null : (JSON.parse(output) as unknown), error, cause };
    },
    async answer(taskToken, output) {
      // Once: a second one after a lost answer would read as too late.
      const command = new SendTaskSuccessCommand({ taskToken, output });
      await reaching(`Step Functions in ${where} did not take the answer`, () => client.send(command, once));
    },
    async answered(executionArn, taskToken) {
      const command = new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 100 });
      const { events = [] } = await reaching(asking(`tell the history of ${executionArn}`), () => client.send(command));
      // Newest first: what is told before the question itself came after it.
      const asked = events.findIndex(({ taskScheduledEventDetails: told }) => told?.parameters?.includes(taskToken));
      const answer = events
        .slice(0, Math.max(asked, 0))
        .findLast(({ taskSucceededEventDetails: told }) => told?.resource === 'invoke.waitForTaskToken');
      const output = answer?.taskSucceededEventDetails?.output;
      return output === undefined ? null : (JSON.parse(output) as unknown);
    },
    close: () => client.destroy(),
  };
}

/** Asks until there is an answer, for as long as somebody may still give one. */
async function patiently<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  const until = Date.now() + silenceMaxMs;
  for (let pauseMs = pollMs; ; pauseMs *= 2) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Error) || !isWorthAnother(error.cause) || Date.now() + pauseMs > until) throw error;
      await delay(pauseMs, undefined, { signal });
    }
  }
}

async function history(
  client: SFNClient,
  executionArn: string,
  asking: (what: string) => string,
): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const command = new GetExecutionHistoryCommand({
      executionArn,
      includeExecutionData: false,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    const page = await reaching(asking(`tell the history of ${executionArn}`), () => client.send(command));
    events.push(...(page.events ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return events;
}

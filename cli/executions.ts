import { setTimeout as delay } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Region } from '../core/brand.ts';
import { clientSettings } from '../handlers/adapters/client-settings.ts';
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
  close(): void;
}

const pollMs = 200;

export function executionsIn(region: Region, endpoint: string | null): Executions {
  const client = new SFNClient({
    ...clientSettings(region, { connectMs: 2_000, answerMs: 5_000, attempts: 3 }),
    ...(endpoint === null ? {} : { endpoint }),
  });
  const where = endpoint === null ? region : `${region} (${endpoint})`;
  const asking = (what: string) => `Step Functions in ${where} could not ${what}`;
  return {
    async start(stateMachineArn, name, input) {
      const command = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
      const { executionArn } = await reaching(asking(`start ${stateMachineArn}`), () => client.send(command));
      return executionArn ?? '';
    },
    async *states(executionArn, signal) {
      let seen = 0;
      for (;;) {
        const { status } = await reaching(asking(`describe ${executionArn}`), () =>
          client.send(new DescribeExecutionCommand({ executionArn })),
        );
        const events = await history(client, executionArn, asking);
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
      const describe = () => client.send(new DescribeExecutionCommand({ executionArn }));
      while ((await reaching(asking(`describe ${executionArn}`), describe)).status === 'RUNNING') {
        await delay(pollMs, undefined, { signal });
      }
    },
    async result(executionArn) {
      const described = await reaching(asking(`describe ${executionArn}`), () =>
        client.send(new DescribeExecutionCommand({ executionArn })),
      );
      const { status = 'UNKNOWN', output, error = null, cause = null } = described;
      return { status, output: output === undefined ? null : (JSON.parse(output) as unknown), error, cause };
    },
    close: () => client.destroy(),
  };
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

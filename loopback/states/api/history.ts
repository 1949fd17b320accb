import type { GetExecutionHistoryInput, HistoryEvent } from '@aws-sdk/client-sfn';
import type { Operation } from '../../aws/service.ts';
import { page } from './page.ts';
import type { Store } from './store.ts';

export const historyOperations = (store: Store): Record<string, Operation> => ({
  async GetExecutionHistory(input: GetExecutionHistoryInput) {
    const { events } = store.execution(input.executionArn as string);
    const ordered = input.reverseOrder === true ? [...events].reverse() : events;
    const { items, ...rest } = page(ordered, input);
    return { events: input.includeExecutionData === false ? items.map(withoutData) : items, ...rest };
  },
});

/** What `includeExecutionData: false` leaves out. */
const data: ReadonlySet<string> = new Set([
  'input',
  'inputDetails',
  'output',
  'outputDetails',
  'parameters',
  'assignedVariables',
  'assignedVariablesDetails',
]);

function withoutData(event: HistoryEvent): HistoryEvent {
  const members = Object.entries(event).map(([name, value]) => [name, name.endsWith('Details') ? strip(value) : value]);
  return Object.fromEntries(members) as HistoryEvent;
}

/** The API's model demands a scheduled task's parameters, so that member stays, empty. */
const strip = (details: object): object => ({
  ...Object.fromEntries(Object.entries(details).filter(([name]) => !data.has(name))),
  ...('parameters' in details && { parameters: '' }),
});

import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import { runtimeError } from './failure.ts';
import type { Payload } from './json.ts';

export type { HistoryEvent, HistoryEventType };

/** Everything of an event but what the history itself adds. */
export type Details = Omit<HistoryEvent, 'id' | 'previousEventId' | 'timestamp' | 'type'>;

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const maxEvents = 25_000;

/** What an execution's events are told to. Details are made only where somebody wants them. */
export interface Recorder {
  /** Answers the event's id: 1, 2, … Throws where it would be the last of the possible events, which is kept for the end. */
  add(type: HistoryEventType, previousEventId: number, details?: () => Details): number;
  /** As `add`, of a state that is entered. */
  enter(type: HistoryEventType, previousEventId: number, name: string, input: Payload): number;
  /** The execution's last event. */
  close(type: HistoryEventType, previousEventId: number, details: () => Details): void;
  readonly count: number;
}

/** The events of one execution, in the service's own types. */
export class History implements Recorder {
  readonly events: HistoryEvent[] = [];
  readonly #now: () => number;
  readonly #onEvent: ((event: HistoryEvent) => void) | undefined;

  constructor(now: () => number, onEvent?: (event: HistoryEvent) => void) {
    this.#now = now;
    this.#onEvent = onEvent;
  }

  get count(): number {
    return this.events.length;
  }

  add(type: HistoryEventType, previousEventId: number, details?: () => Details): number {
    checkRoom(this);
    return this.#push(type, previousEventId, details?.());
  }

  enter(type: HistoryEventType, previousEventId: number, name: string, { text }: Payload): number {
    return this.add(type, previousEventId, () => ({
      stateEnteredEventDetails: { name, input: text, inputDetails: { truncated: false } },
    }));
  }

  close(type: HistoryEventType, previousEventId: number, details: () => Details): void {
    this.#push(type, previousEventId, details());
  }

  #push(type: HistoryEventType, previousEventId: number, details?: Details): number {
    const id = this.events.length + 1;
    const event = { timestamp: new Date(this.#now()), type, id, previousEventId, ...details };
    this.events.push(event);
    this.#onEvent?.(event);
    return id;
  }
}

/** Whether only the end of the execution may still be written. */
export const isFull = ({ count }: Recorder): boolean => count >= maxEvents - 1;

export function checkRoom(recorder: Recorder): void {
  if (!isFull(recorder)) return;
  throw runtimeError(`The execution reached the maximum number of history events (${maxEvents}).`);
}

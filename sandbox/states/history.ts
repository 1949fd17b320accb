import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import { runtimeError } from './failure.ts';

export type { HistoryEvent, HistoryEventType };

/** Everything of an event but what the history itself adds. */
export type Details = Omit<HistoryEvent, 'id' | 'previousEventId' | 'timestamp' | 'type'>;

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const maxEvents = 25_000;

/** The events of one execution, in the service's own types. */
export class History {
  readonly events: HistoryEvent[] = [];
  readonly #now: () => number;
  readonly #onEvent: ((event: HistoryEvent) => void) | undefined;

  constructor(now: () => number, onEvent?: (event: HistoryEvent) => void) {
    this.#now = now;
    this.#onEvent = onEvent;
  }

  /** Answers the event's id. The last of the possible events is kept for the execution's own end. */
  add(type: HistoryEventType, previousEventId: number, details?: Details): number {
    if (this.isFull) {
      throw runtimeError(`The execution reached the maximum number of history events (${maxEvents}).`);
    }
    return this.#push(type, previousEventId, details);
  }

  /** The execution's last event. */
  close(type: HistoryEventType, previousEventId: number, details: Details): void {
    this.#push(type, previousEventId, details);
  }

  /** Whether only the end of the execution may still be written. */
  get isFull(): boolean {
    return this.events.length >= maxEvents - 1;
  }

  #push(type: HistoryEventType, previousEventId: number, details?: Details): number {
    const id = this.events.length + 1;
    const event = { timestamp: new Date(this.#now()), type, id, previousEventId, ...details };
    this.events.push(event);
    this.#onEvent?.(event);
    return id;
  }
}

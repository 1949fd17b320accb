/** An event as EventBridge hands it to targets. https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
export interface EventEnvelope {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601 in whole seconds, `2026-11-20T10:00:00Z`. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What a service of the sandbox says when it emits an event; the bus adds the rest. */
export interface ServiceEvent {
  /** `aws.cloudwatch` and the like. */
  readonly source: string;
  readonly detailType: string;
  /** When it happened, in milliseconds since 1970. */
  readonly at: number;
  readonly resources: readonly string[];
  readonly detail: object;
}

/** How a service of the sandbox puts an event on the default bus of a region. */
export type Emit = (region: string, event: ServiceEvent) => void;

export function eventTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

import { sharesText, type Weights } from '../core/routing.ts';

/** What happens in the sandbox, for whoever watches: one event a line, in the order it happened. */
export type WorldEvent = { readonly at: number } & (
  | { readonly kind: 'fault'; readonly region: string; readonly fault: string | null }
  | {
      readonly kind: 'canary';
      readonly observer: string;
      readonly canary: string;
      readonly passed: boolean;
      readonly detail: string;
    }
  | { readonly kind: 'alarm'; readonly observer: string; readonly alarm: string; readonly state: string }
  | { readonly kind: 'execution'; readonly region: string; readonly execution: string; readonly status: string }
  | {
      readonly kind: 'state';
      readonly region: string;
      readonly execution: string;
      /** The service that the execution was admitted for; null before that. */
      readonly service: string | null;
      readonly state: string;
      readonly phase: 'entered' | 'exited';
    }
  | {
      readonly kind: 'weights';
      readonly service: string;
      readonly weights: Weights;
      readonly epoch: number | null;
      /** Where the service is one of a deployment that stands beside the sandbox's own. */
      readonly deployment?: string;
    }
  | { readonly kind: 'propagated'; readonly service: string; readonly edge: string; readonly deployment?: string }
  | { readonly kind: 'notification'; readonly channel: string; readonly subject: string }
);

/** The event as one line of plain text, without its time. */
export function lineOf(event: WorldEvent): string {
  switch (event.kind) {
    case 'fault':
      return event.fault === null ? `${event.region} is well again` : `${event.region}: ${event.fault}`;
    case 'canary':
      return `canary ${event.canary} from ${event.observer} ${event.passed ? 'passes' : `fails: ${event.detail}`}`;
    case 'alarm':
      return `alarm ${event.alarm} in ${event.observer} is ${event.state}`;
    case 'execution':
      return `execution ${shortName(event.execution)} in ${event.region} ${event.status.toLowerCase()}`;
    case 'state':
      return `${event.state}${event.phase === 'exited' ? ' is done' : ''} (${event.region})`;
    case 'weights':
      return `${nameOf(event)}: ${sharesText(event.weights)}${event.epoch === null ? '' : ` (epoch ${event.epoch})`}`;
    case 'propagated':
      return `${nameOf(event)}: the new weights reach edge ${event.edge}`;
    case 'notification':
      return `${event.channel}: ${event.subject}`;
  }
}

const nameOf = ({ service, deployment }: { readonly service: string; readonly deployment?: string }) =>
  deployment === undefined ? service : `${deployment} ${service}`;

const shortName = (execution: string) => (execution.split(':').at(-1) ?? execution).slice(0, 8);

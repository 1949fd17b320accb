import * as z from 'zod';
import type { Reply } from './reply.ts';

/** https://developer.pagerduty.com/docs/send-alert-event */
const eventSchema = z.object({
  routing_key: z.string(),
  event_action: z.enum(['trigger', 'acknowledge', 'resolve']),
  dedup_key: z.string().max(255).optional(),
  payload: z
    .object({
      summary: z.string().min(1).max(1_024),
      source: z.string().min(1),
      severity: z.enum(['critical', 'error', 'warning', 'info']),
      timestamp: z.iso.datetime({ offset: true }).optional(),
      custom_details: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
});

/** An incident of PagerDuty, by the key of its alert. */
export interface Incident {
  readonly key: string;
  readonly state: 'triggered' | 'acknowledged' | 'resolved';
  /** Times that people were notified: when it opened, and never again while somebody has it. */
  readonly pages: number;
  readonly events: number;
}

/** The Events API v2 of one service: incidents by dedup key, oldest first; a resolved one is never opened again. */
export function pagerDutyService(routingKey: string) {
  const incidents: Incident[] = [];
  const openOf = (key: string) => incidents.findIndex((some) => some.key === key && some.state !== 'resolved');

  function apply(action: 'trigger' | 'acknowledge' | 'resolve', key: string): void {
    const at = openOf(key);
    const open = incidents[at];
    if (open === undefined) {
      // To acknowledge or resolve what is not open does nothing.
      if (action === 'trigger') incidents.push({ key, state: 'triggered', pages: 1, events: 1 });
      return;
    }
    const state = action === 'acknowledge' ? 'acknowledged' : action === 'resolve' ? 'resolved' : open.state;
    incidents[at] = { ...open, state, events: open.events + 1 };
  }

  return {
    incidents: (): readonly Incident[] => incidents,
    receive(body: unknown): Reply {
      const { success, data, error } = eventSchema.safeParse(body);
      const errors = success
        ? mistakesOf(data, routingKey)
        : error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
      if (!success || errors.length > 0) {
        return {
          status: 400,
          body: { status: 'invalid event', message: 'Event object is invalid', errors },
          subject: null,
        };
      }
      const { event_action: action, dedup_key: key = crypto.randomUUID(), payload } = data;
      apply(action, key);
      return {
        status: 202,
        body: { status: 'success', message: 'Event processed', dedup_key: key },
        subject: `${action} ${payload?.summary ?? key}`,
      };
    },
  };
}

function mistakesOf(event: z.output<typeof eventSchema>, routingKey: string): string[] {
  return [
    ...(event.routing_key.length === 32 ? [] : ["Length of 'routing_key' is incorrect (should be 32 characters)"]),
    ...(event.routing_key === routingKey ? [] : ["'routing_key' is not that of a service"]),
    ...(event.event_action === 'trigger' && event.payload === undefined ? ["'payload' is missing or blank"] : []),
    ...(event.event_action !== 'trigger' && event.dedup_key === undefined ? ["'dedup_key' is missing or blank"] : []),
  ];
}

import type * as z from 'zod';
import type { Instant, Region } from '../../core/brand.ts';
import { calendarRefusal, type PlanRefusal, planOf } from '../../core/drill-plan.ts';
import { type DrillOrder, drillHoldDefaultMs } from '../../core/drill-record.ts';
import type { Request } from '../../core/incident.ts';
import { leverTraits } from '../../core/lever.ts';
import { type Failover, regionNames, type Service } from '../../core/service.ts';
import { canarySources } from '../../deployment/event-patterns.ts';
import { ownerOfAlarm, ownerOfCanary, type Watched } from '../../deployment/names.ts';
import { complaint, cut } from './complaint.ts';
import { alarmEventSchema, canaryEventSchema, manualRequestSchema } from './event.ts';

/** What an execution's input asks for, or why it asks for nothing. */
export type Reading =
  | {
      readonly kind: 'request';
      readonly request: Request;
      readonly service: Service;
      /** The event's own id, the same for every delivery of it; null for a person's request. */
      readonly eventId: string | null;
    }
  | {
      readonly kind: 'refused';
      readonly reason: BadEvent;
      /** What is wrong, where, and what to do. */
      readonly because: string;
      readonly service: string | null;
      readonly request: Request | null;
      readonly eventId: string | null;
    };

export type BadEvent =
  | 'malformed'
  | 'noise'
  | 'foreign-event'
  | 'stale-event'
  | 'unknown-service'
  | 'unknown-region'
  | PlanRefusal;

/**
 * Reads whatever an execution was started with. Bad input is a value, never an error: the run ends with its refusal told.
 * `startedAt`, the start of the execution, is the time of a request that has none of its own.
 */
export function readEvent(event: unknown, startedAt: Instant, failover: Failover, now: Instant): Reading {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    return refused('malformed', `the input is ${nameOfType(event)}, not an object. ${whatToSend}`);
  }
  const type = 'detail-type' in event ? event['detail-type'] : undefined;
  switch (type) {
    case 'CloudWatch Alarm State Change':
      return readAlarm(event, failover, now);
    case 'Synthetics Canary TestRun Failure':
      return readCanary(event, failover, now);
    case undefined:
      if (isFromSns(event)) return refused('malformed', snsAdvice);
      return 'source' in event || 'detail' in event
        ? refused('malformed', `detail-type: is missing. ${whatToSend}`)
        : readRequest(event, startedAt, failover, now);
    default: {
      // An object may have a toString of its own that is no function: only text is shown.
      const shown = typeof type === 'string' ? JSON.stringify(cut(type, 80)) : nameOfType(type);
      return refused('noise', `detail-type: ${shown} starts nothing. ${whatToSend}`);
    }
  }
}

const whatToSend =
  'Send a CloudWatch Alarm State Change, a Synthetics Canary TestRun Failure, or {service, reason, requestedBy} with to, from, mode, force as needed, and of a drill percent and holdMs, or plan, or returns';

/** A notification, its message alone, or the records that a function is given. */
function isFromSns(event: object): boolean {
  if ('AlarmName' in event && 'NewStateValue' in event) return true;
  if ('Type' in event && 'TopicArn' in event) return true;
  return 'Records' in event && Array.isArray(event.Records);
}

const snsAdvice =
  'the input is an alarm as SNS delivers it. Deliver the event that EventBridge has of the same alarm: an EventBridge rule for CloudWatch Alarm State Change with the state machine as its target';

function readAlarm(event: object, failover: Failover, now: Instant): Reading {
  const parsed = alarmEventSchema.safeParse(event);
  if (!parsed.success)
    return malformed(parsed.error, 'Look at the rule that delivers it: no input transformer belongs there');

  const { id, region, time, detail } = parsed.data;
  const owner = ownerOfAlarm(failover, detail.alarmName);
  const from = `alarm ${cut(detail.alarmName, 120)} in ${cut(region, 40)}`;
  if (owner === null || !isFromUs(parsed.data, failover)) return foreign(from, id);
  if (detail.state.value !== 'ALARM') {
    return refused('noise', `detail.state.value: ${from} is ${detail.state.value}; only ALARM starts a run`, {
      id,
      owner,
    });
  }
  return readWatched({
    id,
    owner,
    // The state's own time has milliseconds, the envelope's has seconds.
    times: [Date.parse(detail.state.timestamp ?? time), Date.parse(time)],
    reason: cut(`${from}: ${detail.state.reason ?? 'no reason given'}`, 300),
    requestedBy: `CloudWatch in ${region}`,
    now,
  });
}

function readCanary(event: object, failover: Failover, now: Instant): Reading {
  const parsed = canaryEventSchema.safeParse(event);
  if (!parsed.success)
    return malformed(parsed.error, 'Look at the rule that delivers it: no input transformer belongs there');

  const { id, region, time, source, detail } = parsed.data;
  const owner = ownerOfCanary(failover, detail['canary-name']);
  const from = `canary ${cut(detail['canary-name'], 120)} in ${cut(region, 40)}`;
  if (owner === null || !canarySources(failover).includes(source) || !isFromUs(parsed.data, failover))
    return foreign(from, id);
  return readWatched({
    id,
    owner,
    times: [Date.parse(time)],
    reason: `${from} failed`,
    requestedBy: `Synthetics in ${region}`,
    now,
  });
}

/** The name alone proves little: anybody may call an alarm of theirs so. Ours are in our account and our observers. */
function isFromUs({ account, region }: { account: string; region: string }, failover: Failover): boolean {
  return account === failover.account && failover.observers.some((observer) => observer === region);
}

interface Sighting {
  readonly id: string;
  readonly owner: Watched;
  readonly times: readonly [Instant, ...Instant[]];
  readonly reason: string;
  readonly requestedBy: string;
  readonly now: Instant;
}

function readWatched({ id, owner, times, reason, requestedBy, now }: Sighting): Reading {
  const { service, region } = owner;
  const request: Request = {
    service: service.name,
    mode: 'automatic',
    // A front door names no region: the run asks about whichever is active.
    ...(region === null ? {} : { from: region }),
    reason,
    requestedBy,
    force: false,
    causedAt: times[0],
  };
  const stale = staleness(times, service.policy.eventMaxAgeMs, now);
  if (stale !== null) return { ...refused('stale-event', `time: ${stale}`, { id, owner }), request };
  return { kind: 'request', request, service, eventId: id };
}

function readRequest(event: object, startedAt: Instant, failover: Failover, now: Instant): Reading {
  const parsed = manualRequestSchema.safeParse(event);
  if (!parsed.success) return malformed(parsed.error, whatToSend);

  const { from, to, percent, holdMs, plan, plannedFor, returns, red, ...known } = parsed.data;
  const { AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: _, ...rest } = known;
  const service = failover.services.find(({ name }) => name === rest.service);
  if (service === undefined) {
    const known = failover.services.map(({ name }) => name).join(', ');
    return refused('unknown-service', `service: ${JSON.stringify(rest.service)} is not one of ${known}`);
  }
  const order = drillOrderOf(rest.mode, { percent, holdMs, plan, plannedFor, returns, red }, service, failover);
  if (typeof order === 'string') return refused('malformed', order, { owner: { service } });
  const request: Request = {
    ...rest,
    ...(order === null ? {} : { drill: order }),
    ...(from === undefined ? {} : { from: from as Region }),
    ...(to === undefined ? {} : { to: to as Region }),
    causedAt: plannedFor === undefined ? startedAt : Date.parse(plannedFor),
  };
  for (const member of ['from', 'to'] as const) {
    const region = request[member];
    if (region !== undefined && !regionNames(service).includes(region)) {
      const because = `${member}: ${JSON.stringify(region)} is not a region of ${service.name}: ${regionNames(service).join(', ')}`;
      return { ...refused('unknown-region', because, { owner: { service } }), request: null };
    }
  }
  // A run that starts long after it was asked for is one that was redriven or held up: nobody asks for that any more.
  const stale = staleness([startedAt], service.policy.eventMaxAgeMs, now);
  if (stale !== null)
    return { ...refused('stale-event', `execution start: ${stale}`, { owner: { service } }), request };
  const planned = order?.kind === 'out' ? planOf(failover.drills, order.plan, service) : null;
  const unplanned = planned === null ? null : calendarRefusal(planned, service, failover, request.causedAt, now);
  if (unplanned !== null) {
    return { ...refused(unplanned.refusal, unplanned.because, { owner: { service } }), request };
  }
  return { kind: 'request', request, service, eventId: null };
}

type DrillAsked = Pick<
  z.infer<typeof manualRequestSchema>,
  'percent' | 'holdMs' | 'plan' | 'plannedFor' | 'returns' | 'red'
>;

/** What a drill is to do, null for every other run, or what is wrong with it. */
function drillOrderOf(
  mode: Request['mode'],
  asked: DrillAsked,
  service: Service,
  { drills }: Pick<Failover, 'drills'>,
): DrillOrder | string | null {
  const { name, lever } = service;
  const { percent, holdMs, plan, plannedFor, returns, red } = asked;
  if (mode !== 'drill') {
    const [stray] = Object.entries(asked).find(([, value]) => value !== undefined) ?? [];
    return stray === undefined ? null : `${stray}: is for a drill, and mode is ${mode}`;
  }
  if (returns !== undefined) {
    return (percent ?? holdMs ?? plan ?? plannedFor) === undefined
      ? { kind: 'return', of: returns, ...(red !== undefined && { red }) }
      : 'returns: a drill that ends has no percent, no holdMs and no plan';
  }
  if (red !== undefined) return 'red: is for a drill that ends';
  if (plan !== undefined) {
    const known = planOf(drills, plan, service);
    if ((percent ?? holdMs) !== undefined) return 'plan: says percent and holdMs itself';
    if (known === null) return `plan: ${JSON.stringify(plan)} is no plan for ${name}`;
    return { kind: 'out', percent: known.percent, holdMs: known.holdMs, plan };
  }
  if (plannedFor !== undefined) return 'plannedFor: is for a drill of a plan';
  if ((percent ?? 100) < 100 && !leverTraits[lever.kind].weights) {
    return `percent: the lever of ${name}, ${lever.kind}, knows all or nothing. Leave percent out`;
  }
  return { kind: 'out', percent: percent ?? 100, holdMs: holdMs ?? drillHoldDefaultMs };
}

/** A clock may run ahead of ours by a minute before we stop believing its times. */
const futureMs = 60_000;

function staleness(times: readonly Instant[], maxAgeMs: number, now: Instant): string | null {
  for (const time of times) {
    const ageMs = now - time;
    const when = new Date(time).toISOString();
    if (ageMs > maxAgeMs) return `${when} is ${ageMs} ms ago; after ${maxAgeMs} ms an event starts nothing. Ask again`;
    if (ageMs < -futureMs) return `${when} is ${-ageMs} ms in the future. Check the clock of whoever sent it`;
  }
  return null;
}

function foreign(from: string, id: string): Reading {
  const because = `${from} is not one of ours. Deliver only alarms and canaries that the configuration names, from its account and observers`;
  return refused('foreign-event', because, { id });
}

function malformed(error: z.ZodError, whatToDo: string): Reading {
  return refused('malformed', `${complaint(error)}. ${whatToDo}`);
}

function refused(
  reason: BadEvent,
  because: string,
  known: { readonly id?: string; readonly owner?: Pick<Watched, 'service'> } = {},
): Extract<Reading, { kind: 'refused' }> {
  return {
    kind: 'refused',
    reason,
    because,
    service: known.owner?.service.name ?? null,
    request: null,
    eventId: known.id ?? null,
  };
}

function nameOfType(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}

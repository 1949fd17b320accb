import type { Clock } from '../clock.ts';
import { waited } from '../waited.ts';
import type { Deliveries } from './deliveries.ts';
import { type EventEnvelope, eventTime } from './event.ts';
import { notFound, onlyDefaultBus, type Rule } from './rule.ts';
import { isEventBus } from './target.ts';

export interface RuleBookOptions {
  readonly clock: Clock;
  readonly tempo: number;
  readonly account: string;
  readonly newId: () => string;
  readonly sending: Pick<Deliveries, 'send'>;
}

/** The rules of the default bus of every region, and what they do with events and at their times. */
export interface RuleBook {
  at(region: string): Map<string, Rule>;
  /** Throws where there is no such rule. */
  find(named: { readonly Name: string | undefined; readonly EventBusName?: string | undefined }, region: string): Rule;
  all(): readonly Rule[];
  /** Begins the rule's rate, if it has one and is enabled. */
  schedule(rule: Rule): void;
  ingest(region: string, event: EventEnvelope, options?: { readonly forwarded?: boolean }): void;
  close(): void;
}

export function ruleBook({ clock, tempo, account, newId, sending }: RuleBookOptions): RuleBook {
  const regions = new Map<string, Map<string, Rule>>();
  const closing = new AbortController();

  return {
    at: rulesAt,
    find: ruleOf,
    all: () => [...regions.values()].flatMap((rules) => [...rules.values()]),
    schedule,
    ingest,
    close: () => closing.abort(),
  };

  /** An event that came from another bus is not sent on to a third: EventBridge does not do that either. */
  function ingest(region: string, event: EventEnvelope, { forwarded: isForwarded = false } = {}): void {
    for (const rule of rulesAt(region).values()) {
      if (rule.state !== 'ENABLED' || rule.pattern === undefined || !rule.pattern.matches(event)) continue;
      dispatch(rule, event, isForwarded);
    }
  }

  function dispatch(rule: Rule, event: EventEnvelope, isForwarded: boolean): void {
    rule.sent += 1;
    for (const target of rule.targets.values()) {
      if (isForwarded && isEventBus(target)) continue;
      sending.send({ event, ruleArn: rule.arn, target, ingestedAt: clock.now() });
    }
  }

  /** A rate starts when its rule is put or enabled. */
  function schedule(rule: Rule): void {
    if (rule.rateSeconds === undefined || rule.state !== 'ENABLED') return;
    if (rule.timer !== undefined && !rule.timer.signal.aborted) return;
    const timer = new AbortController();
    rule.timer = timer;
    void runEvery((rule.rateSeconds * 1000) / tempo, rule, AbortSignal.any([timer.signal, closing.signal]));
  }

  /** Only the rule's own targets get the event. A process that was asleep makes up for nothing. */
  async function runEvery(periodMs: number, rule: Rule, signal: AbortSignal): Promise<void> {
    let next = clock.now() + periodMs;
    while (await waited(clock, next - clock.now(), signal)) {
      dispatch(rule, scheduledEvent(rule), false);
      next = Math.max(next + periodMs, clock.now());
    }
  }

  function scheduledEvent(rule: Rule): EventEnvelope {
    return {
      version: '0',
      id: newId(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account,
      time: eventTime(clock.now()),
      region: rule.region,
      resources: [rule.arn],
      detail: {},
    };
  }

  function rulesAt(region: string): Map<string, Rule> {
    const known = regions.get(region);
    if (known) return known;
    const created = new Map<string, Rule>();
    regions.set(region, created);
    return created;
  }

  function ruleOf(named: { Name: string | undefined; EventBusName?: string | undefined }, region: string): Rule {
    onlyDefaultBus(named.EventBusName);
    const rule = rulesAt(region).get(named.Name ?? '');
    if (rule === undefined) throw notFound(`Rule ${named.Name} does not exist on EventBus default.`);
    return rule;
  }
}

import { randomUUID } from 'node:crypto';
import type {
  DeleteRuleCommandInput,
  DescribeRuleCommandInput,
  EnableRuleCommandInput,
  ListRuleNamesByTargetCommandInput,
  ListRulesCommandInput,
  ListTargetsByRuleCommandInput,
  PutEventsCommandInput,
  PutRuleCommandInput,
  PutTargetsCommandInput,
  RemoveTargetsCommandInput,
  TestEventPatternCommandInput,
} from '@aws-sdk/client-eventbridge';
import { type Aws, AwsError, type AwsService, type Call } from '../aws/service.ts';
import type { Clock } from '../clock.ts';
import type { Queues } from '../sqs/queues.ts';
import { waited } from '../waited.ts';
import { deliveries } from './deliveries.ts';
import type { DeadLetter } from './delivery.ts';
import type { Disturbance } from './disturbance.ts';
import { type Emit, type EventEnvelope, eventTime } from './event.ts';
import { parseEventPattern } from './event-pattern.ts';
import { eventEntry } from './put-events.ts';
import {
  byName,
  checkedName,
  checkedState,
  described,
  invalid,
  isDefaultBus,
  notFound,
  onlyDefaultBus,
  type Rule,
} from './rule.ts';
import { rateSeconds } from './schedule.ts';
import { checkTarget, forwarded, isEventBus } from './target.ts';

export interface EventsOptions {
  readonly clock: Clock;
  /** Of retries' jitter; 0 up to 1. */
  readonly random: () => number;
  /** Divides the rates of schedules, events' ages and the waits between retries. */
  readonly tempo: number;
  /** How targets are reached. */
  readonly aws: () => Aws;
  readonly account: string;
  readonly newId?: () => string;
  /** Where dead letters go whose target names a queue. */
  readonly queues?: Pick<Queues, 'send'>;
}

export interface EventsService extends AwsService {
  readonly id: 'events';
  /** How services put events of `aws.` on the default bus of a region. */
  readonly emit: Emit;
  /** Every rule, with how many events it sent on. */
  rules(): readonly { readonly name: string; readonly region: string; readonly sent: number }[];
  /** Disturbs the next delivery that it applies to. */
  disturb(disturbance: Disturbance): void;
  /** Deliveries that were given up, oldest first, whether or not a target names a queue. */
  deadLetters(): readonly DeadLetter[];
  /** Resolves when every delivery under way has arrived or was given up. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** The default bus of every region: rules with patterns or rates, and at-least-once delivery to their targets. */
export function eventsService(options: EventsOptions): EventsService {
  const { clock, random, tempo, aws, account, newId = randomUUID, queues } = options;
  const regions = new Map<string, Map<string, Rule>>();
  const closing = new AbortController();
  const sending = deliveries({ clock, random, tempo, aws, ...(queues && { queues }) });

  const operations: AwsService['operations'] = {
    async PutRule(input: PutRuleCommandInput, call) {
      const rules = rulesAt(call.region);
      const name = checkedName(input.Name);
      onlyDefaultBus(input.EventBusName);
      if (!input.EventPattern && !input.ScheduleExpression) {
        throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
      }
      const existing = rules.get(name);
      const rule: Rule = {
        name,
        arn: `arn:aws:events:${call.region}:${call.account}:rule/${name}`,
        region: call.region,
        patternText: input.EventPattern,
        pattern: input.EventPattern ? parseEventPattern(input.EventPattern) : undefined,
        schedule: input.ScheduleExpression,
        rateSeconds: input.ScheduleExpression ? rateSeconds(input.ScheduleExpression) : undefined,
        state: checkedState(input.State),
        description: input.Description,
        roleArn: input.RoleArn,
        targets: existing?.targets ?? new Map(),
        timer: undefined,
        sent: existing?.sent ?? 0,
      };
      existing?.timer?.abort();
      rules.set(name, rule);
      schedule(rule);
      return { RuleArn: rule.arn };
    },

    async DescribeRule(input: DescribeRuleCommandInput, call) {
      return { ...described(ruleOf(input, call)), CreatedBy: call.account };
    },

    async ListRules(input: ListRulesCommandInput, call) {
      onlyDefaultBus(input.EventBusName);
      const { NamePrefix: prefix = '' } = input;
      const found = [...rulesAt(call.region).values()].filter(({ name }) => name.startsWith(prefix));
      const { items, token } = page(found.toSorted(byName), input.Limit, input.NextToken);
      return { Rules: items.map(described), ...token };
    },

    async EnableRule(input: EnableRuleCommandInput, call) {
      const rule = ruleOf(input, call);
      rule.state = 'ENABLED';
      schedule(rule);
      return {};
    },

    async DisableRule(input: EnableRuleCommandInput, call) {
      const rule = ruleOf(input, call);
      rule.state = 'DISABLED';
      rule.timer?.abort();
      return {};
    },

    /** A rule that does not exist is deleted without a word, as AWS does it. */
    async DeleteRule(input: DeleteRuleCommandInput, call) {
      onlyDefaultBus(input.EventBusName);
      const rules = rulesAt(call.region);
      const rule = rules.get(checkedName(input.Name));
      if (rule === undefined) return {};
      if (rule.targets.size > 0) throw invalid("Rule can't be deleted since it has targets.");
      rule.timer?.abort();
      rules.delete(rule.name);
      return {};
    },

    async PutTargets(input: PutTargetsCommandInput, call) {
      const rule = ruleOf({ Name: input.Rule, EventBusName: input.EventBusName }, call);
      const targets = input.Targets ?? [];
      for (const target of targets) checkTarget(target);
      if (new Set([...rule.targets.keys(), ...targets.map(({ Id }) => Id)]).size > mostTargets) {
        throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
      }
      for (const target of targets) rule.targets.set(target.Id ?? '', target);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },

    async RemoveTargets(input: RemoveTargetsCommandInput, call) {
      const rule = ruleOf({ Name: input.Rule, EventBusName: input.EventBusName }, call);
      for (const id of input.Ids ?? []) rule.targets.delete(id);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },

    async ListTargetsByRule(input: ListTargetsByRuleCommandInput, call) {
      const rule = ruleOf({ Name: input.Rule, EventBusName: input.EventBusName }, call);
      const { items, token } = page([...rule.targets.values()], input.Limit, input.NextToken);
      return { Targets: items, ...token };
    },

    async ListRuleNamesByTarget(input: ListRuleNamesByTargetCommandInput, call) {
      onlyDefaultBus(input.EventBusName);
      const found = [...rulesAt(call.region).values()]
        .filter(({ targets }) => [...targets.values()].some(({ Arn }) => Arn === input.TargetArn))
        .toSorted(byName);
      const { items, token } = page(found, input.Limit, input.NextToken);
      return { RuleNames: items.map(({ name }) => name), ...token };
    },

    async PutEvents(input: PutEventsCommandInput & { [forwarded]?: EventEnvelope }, call) {
      const event = input[forwarded];
      if (event !== undefined) {
        ingest(call.region, event, { forwarded: true });
        return { FailedEntryCount: 0, Entries: [{ EventId: event.id }] };
      }
      const entries = input.Entries ?? [];
      if (entries.length < 1 || entries.length > 10) throw invalid('PutEvents takes 1 to 10 entries.');
      const now = clock.now();
      const checked = entries.map((entry) => eventEntry(entry, { ...call, id: newId(), now }));
      const size = checked.reduce((total, entry) => total + entry.bytes, 0);
      if (size > mostEntryBytes) throw invalid('Total size of the entries in the request is over the limit.');
      const answers = checked.map((entry, index) => {
        if (entry.kind === 'refused') return { ErrorCode: entry.code, ErrorMessage: entry.message };
        // An event for a bus that is not there is taken and dropped without a word: so AWS was recorded to do it.
        if (isDefaultBus(entries[index]?.EventBusName)) ingest(call.region, entry.event);
        return { EventId: entry.event.id };
      });
      return { FailedEntryCount: checked.filter(({ kind }) => kind === 'refused').length, Entries: answers };
    },

    async TestEventPattern(input: TestEventPatternCommandInput) {
      const pattern = parseEventPattern(input.EventPattern ?? '');
      return { Result: pattern.matches(parsedEvent(input.Event ?? '')) };
    },
  };

  const service: EventsService = {
    id: 'events',
    operations,

    emit(region, event) {
      ingest(region, {
        version: '0',
        id: newId(),
        'detail-type': event.detailType,
        source: event.source,
        account,
        time: eventTime(event.at),
        region,
        resources: event.resources,
        // A copy, as on a wire: nobody changes an event that was sent.
        detail: JSON.parse(JSON.stringify(event.detail)) as Record<string, unknown>,
      });
    },

    rules: () =>
      [...regions.values()].flatMap((rules) =>
        [...rules.values()].map(({ name, region, sent }) => ({ name, region, sent })),
      ),

    disturb: sending.disturb,

    deadLetters: sending.dead,

    settled: sending.settled,

    async close() {
      closing.abort();
      await sending.close();
    },
  };
  return service;

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

  function ruleOf(named: { Name: string | undefined; EventBusName?: string | undefined }, call: Call): Rule {
    onlyDefaultBus(named.EventBusName);
    const rule = rulesAt(call.region).get(named.Name ?? '');
    if (rule === undefined) throw notFound(`Rule ${named.Name} does not exist on EventBus default.`);
    return rule;
  }
}

const mostTargets = 5;
/** 256 KiB for all entries of a request. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const mostEntryBytes = 256 * 1024;

function page<T>(all: readonly T[], limit: number | undefined, token: string | undefined) {
  const size = limit ?? 100;
  const start = token === undefined ? 0 : Number(token);
  if (!Number.isInteger(start) || start < 0) throw invalid('NextToken is not valid.');
  const next = start + size < all.length ? { NextToken: String(start + size) } : {};
  return { items: all.slice(start, start + size), token: next };
}

function parsedEvent(text: string): object {
  try {
    const event: unknown = JSON.parse(text);
    if (typeof event === 'object' && event !== null && !Array.isArray(event)) return complete(event);
  } catch (cause) {
    if (cause instanceof AwsError) throw cause;
    throw Object.assign(invalid('Parameter Event is not valid.'), { cause });
  }
  throw invalid('Parameter Event is not valid.');
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html */
const eventMembers = ['id', 'account', 'source', 'time', 'region', 'detail-type'];

function complete(event: object): object {
  const absent = eventMembers.find((member) => !Object.hasOwn(event, member));
  if (absent === undefined) return event;
  throw new AwsError('InvalidEventPatternException', `Parameter Event is not valid. Reason: ${absent} is required.`);
}

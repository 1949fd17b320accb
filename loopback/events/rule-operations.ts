import type {
  DeleteRuleCommandInput,
  DescribeRuleCommandInput,
  EnableRuleCommandInput,
  ListRuleNamesByTargetCommandInput,
  ListRulesCommandInput,
  ListTargetsByRuleCommandInput,
  PutRuleCommandInput,
  PutTargetsCommandInput,
  RemoveTargetsCommandInput,
} from '@aws-sdk/client-eventbridge';
import { AwsError, type AwsService } from '../aws/service.ts';
import { parseEventPattern } from './event-pattern.ts';
import { byName, checkedName, checkedState, described, invalid, onlyDefaultBus, type Rule } from './rule.ts';
import type { RuleBook } from './rule-book.ts';
import { rateSeconds } from './schedule.ts';
import { checkTarget } from './target.ts';

const mostTargets = 5;

/** The operations on rules and their targets. */
export const ruleOperations = (book: RuleBook): AwsService['operations'] => ({
  async PutRule(input: PutRuleCommandInput, call) {
    const rules = book.at(call.region);
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
    book.schedule(rule);
    return { RuleArn: rule.arn };
  },

  async DescribeRule(input: DescribeRuleCommandInput, call) {
    return { ...described(book.find(input, call.region)), CreatedBy: call.account };
  },

  async ListRules(input: ListRulesCommandInput, call) {
    onlyDefaultBus(input.EventBusName);
    const { NamePrefix: prefix = '' } = input;
    const found = [...book.at(call.region).values()].filter(({ name }) => name.startsWith(prefix));
    const { items, token } = page(found.toSorted(byName), input.Limit, input.NextToken);
    return { Rules: items.map(described), ...token };
  },

  async EnableRule(input: EnableRuleCommandInput, call) {
    const rule = book.find(input, call.region);
    rule.state = 'ENABLED';
    book.schedule(rule);
    return {};
  },

  async DisableRule(input: EnableRuleCommandInput, call) {
    const rule = book.find(input, call.region);
    rule.state = 'DISABLED';
    rule.timer?.abort();
    return {};
  },

  /** A rule that does not exist is deleted without a word, as AWS does it. */
  async DeleteRule(input: DeleteRuleCommandInput, call) {
    onlyDefaultBus(input.EventBusName);
    const rules = book.at(call.region);
    const rule = rules.get(checkedName(input.Name));
    if (rule === undefined) return {};
    if (rule.targets.size > 0) throw invalid("Rule can't be deleted since it has targets.");
    rule.timer?.abort();
    rules.delete(rule.name);
    return {};
  },

  async PutTargets(input: PutTargetsCommandInput, call) {
    const rule = book.find({ Name: input.Rule, EventBusName: input.EventBusName }, call.region);
    const targets = input.Targets ?? [];
    for (const target of targets) checkTarget(target);
    if (new Set([...rule.targets.keys(), ...targets.map(({ Id }) => Id)]).size > mostTargets) {
      throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
    }
    for (const target of targets) rule.targets.set(target.Id ?? '', target);
    return { FailedEntryCount: 0, FailedEntries: [] };
  },

  async RemoveTargets(input: RemoveTargetsCommandInput, call) {
    const rule = book.find({ Name: input.Rule, EventBusName: input.EventBusName }, call.region);
    for (const id of input.Ids ?? []) rule.targets.delete(id);
    return { FailedEntryCount: 0, FailedEntries: [] };
  },

  async ListTargetsByRule(input: ListTargetsByRuleCommandInput, call) {
    const rule = book.find({ Name: input.Rule, EventBusName: input.EventBusName }, call.region);
    const { items, token } = page([...rule.targets.values()], input.Limit, input.NextToken);
    return { Targets: items, ...token };
  },

  async ListRuleNamesByTarget(input: ListRuleNamesByTargetCommandInput, call) {
    onlyDefaultBus(input.EventBusName);
    const found = [...book.at(call.region).values()]
      .filter(({ targets }) => [...targets.values()].some(({ Arn }) => Arn === input.TargetArn))
      .toSorted(byName);
    const { items, token } = page(found, input.Limit, input.NextToken);
    return { RuleNames: items.map(({ name }) => name), ...token };
  },
});

function page<T>(all: readonly T[], limit: number | undefined, token: string | undefined) {
  const size = limit ?? 100;
  const start = token === undefined ? 0 : Number(token);
  if (!Number.isInteger(start) || start < 0) throw invalid('NextToken is not valid.');
  const next = start + size < all.length ? { NextToken: String(start + size) } : {};
  return { items: all.slice(start, start + size), token: next };
}

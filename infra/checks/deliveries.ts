import { startArn } from '../../deployment/names.ts';
import { type Check, listOf, type Named, referredId, resourcesOf, type Template } from './template.ts';

/**
 * What rules, schedules and alarms deliver to: in their own region, with a bound on how late, and with somewhere for what could
 * not be delivered. A rule reaches other regions through an event bus alone.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html
 */
export const deliveries: Check = function* ({ template, region, failover }) {
  for (const { id, Properties } of resourcesOf(template, 'AWS::Events::Rule')) {
    for (const target of listOf(Properties?.['Targets']) as readonly Target[]) {
      yield* patience(`${id}.${target.Id}`, target, 300);
      yield* deadLetter(`${id}.${target.Id}`, target, template, id);
      if (regionOf(target.Arn, region) !== region && !/:event-bus\//.test(String(target.Arn))) {
        yield {
          at: `${id}.${target.Id}`,
          message: `is in another region, where a rule reaches event buses alone: ${target.Arn}`,
        };
      }
      if (/:stateMachine:/.test(String(target.Arn)) && target.Arn !== startArn(failover, region)) {
        yield { at: `${id}.${target.Id}`, message: `starts ${target.Arn} and not ${startArn(failover, region)}` };
      }
      if (/:(states|event-bus)[:/]/.test(String(target.Arn)) && target.RoleArn === undefined) {
        yield { at: `${id}.${target.Id}`, message: 'needs a role' };
      }
    }
  }
  for (const { id, Properties } of resourcesOf(template, 'AWS::Scheduler::Schedule')) {
    const target = Properties?.['Target'] as Target;
    yield* patience(`${id}.Target`, target, 300);
    yield* deadLetter(`${id}.Target`, target, template, null);
    if (/:stateMachine:/.test(String(target.Arn)) && target.Arn !== startArn(failover, region)) {
      yield { at: `${id}.Target`, message: `starts ${target.Arn} and not ${startArn(failover, region)}` };
    }
  }
  for (const { id, Properties } of resourcesOf(template, /^AWS::CloudWatch::(Composite)?Alarm$/)) {
    for (const action of ['AlarmActions', 'OKActions'].flatMap((member) => listOf(Properties?.[member]))) {
      if (regionOf(action, region) !== region) yield { at: id, message: `acts in another region: ${String(action)}` };
    }
  }
};

interface Target {
  readonly Id?: string;
  readonly Arn: unknown;
  readonly RoleArn?: unknown;
  readonly RetryPolicy?: { readonly MaximumEventAgeInSeconds?: number };
  readonly DeadLetterConfig?: { readonly Arn?: unknown };
}

function* patience(at: string, { RetryPolicy }: Target, maxSeconds: number) {
  const seconds = RetryPolicy?.MaximumEventAgeInSeconds;
  if (seconds === undefined || seconds < 60 || seconds > maxSeconds) {
    yield { at, message: `delivers what is as old as ${seconds ?? 86_400} s: say between 60 and ${maxSeconds}` };
  }
}

/** A queue in the same stack, and one that takes from the rule: without a policy, EventBridge drops in silence. */
function* deadLetter(at: string, { DeadLetterConfig }: Target, template: Template, rule: string | null) {
  const queue = referredId(DeadLetterConfig?.Arn);
  if (queue === null || template.Resources?.[queue]?.Type !== 'AWS::SQS::Queue') {
    yield { at, message: 'has no dead-letter queue in this stack' };
    return;
  }
  if (rule === null) return;
  const name = String(template.Resources?.[rule]?.Properties?.['Name'] ?? rule);
  const policies = resourcesOf(template, 'AWS::SQS::QueuePolicy').filter(({ Properties }) =>
    listOf(Properties?.['Queues']).some((member) => referredId(member) === queue),
  );
  if (!policies.some((policy) => takesFrom(policy, name))) {
    yield { at, message: `has a dead-letter queue whose policy does not let the rule ${name} send` };
  }
}

function takesFrom({ Properties }: Named, rule: string): boolean {
  return listOf(Properties?.['PolicyDocument']?.Statement).some((statement) => {
    const { Effect, Action, Condition } = statement as { Effect: string; Action: unknown; Condition?: unknown };
    return (
      Effect === 'Allow' &&
      listOf(Action).includes('sqs:SendMessage') &&
      new RegExp(`rule/${rule}"`).test(JSON.stringify(Condition ?? ''))
    );
  });
}

/** A reference is to this stack, and so to its region. */
function regionOf(arn: unknown, here: string): string {
  return typeof arn === 'string' ? (arn.split(':')[3] ?? here) : here;
}

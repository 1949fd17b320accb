import { listOf, type Named, referredId, resourcesOf, type Template } from '../template.ts';

/** One service that hands something to another without anybody of ours in between. */
export interface Delivery {
  /** A row of the table is named `from to to`. */
  readonly from: string;
  readonly to: string;
  /** Where the template says so. */
  readonly at: string;
  /** Logical id of what it is handed to; null where that is no resource of this template. */
  readonly id: string | null;
  /** The same, as the template writes it. */
  readonly target: unknown;
  /** Who sends, as its ARN ends: `rule/understudy-run-lost`. */
  readonly sender: string;
  /** The role in which it is sent, where there is one. */
  readonly role?: unknown;
}

/** Everything in a template that is delivered from one service to another. */
export function* deliveriesIn(template: Template): Generator<Delivery> {
  for (const alarm of resourcesOf(template, /^AWS::CloudWatch::(Composite)?Alarm$/)) {
    const sender = `alarm:${nameOf(alarm)}`;
    for (const member of ['AlarmActions', 'OKActions', 'InsufficientDataActions']) {
      for (const target of listOf(alarm.Properties?.[member])) {
        yield { from: 'alarm', at: `${alarm.id}.${member}`, sender, ...aimed(template, target) };
      }
    }
  }
  for (const rule of resourcesOf(template, 'AWS::Events::Rule')) {
    for (const target of listOf(rule.Properties?.['Targets']) as readonly Target[]) {
      yield* targeted(template, 'rule', `${rule.id}.${target.Id}`, `rule/${nameOf(rule)}`, target);
    }
  }
  for (const schedule of resourcesOf(template, 'AWS::Scheduler::Schedule')) {
    const target = schedule.Properties?.['Target'] as Target;
    yield* targeted(template, 'schedule', `${schedule.id}.Target`, `schedule/default/${nameOf(schedule)}`, target);
  }
  for (const machine of resourcesOf(template, 'AWS::StepFunctions::StateMachine')) yield* ofMachine(template, machine);
  for (const topic of resourcesOf(template, 'AWS::SNS::Subscription')) {
    const to = String(topic.Properties?.['Protocol']);
    yield { from: 'topic', to, at: topic.id, id: null, target: topic.Properties?.['Endpoint'], sender: '' };
  }
  for (const channel of resourcesOf(template, /^AWS::Chatbot::/)) {
    for (const target of listOf(channel.Properties?.['SnsTopicArns'])) {
      yield { from: 'topic', to: 'chat', at: channel.id, id: null, target, sender: '' };
    }
  }
  for (const { id, Properties } of resourcesOf(template, 'AWS::Lambda::Function')) {
    const sender = { at: id, sender: `function:${Properties?.['FunctionName'] ?? id}`, role: Properties?.['Role'] };
    const log = Properties?.['LoggingConfig']?.LogGroup;
    if (log !== undefined) yield { from: 'function', to: 'log', id: referredId(log), target: log, ...sender };
    if (Properties?.['TracingConfig']?.Mode === 'Active') {
      yield { from: 'function', to: 'traces', id: null, target: '*', ...sender };
    }
  }
  for (const { id, Properties } of resourcesOf(template, 'AWS::Synthetics::Canary')) {
    const sender = { at: id, sender: `canary:${Properties?.['Name']}`, role: Properties?.['ExecutionRoleArn'] };
    const bucket = bucketIn(Properties?.['ArtifactS3Location']);
    yield { from: 'canary', to: 'bucket', id: bucket, target: { 'Fn::GetAtt': [bucket, 'Arn'] }, ...sender };
    for (const to of ['log', 'metrics']) yield { from: 'canary', to, id: null, target: '*', ...sender };
  }
  for (const { id, Properties } of resourcesOf(template, 'AWS::Route53::HealthCheck')) {
    const alarm = Properties?.['HealthCheckConfig']?.AlarmIdentifier;
    if (alarm !== undefined) yield { from: 'alarm', to: 'health check', at: id, id: null, target: alarm, sender: '' };
  }
}

interface Target {
  readonly Id?: string;
  readonly Arn: unknown;
  readonly RoleArn?: unknown;
  readonly DeadLetterConfig?: { readonly Arn?: unknown };
}

function* targeted(template: Template, from: string, at: string, sender: string, target: Target): Generator<Delivery> {
  const role = target.RoleArn;
  yield { from, at, sender, role, ...aimed(template, target.Arn) };
  const dead = target.DeadLetterConfig?.Arn;
  if (dead !== undefined) yield { from, at: `${at}.DeadLetterConfig`, sender, role, ...aimed(template, dead) };
}

function* ofMachine(template: Template, machine: Named): Generator<Delivery> {
  const { id, Properties } = machine;
  const from = { from: 'machine', sender: `stateMachine:${nameOf(machine)}`, role: Properties?.['RoleArn'] };
  for (const [name, { Resource, Arguments }] of tasksIn(JSON.parse(String(Properties?.['DefinitionString'])))) {
    yield {
      ...from,
      at: `${id}.${name}`,
      ...aimed(template, Arguments?.FunctionName ?? Arguments?.TopicArn ?? Resource),
    };
  }
  for (const each of listOf(Properties?.['LoggingConfiguration']?.Destinations)) {
    const target = (each as { CloudWatchLogsLogGroup?: { LogGroupArn?: unknown } }).CloudWatchLogsLogGroup?.LogGroupArn;
    yield { ...from, to: 'log', at: `${id}.LoggingConfiguration`, id: referredId(target), target };
  }
  if (Properties?.['TracingConfiguration']?.Enabled === true) {
    yield { ...from, to: 'traces', at: `${id}.TracingConfiguration`, id: null, target: '*' };
  }
}

interface Task {
  readonly Resource: string;
  readonly Arguments?: { readonly FunctionName?: string; readonly TopicArn?: string };
}

/** Those within branches too. */
function tasksIn(value: unknown): readonly (readonly [string, Task])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    member?.Type === 'Task' ? [[name, member as Task] as const] : tasksIn(member),
  );
}

const kinds: Readonly<Record<string, string>> = {
  'AWS::SNS::Topic': 'topic',
  'AWS::SQS::Queue': 'queue',
  'AWS::Lambda::Function': 'function',
  'AWS::StepFunctions::StateMachine': 'machine',
};

const aimedAt = new RegExp(`^(${Object.keys(kinds).join('|')})$`);

/** What a target is, and which resource of this template. A name in an ARN is found among the resources that have one. */
function aimed(template: Template, target: unknown): Pick<Delivery, 'to' | 'id' | 'target'> {
  const text = typeof target === 'string' ? target : '';
  const id = referredId(target) ?? resourcesOf(template, aimedAt).find((named) => ownsArn(named, text))?.id ?? null;
  const type = id === null ? undefined : template.Resources?.[id]?.Type;
  if (type !== undefined) return { to: kinds[type] ?? type, id, target };
  if (/:event-bus\//.test(text)) return { to: 'bus', id: null, target };
  return { to: text === '' ? JSON.stringify(target) : text, id: null, target };
}

function ownsArn(named: Named, arn: string): boolean {
  return arn
    .split(':')
    .slice(5)
    .includes(String(nameOf(named)));
}

const nameMembers = ['Name', 'AlarmName', 'TopicName', 'QueueName', 'FunctionName', 'StateMachineName'];

/** The physical name, or the logical id where CloudFormation chooses one. */
export function nameOf({ id, Properties }: Named): unknown {
  return nameMembers.map((member) => Properties?.[member]).find((name) => name !== undefined) ?? id;
}

/** Of `s3://bucket`, in whichever form it is joined. */
function bucketIn(location: unknown): string | null {
  const parts = (location as { 'Fn::Join'?: [string, unknown[]] } | undefined)?.['Fn::Join']?.[1] ?? [];
  return parts.map(referredId).find((id) => id !== null) ?? null;
}

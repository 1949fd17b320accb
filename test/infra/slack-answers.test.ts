import { expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import { surface } from '../../infra/checks/surface.ts';
import type { Template } from '../../infra/checks/template.ts';
import { Orchestrator } from '../../infra/constructs/orchestrator.ts';
import { exampleWith } from '../support/configuration.ts';
import { all, control, failover, synthesised } from './synthesised.ts';

const channel = {
  kind: 'slack-app',
  name: 'incidents',
  teamId: 'T0123ABCD',
  channelId: 'C0123ABCD',
  approvers: [{ userId: 'U0123ABCD', person: 'ada@example.com' }],
  secrets: { botToken: { parameter: '/slack/token' }, signingSecret: { parameter: '/slack/signing' } },
};
const answered = parseFailover(exampleWith({ 'notify.channels': [channel] }));
const told = parseFailover(
  exampleWith({
    'notify.channels': [{ ...channel, approvers: [], secrets: { botToken: channel.secrets.botToken } }],
  }),
);
const templateOf = (of: typeof failover) =>
  synthesised(of, control, ({ stack, topics, deadLetters }) => {
    new Orchestrator(stack, 'Orchestrator', { failover: of, region: control, topics, deadLetters });
  });
const template = templateOf(answered);

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}
const statementsOf = (role: string): readonly Statement[] =>
  Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.includes(role))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);

test('the address is there where somebody may answer, and nowhere else', () => {
  expect(all(template, 'AWS::Lambda::Url')).toMatchObject([{ AuthType: 'NONE' }]);
  for (const of of [failover, told]) expect(all(templateOf(of), 'AWS::Lambda::Url')).toEqual([]);
});

test('its function is bounded, and has no secret in its variables', () => {
  interface Bounded {
    readonly FunctionName: string;
    readonly ReservedConcurrentExecutions: number;
    readonly Environment: { readonly Variables: object };
  }
  const found = all<Bounded>(template, 'AWS::Lambda::Function').find(({ FunctionName }) =>
    FunctionName.endsWith('-slack-answer'),
  );

  expect(found?.ReservedConcurrentExecutions).toBeLessThanOrEqual(5);
  expect(
    Object.keys(found?.Environment.Variables ?? {}).filter(
      (name) => !/^(UNDERSTUDY_|PARAMETERS_|SSM_|SECRETS_)/.test(name),
    ),
  ).toEqual([]);
});

test('its function may answer runs, read and write the ledger, and read its own two secrets: no lever, no topic, no run begun', () => {
  const actions = statementsOf('slackanswer').flatMap(({ Action }) => Action);

  expect([...new Set(actions)].sort()).toEqual([
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'ssm:GetParameter',
    'states:SendTaskSuccess',
    'xray:PutTelemetryRecords',
    'xray:PutTraceSegments',
  ]);
  const parameters = statementsOf('slackanswer').find(({ Action }) => Action === 'ssm:GetParameter')?.Resource;
  expect(parameters).toEqual(
    ['token', 'signing'].map((name) => `arn:aws:ssm:us-west-2:123456789012:parameter/slack/${name}`),
  );
});

test('who tells people may read the token, and not what answers are signed with', () => {
  const [telling] = statementsOf('announce').filter(({ Action }) => Action === 'ssm:GetParameter');

  expect(telling?.Resource).toEqual('arn:aws:ssm:us-west-2:123456789012:parameter/slack/token');
});

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}
type Resources = Record<string, Resource>;

const found = (of: typeof failover, change: (resources: Resources) => void = () => {}) => {
  const { Resources } = structuredClone(template.toJSON()) as { Resources: Resources };
  change(Resources);
  const subject = { template: { Resources } as Template, stack: 'test', region: control, failover: of };
  return [...surface(subject)].map(({ message }) => message);
};
const each = (resources: Resources, type: string) => Object.values(resources).filter(({ Type }) => Type === type);

test('the check lets this one address pass', () => {
  expect(found(answered)).toEqual([]);
});

test.each<[string, typeof failover, (resources: Resources) => void, string]>([
  ['that the configuration does not ask for', failover, () => {}, 'takes requests that nobody signed'],
  [
    'of another function',
    answered,
    (resources) => {
      for (const { Properties } of each(resources, 'AWS::Lambda::Function')) {
        if (String(Properties['FunctionName']).endsWith('-slack-answer'))
          Properties['FunctionName'] = 'understudy-shift';
      }
    },
    'takes requests that nobody signed',
  ],
  [
    'without a bound',
    answered,
    (resources) => {
      for (const { Properties } of each(resources, 'AWS::Lambda::Function'))
        delete Properties['ReservedConcurrentExecutions'];
    },
    'takes requests that nobody signed',
  ],
  [
    'whose function anybody may invoke past it',
    answered,
    (resources) => {
      for (const { Properties } of each(resources, 'AWS::Lambda::Permission'))
        delete Properties['InvokedViaFunctionUrl'];
    },
    'lets everybody invoke',
  ],
])('the check refuses an address %s', (_, of, change, message) => {
  expect(found(of, change)).toContain(message);
});

import { expect, test } from 'vitest';
import { Orchestrator } from '../../infra/constructs/orchestrator.ts';
import { all, control, failover, synthesised } from './synthesised.ts';

interface FunctionProperties {
  readonly FunctionName: string;
  readonly Layers?: readonly unknown[];
  readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
}

const extension = /:layer:AWS-Parameters-and-Secrets-Lambda-Extension-Arm64:/;

const watched = {
  ...failover,
  notify: {
    ...failover.notify,
    channels: [
      {
        kind: 'slack' as const,
        name: 'slack',
        secrets: { webhookUrl: { env: 'SLACK_WEBHOOK_URL', parameter: '/understudy/slack' } },
      },
      {
        kind: 'eventbridge' as const,
        name: 'programs',
        bus: 'operations',
      },
    ],
  },
};

const template = synthesised(watched, control, ({ stack, topics, deadLetters }) => {
  new Orchestrator(stack, 'Orchestrator', {
    failover: watched,
    region: control,
    topics,
    deadLetters,
  });
});

test('who tells people has the extension that reads the webhook, and nobody else', () => {
  const reading = all<FunctionProperties>(template, 'AWS::Lambda::Function').filter(({ Layers = [] }) =>
    Layers.some((layer) => typeof layer === 'string' && extension.test(layer)),
  );

  expect(reading.map(({ FunctionName }) => FunctionName).sort()).toEqual([
    'understudy-announce',
    'understudy-approve',
    'understudy-conclude',
    'understudy-evacuate',
    'understudy-reconcile',
    'understudy-settle',
  ]);
  // Without this the extension waits for ever, and the step with it.
  for (const { Environment } of reading)
    expect(Environment.Variables['SSM_PARAMETER_STORE_TIMEOUT_MILLIS']).toBe('2000');
});

test('each may read that parameter and no other', () => {
  const resources = all<{ PolicyDocument: { Statement: { Action: unknown; Resource: unknown }[] } }>(
    template,
    'AWS::IAM::Policy',
  )
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .filter(({ Action }) => Action === 'ssm:GetParameter')
    .map(({ Resource }) => Resource);

  expect(resources).toEqual(Array(6).fill('arn:aws:ssm:us-west-2:123456789012:parameter/understudy/slack'));
});

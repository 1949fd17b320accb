import type { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { Observer } from '../../infra/constructs/observer.ts';
import { all, failover, looksOnly, synthesised } from './synthesised.ts';

const observing = (fastProbe: boolean): Template =>
  synthesised(failover, looksOnly, ({ stack, deadLetters }) => {
    new Observer(stack, 'Observer', { failover: { ...failover, fastProbe }, region: looksOnly, deadLetters });
  });

test('there is none unless the configuration asks for it', () => {
  observing(false).resourceCountIs('AWS::Scheduler::Schedule', 0);
});

test('it is started every minute, and may start the machine of any control region and nothing else', () => {
  const template = observing(true);

  template.hasResourceProperties('AWS::Scheduler::Schedule', {
    Name: 'understudy-fast-probe',
    ScheduleExpression: 'rate(1 minute)',
    Target: { RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 } },
  });
  template.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'understudy-fast-probe', Timeout: 90 });
  const statements = all<{ PolicyDocument: { Statement: { Action: unknown; Resource: unknown }[] } }>(
    template,
    'AWS::IAM::Policy',
  ).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  expect(statements.filter(({ Action }) => Action === 'states:StartExecution')).toMatchObject([
    {
      Resource: failover.controlRegions.map(
        (region) => `arn:aws:states:${region}:123456789012:stateMachine:understudy-failover`,
      ),
      Condition: { 'ForAnyValue:StringEquals': { 'states:StateMachineQualifier': 'live' } },
    },
  ]);
  expect(statements.filter(({ Action }) => String(Action).startsWith('dynamodb:'))).toMatchObject([
    { Action: 'dynamodb:GetItem' },
  ]);
});

import { Match } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { SlackChannel } from '../../infra/constructs/slack-channel.ts';
import { all, control, failover, looksOnly, synthesised } from './synthesised.ts';

const channel = { workspaceId: 'T07EA123LEP', channelId: 'C07EZ1ABC23' };
const template = synthesised(failover, control, ({ stack }) => {
  new SlackChannel(stack, 'Slack', { failover, channel, regions: [control, looksOnly] });
});

test('the channel hears the topics of every region', () => {
  template.hasResourceProperties('AWS::Chatbot::SlackChannelConfiguration', {
    SlackWorkspaceId: channel.workspaceId,
    SlackChannelId: channel.channelId,
    SnsTopicArns: [control, looksOnly].flatMap((region) => [
      `arn:aws:sns:${region}:123456789012:understudy-critical`,
      `arn:aws:sns:${region}:123456789012:understudy-info`,
    ]),
  });
});

test('nobody may do more from it than read what an alarm shows', () => {
  template.hasResourceProperties('AWS::Chatbot::SlackChannelConfiguration', {
    GuardrailPolicies: [{ Ref: Match.stringLikeRegexp('^SlackGuardrail') }],
    UserRoleRequired: true,
  });
  const [guardrail] = all<{ PolicyDocument: { Statement: { Action: string[] }[] } }>(
    template,
    'AWS::IAM::ManagedPolicy',
  );
  const actions = guardrail?.PolicyDocument.Statement.flatMap(({ Action }) => Action) ?? [];
  expect(actions.length).toBeGreaterThan(0);
  for (const action of actions) expect(action).toMatch(/^cloudwatch:(Describe|Get)/);
});

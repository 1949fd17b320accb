import { describe, expect, test } from 'vitest';
import { awsWordPattern, awsWordTargets } from '../../deployment/aws-word.ts';
import { parseEventPattern } from '../../loopback/events/event-pattern.ts';
import { targetInput } from '../../loopback/events/target-input.ts';
import { failover, home, t0 } from '../support/world.ts';

/** As https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html has it. */
const event = (detail: Record<string, unknown> = {}) => ({
  version: '0' as const,
  id: '7bf73129-1428-4cd3-a780-95db273d1602',
  'detail-type': 'AWS Health Event',
  source: 'aws.health',
  account: failover.account,
  time: '2026-11-20T03:07:00Z',
  region: 'us-west-2',
  resources: [],
  detail: {
    eventArn: `arn:aws:health:${home}::event/LAMBDA/AWS_LAMBDA_OPERATIONAL_ISSUE/AWS_LAMBDA_OPERATIONAL_ISSUE_1`,
    service: 'LAMBDA',
    eventTypeCode: 'AWS_LAMBDA_OPERATIONAL_ISSUE',
    eventTypeCategory: 'issue',
    eventScopeCode: 'PUBLIC',
    eventRegion: home,
    startTime: 'Fri, 20 Nov 2026 02:51:00 GMT',
    ...detail,
  },
});

const matches = (of: object) => parseEventPattern(JSON.stringify(awsWordPattern(failover))).matches(of);

/** What the one target of the rule gets. */
function told(notify: typeof failover.notify): unknown {
  const [target, ...others] = awsWordTargets({ notify });
  if (target === undefined || others.length > 0) throw new Error('it has one target');
  expect(target.topic).toBe('info');
  const { inputPathsMap: InputPathsMap, inputTemplate: InputTemplate } = target;
  const ruleName = 'understudy-aws-word';
  const ruleArn = `arn:aws:events:us-west-2:${failover.account}:rule/${ruleName}`;
  const shaping = { Id: target.id, InputTransformer: { InputPathsMap, InputTemplate } };
  return JSON.parse(targetInput(shaping, { event: event(), ruleArn, ruleName, ingestedAt: t0 }) ?? 'null');
}

describe('what AWS Health says', () => {
  test('is heard of issues in the regions of services alone, wherever it is told', () => {
    expect(matches(event())).toBe(true);
    expect(matches(event({ eventRegion: 'eu-west-1' }))).toBe(false);
    expect(matches(event({ eventTypeCategory: 'scheduledChange' }))).toBe(false);
  });

  test('wakes nobody, and says that nothing counts it', () => {
    expect(told({ ...failover.notify, slackChannel: undefined })).toBe(
      'AWS tells of an issue: AWS_LAMBDA_OPERATIONAL_ISSUE of LAMBDA in us-east-1, since Fri, 20 Nov 2026 02:51:00 GMT. For information: Understudy counts no word of AWS. What its observers see: understudy status',
    );
  });

  test('has the form of a chat channel where one listens to the topic', () => {
    expect(told({ ...failover.notify, slackChannel: { workspaceId: 'T1', channelId: 'C1' } })).toMatchObject({
      source: 'custom',
      content: {
        description: expect.stringMatching(/^`AWS_LAMBDA_OPERATIONAL_ISSUE` of `LAMBDA` in `us-east-1`, since `Fri, /),
      },
    });
  });
});

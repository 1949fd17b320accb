import { describe, expect, test } from 'vitest';
import { lostRunTargets } from '../../deployment/lost-run.ts';

const runbookUrl = 'https://example.com/runbook.md';
const notify = {
  topics: { critical: 'critical', info: 'info' },
  channels: [],
  slackChannel: undefined,
  emails: [],
} as unknown as Parameters<typeof lostRunTargets>[0]['notify'];
const slackChannel = { workspaceId: 'T01234567', channelId: 'C01234567' };

/** What arrives: placeholders are replaced in the text, which then is JSON. */
const arrives = (template: string) =>
  JSON.parse(
    template
      .replaceAll('<execution>', 'arn:aws:states:us-west-2:123456789012:execution:understudy-failover:orders_a-1')
      .replaceAll('<status>', 'TIMED_OUT'),
  );

describe('what tells of a run that could not conclude', () => {
  test('is a sentence to the critical topic', () => {
    const [only, ...others] = lostRunTargets({ notify, runbookUrl });

    expect(others).toEqual([]);
    expect(only?.topic).toBe('critical');
    expect(arrives(only?.inputTemplate ?? '')).toBe(
      'Understudy: arn:aws:states:us-west-2:123456789012:execution:understudy-failover:orders_a-1 ended as TIMED_OUT and could not conclude. See https://example.com/runbook.md#a-run-could-not-be-concluded.',
    );
  });

  test('is also a notification of its own form to the topic that a chat channel listens to, and wakes nobody twice', () => {
    const [, inChat] = lostRunTargets({ notify: { ...notify, slackChannel }, runbookUrl });

    expect(inChat?.topic).toBe('info');
    expect(arrives(inChat?.inputTemplate ?? '')).toMatchObject({
      version: '1.0',
      source: 'custom',
      content: {
        textType: 'client-markdown',
        description: expect.stringMatching(/^`arn:[^`]+:orders_a-1` ended as TIMED_OUT and could not conclude$/),
        nextSteps: ['See https://example.com/runbook.md#a-run-could-not-be-concluded'],
      },
    });
  });

  test('takes nothing else out of the event, and every place is filled', () => {
    for (const { inputPathsMap, inputTemplate } of lostRunTargets({
      notify: { ...notify, slackChannel },
      runbookUrl,
    })) {
      const places = [...inputTemplate.matchAll(/<([^<>]+)>/g)].map(([, place]) => place);
      expect([...new Set(places)].sort()).toEqual(Object.keys(inputPathsMap).sort());
    }
  });
});

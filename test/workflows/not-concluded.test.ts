import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chatText } from '../../core/chat-text.ts';
import { failoverMachine } from '../../workflows/failover/machine.ts';
import { hostileText } from '../support/hostile.ts';
import { failure, functions, incident, play } from './failover-run.ts';

const topicArns = {
  critical: 'arn:aws:sns:us-west-2:123456789012:understudy-critical',
  info: 'arn:aws:sns:us-west-2:123456789012:understudy-info',
};
const heardInChat = failoverMachine({ functions, topicArns, chat: true });

const pageOf = async (cause: string, machine?: object) => {
  const run = await play({ conclude: [failure('LedgerUnavailable', cause)] }, machine);
  return run.payloads('page')[0] ?? {};
};

describe('the page of a run that could not conclude', () => {
  test('is plain text where no chat channel listens', async () => {
    const page = await pageOf('no answer');

    expect(page['MessageStructure']).toBeUndefined();
    expect(page['Message']).toContain('\nConclude: LedgerUnavailable: no answer\n');
  });

  test('is plain text, and for a chat channel a notification of its own form, where one listens', async () => {
    const page = await pageOf('no answer', heardInChat);

    expect(page['MessageStructure']).toBe('json');
    const forms = JSON.parse(String(page['Message']));
    expect(Object.keys(forms).sort()).toEqual(['default', 'https']);
    expect(forms.default).toContain('\nConclude: LedgerUnavailable: no answer\n');
    expect(JSON.parse(forms.https)).toMatchObject({
      version: '1.0',
      source: 'custom',
      content: {
        textType: 'client-markdown',
        description: expect.stringContaining('\nConclude: LedgerUnavailable: no answer\n'),
      },
      metadata: { threadId: incident.id },
    });
  });

  test('has seven lines, whatever an error says, and in chat no mention, link or formatting', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (cause) => {
        const forms = JSON.parse(String((await pageOf(cause, heardInChat))['Message']));
        const { content } = JSON.parse(forms.https);
        expect(forms.default.split('\n')).toHaveLength(7);
        expect(content.description.split('\n')).toHaveLength(7);
        expect(content.description).not.toMatch(/[<>*_~`[\]]|:\/\/|@\w|\bwww\.|&(?!amp;|lt;|gt;)/i);
      }),
      { numRuns: 15 },
    );
  });

  test('says in chat what every other message says there', async () => {
    const cause = 'see <https://evil.example|here> & *act*, @here';
    const forms = JSON.parse(String((await pageOf(cause, heardInChat))['Message']));

    expect(JSON.parse(forms.https).content.description).toContain(chatText(cause));
    expect(forms.default).toContain(cause);
  });
});

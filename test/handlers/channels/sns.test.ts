import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, describe, expect, test } from 'vitest';
import { snsNotifier } from '../../../handlers/channels/sns.ts';
import { startAwsServer } from '../../../loopback/aws/server.ts';
import type { Aws } from '../../../loopback/aws/service.ts';
import { wallClock } from '../../../loopback/clock.ts';
import { snsService } from '../../../loopback/sns/sns.ts';
import { message, notifierContract } from '../../contracts/notifier.contract.ts';

const nobody: Aws = { account: '123456789012', call: () => Promise.reject(new Error('no functions here')) };
const sns = snsService({ clock: wallClock, random: () => 0, tempo: 1, aws: () => nobody });
const aws = await startAwsServer({ port: 0, account: '123456789012', services: [sns] });
const client = new SNSClient({
  endpoint: aws.url,
  region: 'us-west-2',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
});
afterAll(() => aws.close());

let stages = 0;

async function newStage() {
  const topic = async (severity: string) => {
    const { TopicArn = '' } = await client.send(new CreateTopicCommand({ Name: `${severity}-${stages}` }));
    return TopicArn;
  };
  stages += 1;
  const topics = { critical: await topic('critical'), info: await topic('info') };
  return { topics, notifier: snsNotifier({ client, topics }) };
}

notifierContract('SNS', async () => {
  const { topics, notifier } = await newStage();
  return {
    notifier,
    received: () => sns.published(topics.critical).map(({ subject, messages }) => `${subject}\n${messages.default}`),
    breakDown() {
      aws.faults.set({ fault: 'unavailable', times: 1 });
    },
  };
});

describe('the notifier by SNS', () => {
  test('tells a chat channel in the form that it takes, threaded by incident, and everybody else in plain text', async () => {
    const { topics } = await newStage();
    const notifier = snsNotifier({ client, topics, chat: true });

    await notifier.send(message);

    const { messages } = sns.published(topics.critical)[0] ?? {};
    expect(messages?.default).toContain(message.lines[0]);
    expect(JSON.parse(messages?.['https'] ?? '')).toMatchObject({
      version: '1.0',
      source: 'custom',
      content: { textType: 'client-markdown', description: expect.stringContaining(message.lines[0] ?? '-') },
      metadata: { threadId: message.thread },
    });
  });

  test('leaves out of a chat channel what nobody has to hear of', async () => {
    const { topics } = await newStage();

    await snsNotifier({ client, topics, chat: true }).send({ ...message, audience: 'record' });

    expect(sns.published(topics.critical)[0]?.messages['https']).toBeUndefined();
  });

  test('publishes to the topic of the severity', async () => {
    const { topics, notifier } = await newStage();

    await notifier.send({ ...message, severity: 'info' });

    expect(sns.published(topics.info)).toHaveLength(1);
    expect(sns.published(topics.critical)).toEqual([]);
  });

  test('reads as plain text, with attributes to filter by', async () => {
    const { topics, notifier } = await newStage();

    await notifier.send(message);

    const [published] = sns.published(topics.critical);
    expect(published?.messages.default).toBe(
      [
        'Moving orders from us-east-1 to us-west-2.',
        'Why: us-east-1 is bad from us-east-2, ca-central-1.',
        '',
        'Incident: orders#7',
        'Asked by: ana',
        '',
        '2026-11-20T18:30:00.000Z',
      ].join('\n'),
    );
    expect(published?.attributes).toEqual({
      service: { DataType: 'String', StringValue: 'orders' },
      severity: { DataType: 'String', StringValue: 'critical' },
      audience: { DataType: 'String', StringValue: 'people' },
      thread: { DataType: 'String', StringValue: 'orders#7' },
    });
  });

  test.each(['ä'.repeat(200), '\n  leading white space\nand a break', '', '!!!', 'x'.repeat(101)])(
    'a subject that SNS would refuse is marred rather than not sent: %j',
    async (subject) => {
      const { topics, notifier } = await newStage();

      await notifier.send({ ...message, subject });

      expect(sns.published(topics.critical)[0]?.subject).toMatch(/^[A-Za-z0-9][\x20-\x7e]{0,99}$/);
    },
  );

  test('a text of any length is sent', async () => {
    const { topics, notifier } = await newStage();

    await notifier.send({ ...message, lines: ['ü'.repeat(400_000)] });

    expect(sns.published(topics.critical)).toHaveLength(1);
  });

  test('a topic that is not there is told by name', async () => {
    const { topics } = await newStage();
    const notifier = snsNotifier({ client, topics: { ...topics, critical: `${topics.critical}-gone` } });

    await expect(notifier.send(message)).rejects.toMatchObject({
      name: 'NotificationFailed',
      cause: { name: 'NotFoundException' },
    });
  });
});

import { describe, expect, test } from 'vitest';
import { conclusion } from '../../../core/conclusion-message.ts';
import { endings } from '../../../core/incident.ts';
import { announcement, approvalRequest } from '../../../core/messages.ts';
import { pauseReminder } from '../../../core/notices.ts';
import { eventOf } from '../../../handlers/channels/event.ts';
import { eventSchemas } from '../../../handlers/channels/event-schema.ts';
import { eventBridgeClient, eventBridgeNotifier } from '../../../handlers/channels/eventbridge.ts';
import { foreignHabitsContract } from '../../contracts/foreign-habits.contract.ts';
import { message, notifierContract } from '../../contracts/notifier.contract.ts';
import { heldRecord, home, incidentOf, standby, t0 } from '../../support/world.ts';
import { foreignServer, status } from './foreign-server.ts';

process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';

const deployment = { name: 'understudy', account: '123456789012' };
const notifierAt = (endpoint: string, answerMs = 20_000) =>
  eventBridgeNotifier({
    channel: 'programs',
    client: eventBridgeClient('us-west-2', { endpoint, answerMs, connectMs: 20_000 }),
    bus: 'operations',
    deployment,
  });

const accepted = JSON.stringify({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] });
const json = { 'content-type': 'application/x-amz-json-1.1' };

notifierContract('EventBridge', async () => {
  const server = await foreignServer();
  const received: string[] = [];
  const take: Parameters<typeof server.answers.push>[0] = (response, { body }) => {
    received.push(body);
    response.writeHead(200, json).end(accepted);
  };
  server.answers.push(take);
  return {
    notifier: notifierAt(server.url),
    received: () => received,
    breakDown: () => server.answers.splice(0, 1, status(400)),
  };
});

foreignHabitsContract('EventBridge', {
  connect: (url, answerMs) => {
    const notifier = notifierAt(url, answerMs);
    return () => notifier.send(message);
  },
  ok: { body: accepted, headers: json },
  gaveUp: expect.objectContaining({ name: 'NotificationFailed' }),
  attempts: 2,
});

describe('the notifier by EventBridge', () => {
  test('puts an event of its type on the bus, and takes what nobody has to hear of', async () => {
    await using server = await foreignServer();
    const bodies: string[] = [];
    server.answers.push((response, { body }) => {
      bodies.push(body);
      response.writeHead(200, json).end(accepted);
    });
    const notifier = notifierAt(server.url);

    await notifier.send(message);

    const [entry] = JSON.parse(bodies[0] ?? '').Entries;
    expect(entry).toMatchObject({
      EventBusName: 'operations',
      Source: 'understudy',
      DetailType: 'understudy.move.announced',
    });
    expect(JSON.parse(entry.Detail)).toEqual(eventOf(message, deployment).data);
    expect(notifier.takes({ ...message, audience: 'record' })).toBe(true);
  });

  test('believes no entry that was refused, though the call was not', async () => {
    await using server = await foreignServer();
    const refused = { FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' }] };
    server.answers.push((response) => response.writeHead(200, json).end(JSON.stringify(refused)));

    await expect(notifierAt(server.url).send(message)).rejects.toThrow('ThrottlingException');
  });
});

describe('every message that core makes', () => {
  const plan = { from: home, to: standby, prior: { epoch: null, weights: {} }, steps: [], prepare: [] };
  const move = { kind: 'move', diagnosis: 'region-down', plan, because: 'b', approval: null } as const;
  const paused = { by: 'ada', reason: 'freeze', at: t0, until: null, remindedAt: null };
  const messages = [
    announcement(incidentOf(), move, 'arn', t0),
    approvalRequest(incidentOf(), move, t0, t0),
    pauseReminder(heldRecord({ paused }), t0),
    ...endings.map((ending) =>
      conclusion(
        {
          ending,
          service: 'orders',
          request: incidentOf(),
          incident: incidentOf(),
          verdict: move,
          because: 'so',
          execution: 'arn',
          durationMs: 1,
          telling: { audience: 'people', trouble: { id: 'orders#1', state: 'opened', what: ending } },
          answer: null,
          remindAfterMs: 900_000,
        },
        t0,
      ),
    ),
  ];

  test.each(messages)('is an event of the schema that ships: $subject', (some) => {
    const event = JSON.parse(JSON.stringify(eventOf(some, deployment)));
    const schema = eventSchemas[event.type as keyof typeof eventSchemas];

    expect(schema.parse(event)).toEqual(event);
  });
});

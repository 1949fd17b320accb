import { describe, expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import { receivers } from '../../sandbox/receivers/receivers.ts';
import { exampleWith } from '../support/configuration.ts';

const secret = { env: 'SECRET' };
const channels = parseFailover(
  exampleWith({
    'notify.channels': [
      { kind: 'slack', name: 'chat', secrets: { webhookUrl: secret } },
      { kind: 'pagerduty', name: 'pager', secrets: { routingKey: secret } },
      { kind: 'webhook', name: 'hook', secrets: { url: { env: 'URL' }, signingKey: secret } },
    ],
  }),
).notify.channels;

describe('the other end of a channel says no to what it cannot read, and stays up:', () => {
  const bodies = ['', 'plain', '{"text"', 'null', '[]', '7', '{"blocks":{}}', '{"blocks":[null]}', '{"text":{}}'];
  test.each(channels.flatMap(({ name }) => bodies.map((body) => [name, body] as const)))('%s, %j', (name, body) => {
    const told: string[] = [];
    const ends = receivers(Date.now, (channel, subject) => told.push(`${channel} ${subject}`));
    ends.serve(channels);

    const { status } = ends.receive(name, {}, Buffer.from(body)) ?? {};

    expect([400, 401]).toContain(status);
    expect(told).toEqual([]);
  });
});

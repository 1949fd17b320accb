import { expect, test } from 'vitest';
import { NotificationFailed } from '../../../handlers/errors.ts';
import type { Notifier } from '../../../handlers/ports.ts';
import { deliver, measureLost } from '../../../handlers/steps/deliver.ts';
import { message } from '../../contracts/notifier.contract.ts';
import { MemoryMetrics } from '../../support/memory/metrics.ts';

const patience = { attempts: 3, timeoutMs: 1_000, backoffMs: 10 };
/** Time-outs never come here, and pauses are over at once. */
const wait = (ms: number) => (ms === patience.timeoutMs ? new Promise<never>(() => {}) : Promise.resolve());

function channel(name: string, failures: readonly Error[]): Notifier & { readonly sent: () => number } {
  let sent = 0;
  return {
    channel: name,
    takes: () => true,
    sent: () => sent,
    async send() {
      const failure = failures[sent++];
      if (failure !== undefined) throw failure;
    },
  };
}

test('a refusal that would be the same again is not repeated, and others are told all the same', async () => {
  const refused = channel('on-call', [new NotificationFailed('answered with status 400', { isFinal: true })]);
  const busy = channel('team', [new NotificationFailed('answered with status 503')]);

  expect(await deliver(message, [refused, busy], wait, patience)).toEqual([
    { channel: 'on-call', delivered: false, attempts: 1, because: 'NotificationFailed: answered with status 400' },
    { channel: 'team', delivered: true, attempts: 2, because: null },
  ]);
  expect([refused.sent(), busy.sent()]).toEqual([1, 2]);
});

test('messages that did not arrive are counted, and nothing is where all did', () => {
  const metrics = new MemoryMetrics();
  const lost = { channel: 'team', delivered: false, attempts: 3, because: 'no answer' };

  measureLost('orders', [{ ...lost, delivered: true }], metrics);
  expect(metrics.recorded).toEqual([]);
  measureLost('orders', [lost, { ...lost, delivered: true }, lost], metrics);
  expect(metrics.recorded).toEqual([
    expect.objectContaining({ service: 'orders', metric: 'NotificationFailed', value: 2 }),
  ]);
});

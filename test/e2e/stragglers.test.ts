import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { understudy } from './cli.ts';
import { configuration, home, standby } from './configuration.ts';
import { deployment } from './deployment.ts';
import { until } from './until.ts';

const here = deployment({ failover: configuration({ byArc: { payments: {} } }) });

/** Callers that keep their connections to a region, as those do who looked the name up before it moved. Returns what ends them. */
function keptCallers(url: string): () => Promise<void> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
  let calling = true;
  const call = (method: string) =>
    new Promise<void>((resolve) => {
      const request = http.request(`${url}/things`, { method, agent }, (response) => {
        response.resume();
        response.on('end', resolve);
      });
      request.on('error', () => resolve());
      request.end(method === 'POST' ? '{}' : undefined);
    });
  const loops = ['GET', 'GET', 'POST', 'POST'].map(async (method) => {
    while (calling) {
      await call(method);
      await delay(10);
    }
  });
  return async () => {
    calling = false;
    await Promise.all(loops);
    agent.destroy();
  };
}

test('callers who keep connections to the region that was left, and write there, are told of until they are gone', async () => {
  const stop = keptCallers(here.sandbox.addresses.services['payments']?.regions[home] ?? '');
  onTestFinished(stop);
  const { ending, incident } = await here.run({
    service: 'payments',
    to: standby,
    reason: 'game day',
    requestedBy: 'test',
  });
  expect(ending).toBe('recovered');

  const split = await until('people hear of the split', async () => {
    await here.reconcile();
    return here.told('slack').find((subject) => subject.startsWith('payments is split'));
  });
  expect(split).toContain(`${home} takes`);
  const [arrived] = await here.happenings('payments', incident ?? '', 'arrived');
  expect(arrived).toMatchObject({ region: home, isSplit: true });
  const { stdout } = await understudy(['status', 'payments', '--no-look', '--endpoint', here.sandbox.addresses.aws]);
  expect(stdout).toMatch(/^ {2}left {8}payments is split: us-east-1 takes \d+ writes a minute, /m);

  await stop();
  await until('people hear that it is over', async () => {
    await here.reconcile();
    return here.told('slack').find((subject) => subject.includes('gets no requests of payments any more'));
  });
});

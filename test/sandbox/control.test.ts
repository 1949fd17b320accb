import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { AwsFaults, faultKinds } from '../../loopback/aws/faults.ts';
import { serviceIds } from '../../loopback/aws/service.ts';
import { controlApi } from '../../sandbox/control.ts';
import { playedHooks } from '../../sandbox/hooks/played-hooks.ts';
import { aliases, type Fault, faults } from '../../sandbox/regions/fault.ts';

async function control(home: string | null = null) {
  const set: [string, Fault][] = [];
  const aws = new AwsFaults();
  const answer = controlApi({
    console: () => home,
    addresses: () => ({ ready: false }),
    regions: () => ['us-east-1'],
    config: () => ({}),
    setFault: async (region, fault) => {
      set.push([region, fault]);
    },
    clearFault: async () => {},
    faults: () => ({}),
    deploy: async () => {},
    aws: () => aws,
    channels: {
      receive: () => null,
      state: () => ({ received: [], incidents: {}, slack: {} }),
      press: async () => null,
    },
    hooks: playedHooks(),
    token: () => ({ status: 200, body: {} }),
  });
  const server = createServer((request, response) => {
    if (!answer(request, response)) response.writeHead(404).end('{}');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const ask = async (method: string, path: string, body?: unknown) => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/_sandbox${path}`;
    const response = await fetch(url, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const said = (await response.json()) as { error?: string };
    return { status: response.status, allow: response.headers.get('allow'), error: said.error ?? '' };
  };
  const root = () => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { redirect: 'manual' });
  return { ask, set, aws, root };
}

test.each([
  [503, '503'],
  ['503', '503'],
  ['Wrong_Body', 'wrong-body'],
  ['html200', 'html'],
])('a region’s fault is taken as people write it: %j', async (fault, meant) => {
  const { ask, set } = await control();

  expect(await ask('POST', '/faults', { region: 'us-east-1', fault })).toMatchObject({ status: 200 });

  expect(set).toEqual([['us-east-1', meant]]);
});

test('a fault that is not known is refused with every name that is', async () => {
  const { ask, set } = await control();

  const { status, error } = await ask('POST', '/faults', { region: 'us-east-1', fault: 'on fire' });

  expect(status).toBe(400);
  for (const name of [...faults, ...Object.keys(aliases)]) expect(error).toContain(name);
  expect(set).toEqual([]);
});

test.each([
  [{ service: 'kvs', fault: 'broken' }, 'fault', faultKinds],
  [{ service: 'sqs', fault: 'hang' }, 'service', serviceIds],
  [{ service: 'arc', fault: 'hang', endpoint: 5 }, 'endpoint', ['4']],
  [{ service: 'kvs', fault: 'hang', time: 1 }, 'time', []],
  [{ region: 'us-east-1', fault: 'hang', times: 1 }, 'service', serviceIds],
])('a fault of AWS with a bad member is refused by that member: %j', async (fault, member, names) => {
  const { ask, aws } = await control();

  const { status, error } = await ask('POST', '/faults', fault);

  expect(status).toBe(400);
  for (const name of [member, ...names]) expect(error).toContain(name);
  expect(aws.list()).toEqual([]);
});

test('a known path answers another method with 405 and those that it takes, an unknown one with 404', async () => {
  const { ask } = await control();

  expect(await ask('PUT', '/faults', {})).toMatchObject({ status: 405, allow: 'GET, POST, DELETE' });
  expect(await ask('POST', '', {})).toMatchObject({ status: 405, allow: 'GET' });
  expect(await ask('GET', '/channels/slack')).toMatchObject({ status: 405, allow: 'POST' });
  expect(await ask('POST', '/channels/nobody', {})).toMatchObject({ status: 404, error: 'there is no channel nobody' });
  expect(await ask('GET', '/nothing')).toMatchObject({ status: 404 });
});

test('the root leads to the console where one is open, and is nobody’s where none is', async () => {
  const opened = await control('http://127.0.0.1:4711/#token=abc');
  const closed = await control();

  const led = await opened.root();
  expect([led.status, led.headers.get('location')]).toEqual([302, 'http://127.0.0.1:4711/#token=abc']);
  expect((await closed.root()).status).toBe(404);
});

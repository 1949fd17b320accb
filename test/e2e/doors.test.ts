import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect, onTestFinished, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import type { Failover } from '../../core/service.ts';
import { synthesised } from '../../sandbox/synthesis.ts';
import { startCallers } from '../../sandbox/testing/callers.ts';
import { understudy } from './cli.ts';
import { configuration, home, standby } from './configuration.ts';
import { clientConfig, deployment } from './deployment.ts';
import { until } from './until.ts';

const base = configuration({ byArc: { payments: {} } });

/** `orders` behind keys from both stores, with an address of its own in the standby; `payments` behind a token. */
const failover: Failover = parseFailover({
  ...base,
  services: base.services.map((service) =>
    service.name === 'orders'
      ? {
          ...service,
          regions: service.regions.map((at) =>
            at.region === standby ? { ...at, path: '/standby-health', host: 'orders.example.com' } : at,
          ),
          healthy: {
            ...service.healthy,
            method: 'POST',
            send: { deep: true },
            status: [200, 203],
            text: { contains: '"healthy"' },
          },
          access: {
            headers: {
              'x-api-key': { parameter: '/orders/probe-key' },
              'x-tenant': { secret: 'orders/probe', field: 'tenant', prefix: 'id ' },
              'x-plain': 'understudy',
            },
          },
        }
      : {
          ...service,
          access: {
            token: {
              url: 'https://auth.example.com/oauth2/token',
              clientId: 'understudy',
              clientSecret: { parameter: '/payments/client-secret' },
            },
          },
        },
  ),
});

/** What functions wrote, and what people and runs were told. */
const lines: string[] = [];
const said: string[] = [];
const here = deployment({ failover, canaries: true, tempo: 15, onLog: ({ line }) => lines.push(line) });

const observers = ['us-east-2', 'us-west-2', 'ca-central-1'];
const services = ['orders', 'payments'] as const;

test('a region refuses whoever comes without its keys', async () => {
  const { regions } = here.sandbox.addresses;

  for (const service of services) {
    const refused = await fetch(`${regions[home]}/${service}/health`);
    const opened = await fetch(`${regions[home]}/${service}/health`, { headers: here.sandbox.keys(service) });
    expect([refused.status, opened.status]).toEqual([service === 'orders' ? 403 : 401, 200]);
  }
});

test('canaries open the doors, and every region and front door is seen to be well', async () => {
  await until('every canary has passed', async () => new Set(passed()).size === services.length * 3 * observers.length);
});

test('callers who know the keys are served', async () => {
  for (const service of here.sandbox.failover.services) {
    const callers = startCallers(here.sandbox, service);
    onTestFinished(() => callers.stop());
    const since = Date.now();
    await callers
      .served(
        () => since,
        () => [],
      )
      .by(home, { withinMs: 30_000 });
  }
});

test('vantages open them, too: a dead region is left, and the move is verified behind the doors', async () => {
  await here.fault(home, 'dark');

  const headlines = (name: string) =>
    here.told('slack').filter((text) => text.startsWith(`${name} moved from ${home}`));
  await until('both services have moved', async () => services.every((name) => headlines(name).length > 0));

  for (const name of services) expect((await here.lever(name)).weights[standby]).toBe(1000);
  said.push(JSON.stringify(here.events), await histories());
});

test('no key and no token stands in a template, log, message, report, record, page or history', async () => {
  const secrets = [
    ...Object.values(here.sandbox.keys('orders')).flatMap((value) =>
      value === 'understudy' ? [] : [value.replace('id ', '')],
    ),
    await parameter('/payments/client-secret'),
  ];
  expect(secrets.every((secret) => secret.startsWith('sandbox-key-'))).toBe(true);
  const texts: Record<string, string> = {
    logs: lines.join('\n'),
    'messages and histories': said.join('\n'),
    record: JSON.stringify(await Promise.all(services.map((name) => here.entries(name)))),
    config: await (await fetch(here.sandbox.addresses.config)).text(),
    canaries: JSON.stringify(here.sandbox.loopback.canaries.list()),
    templates: await folder(await synthesised(failover)),
    explain: (await understudy(['explain', 'orders', ...endpoint()])).stdout,
    page: (await understudy(['runbook', '--out', '-', ...endpoint()])).stdout,
  };

  for (const [where, text] of Object.entries(texts)) {
    expect(text.length, where).toBeGreaterThan(100);
    for (const secret of secrets) expect(text.includes(secret), where).toBe(false);
  }
});

test('a key that is rotated everywhere is found without a deployment', async () => {
  // Here canaries and the reconciler run: one of their runs may be under way, and a person asks again.
  await until('orders is home', () =>
    here.comeHome('orders').then(
      () => true,
      () => false,
    ),
  );
  const rotated = Date.now();

  for (const region of observers) await put('/orders/probe-key', 'sandbox-key-rotated', region);

  await until('canaries have passed with the new key', async () => {
    const fresh = passed(rotated).filter((name) => name.includes('understudy-orders-'));
    return new Set(fresh).size === 3 * observers.length;
  });
  expect(here.sandbox.keys('orders')['x-api-key']).toBe('sandbox-key-rotated');
});

const endpoint = () => ['--endpoint', here.sandbox.addresses.aws];

const passed = (since = 0): string[] =>
  here.events.flatMap((event) =>
    event.kind === 'canary' && event.passed && event.at > since ? [`${event.observer} ${event.canary}`] : [],
  );

async function put(Name: string, Value: string, region: string): Promise<void> {
  const client = new SSMClient(clientConfig(here.sandbox.addresses.aws, region));
  await client.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite: true }));
  client.destroy();
}

async function parameter(Name: string): Promise<string> {
  const input = { Name, WithDecryption: true };
  const { Parameter } = await here.sandbox.aws.call('ssm', 'GetParameter', input, { region: observers[0] ?? '' });
  return (Parameter as { readonly Value: string }).Value;
}

/** Everything that the runs of this file carried from state to state. */
async function histories(): Promise<string> {
  const arns = new Set(here.events.flatMap((event) => (event.kind === 'execution' ? [event.execution] : [])));
  const texts = [...arns].map(async (executionArn) => {
    const client = new SFNClient(clientConfig(here.sandbox.addresses.aws, executionArn.split(':')[3] ?? ''));
    const { events } = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1_000 }));
    client.destroy();
    return JSON.stringify(events);
  });
  return (await Promise.all(texts)).join('\n');
}

async function folder(path: string): Promise<string> {
  const files = await readdir(path, { recursive: true, withFileTypes: true });
  const texts = files
    .filter((file) => file.isFile() && file.name.endsWith('.json'))
    .map((file) => readFile(join(file.parentPath, file.name), 'utf8'));
  return (await Promise.all(texts)).join('\n');
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLambda } from '../../../../loopback/aws/lambda/lambda.ts';
import { account } from '../aws-fixture.ts';

/** Tries every way out that Node has, to one address, and says how each ended. */
const source = `
import dns, { lookup } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import http from 'node:http';
import net, { connect } from 'node:net';

const asked = (options) => new Promise((resolve) => {
  http.request(options, (answer) => (answer.resume(), resolve(answer.statusCode)))
    .on('error', ({ code }) => resolve(code)).end();
});
const connected = (...given) => new Promise((resolve) => {
  const socket = connect(...given);
  socket.on('connect', () => (socket.destroy(), resolve('open'))).on('error', ({ code }) => resolve(code));
});

export const handler = async ({ port, path, resolver }) => {
  const leadsHere = (name, options, callback) =>
    options.all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4);
  return {
    byAddress: await asked({ host: '127.0.0.1', port, agent: false }),
    byName: await asked({ host: 'somebody.test', port, lookup: leadsHere, agent: false }),
    byLocalhost: await asked({ host: 'localhost', port, family: 4, agent: false }),
    byDefaultHost: await connected({ port, family: 4 }),
    byPortAndHost: await connected(port, '127.0.0.1'),
    byFetch: await fetch('http://127.0.0.1:' + port + '/').then(({ status }) => status, ({ cause }) => cause.code),
    byPath: path === undefined ? null : await connected(path),
    bySystem: await new Promise((resolve) => lookup('somebody.example', (error) => resolve(error?.code ?? 'found'))),
    byResolver: await (async () => {
      const asking = new Resolver({ timeout: 100, tries: 1 });
      try { asking.setServers([resolver]); return 'set'; } catch ({ code }) { return code; }
    })(),
  };
};
`;

const seen: string[] = [];
const servers: Server[] = [];
const folder = mkdtempSync(join(tmpdir(), 'reach-'));
const logs: string[] = [];
const lambda = createLambda({ account, onLog: ({ line }) => logs.push(line) });
let served = 0;
let stranger = 0;

async function listening(name: string): Promise<number> {
  const server = createServer((_, response) => {
    seen.push(name);
    response.end('ok');
  });
  server.on('connection', () => seen.push(`${name} connection`));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

beforeAll(async () => {
  writeFileSync(join(folder, 'index.mjs'), source);
  served = await listening('served');
  stranger = await listening('stranger');
  const reaches = [`127.0.0.1:${served}`, '127.0.0.1:5353'];
  lambda.register({ name: 'looks', region: 'us-west-2', codeDir: folder, timeoutMs: 10_000, reaches });
});
afterAll(async () => {
  await lambda.close();
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

async function looks(event: object): Promise<Record<string, unknown>> {
  const call = {
    service: 'lambda',
    operation: 'Invoke',
    region: 'us-west-2',
    account,
    requestId: 'r',
    endpoint: 0,
  } as const;
  const input = { FunctionName: 'looks', Payload: Buffer.from(JSON.stringify(event)) };
  const answer = (await lambda.operations['Invoke']?.(input as never, call)) as { Payload: Uint8Array };
  return JSON.parse(Buffer.from(answer.Payload).toString());
}

describe('a function that is kept to some addresses', () => {
  test('reaches those by number and by name', async () => {
    expect(await looks({ port: served, resolver: '127.0.0.1:5353' })).toEqual({
      byAddress: 200,
      byName: 200,
      byLocalhost: 200,
      byDefaultHost: 'open',
      byPortAndHost: 'open',
      byFetch: 200,
      byPath: null,
      bySystem: 'ECONNREFUSED',
      byResolver: 'set',
    });
  });

  test('is refused everywhere else, sends nothing there, and its log says why', async () => {
    seen.length = 0;

    expect(await looks({ port: stranger, path: '/var/run/docker.sock', resolver: '127.0.0.1:5354' })).toEqual({
      byAddress: 'ECONNREFUSED',
      byName: 'ECONNREFUSED',
      byLocalhost: 'ECONNREFUSED',
      byDefaultHost: 'ECONNREFUSED',
      byPortAndHost: 'ECONNREFUSED',
      byFetch: 'ECONNREFUSED',
      byPath: 'ECONNREFUSED',
      bySystem: 'ECONNREFUSED',
      byResolver: 'ECONNREFUSED',
    });
    expect(seen).toEqual([]);
    expect(logs.join('\n')).toContain(`the sandbox serves nothing at 127.0.0.1:${stranger}: refused`);
  });
});

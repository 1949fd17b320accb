import { resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { describe, expect, onTestFinished, test } from 'vitest';
import { understudy } from './cli.ts';
import { configuration, home, standby } from './configuration.ts';
import { deployment } from './deployment.ts';

const here = deployment({ failover: configuration() });

/** The client that the protocol's makers ship, over the command as a person's tool would start it. */
async function agent() {
  const client = new Client({ name: 'test', version: '1' });
  const endpoint = here.sandbox.addresses.aws;
  const args = [resolve('cli/understudy.ts'), 'mcp', '--endpoint', endpoint];
  const { PATH = '', HOME = '' } = process.env;
  const transport = new StdioClientTransport({ command: process.execPath, args, env: { PATH, HOME, USER: 'ada' } });
  await client.connect(transport);
  onTestFinished(() => client.close());
  const call = async (name: string, given: Record<string, unknown> = {}) => {
    const { content, isError = false } = await client.callTool({ name, arguments: given });
    const [first] = content as { type: string; text?: string }[];
    return { text: first?.text ?? '', isError };
  };
  return { client, call };
}

describe('an agent', () => {
  test('finds tools that read, and one that proposes; none says that it destroys', async () => {
    const { client } = await agent();
    const { tools } = await client.listTools();

    expect(tools.map(({ name }) => name)).toEqual([
      'status',
      'explain',
      'history',
      'audit',
      'simulate',
      'rehearse',
      'propose_start',
    ]);
    expect(tools.every(({ annotations }) => annotations?.destructiveHint === false)).toBe(true);
    expect(tools.filter(({ annotations }) => annotations?.readOnlyHint !== true).map(({ name }) => name)).toEqual([
      'rehearse',
    ]);
  });

  test('reads what a person reads', async () => {
    const { call } = await agent();

    expect(await call('status', { services: ['orders'] })).toEqual({
      text: expect.stringContaining(`serves      ${home} 100 %`),
      isError: false,
    });
    expect((await call('rehearse', { service: 'orders', to: standby, reason: 'an agent asks' })).text).toContain(
      'orders#',
    );
    expect((await call('history')).text).toContain('an agent asks');
  });

  test('learns from its mistakes, and they are nobody’s stack trace', async () => {
    const { call } = await agent();

    expect(await call('status', { services: ['order'] })).toMatchObject({
      isError: true,
      text: expect.stringContaining('there is no service order'),
    });
    expect(await call('explain', { about: 'orders#7', force: true })).toMatchObject({ isError: true });
    expect(await call('simulate', { seeds: 1_000_000 })).toMatchObject({ isError: true });
  });

  test('proposes a move, and moves nothing: a person gives the command, while nothing has moved since', async () => {
    const { call } = await agent();
    const before = await here.record('orders');
    const { text } = await call('propose_start', { service: 'orders', to: standby, reason: "it's time" });

    const line = `understudy start orders --to ${standby} --reason 'it'\\''s time' --at-epoch ${before.epoch}`;
    expect(text).toContain(line);
    expect(await here.record('orders')).toEqual(before);
    expect(here.leverWrites).toEqual([]);

    const endpoint = ['--endpoint', here.sandbox.addresses.aws];
    const given = ['start', 'orders', '--to', standby, '--reason', 'it is time', '--at-epoch', `${before.epoch}`];
    expect((await understudy([...given, ...endpoint])).code).toBe(0);
    const again = await understudy([...given, ...endpoint]);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain(`this was meant for ${before.epoch}: look again`);
  });
});

import { describe, expect, test } from 'vitest';
import { FLEET } from '../../core/record.ts';
import { understudy } from './cli.ts';
import { home, standby } from './configuration.ts';
import { deployment } from './deployment.ts';
import { fleet } from './fleet.ts';

const stranded = 'us-east-2';
const here = deployment({
  failover: fleet({ orders: [home, standby], invoices: [home, standby], stuck: [home, stranded] }),
});
const cli = (...args: string[]) => understudy([...args, '--endpoint', here.sandbox.addresses.aws]);
const servedBy = async (service: string) => {
  const response = await fetch(`${here.sandbox.addresses.edge}/${service}/things`);
  await response.body?.cancel();
  return response.headers.get('x-served-region');
};

describe('a fence', () => {
  test('leads everybody out by one write, but who has nowhere to go, and opening it brings them back', async () => {
    await here.fault(stranded, '503');

    const fenced = await cli('fence', home, '--reason', 'an event of AWS', '--until', '2h');

    expect(fenced).toMatchObject({ code: 1, stderr: '' });
    const [first, second] = fenced.stdout.split('\n');
    expect(first).toMatch(/^stuck stays in us-east-1: us-east-2 is bad from /);
    expect(second).toBe(
      'payments stays: no fence moves it, because the override does not reach arc; understudy evacuate us-east-1 does',
    );
    expect(fenced.stdout).toMatch(/^verified: orders: edges have it from .*; through the front door good from /m);
    expect(fenced.stdout).toMatch(/^verified: invoices: /m);
    expect(fenced.stdout).toContain('2 services are led out of us-east-1, in 1 write');
    expect(here.leverWrites.length).toBe(1);
    expect(await Promise.all(['orders', 'invoices', 'stuck'].map(servedBy))).toEqual([standby, standby, home]);

    const status = await cli('status', 'orders', '--no-look');
    expect(status.stdout).toMatch(
      /serves +us-east-1 fenced, us-west-2 100 %; by the fence of us-east-1 for all services/,
    );
    expect(status.stdout).toMatch(/fenced +us-east-1, by arn:\S+ at \S+ until \S+: an event of AWS; to open it: /);
    expect((await cli('status', 'stuck', '--no-look')).stdout).toContain('spared from the fence of us-east-1');
    expect((await cli('audit')).stdout).toMatch(/all services {2}arn:\S+: fenced us-east-1 by the override, epoch 1/);
    const back = await cli('start', 'orders', '--to', home, '--reason', 'going home');
    expect(back).toMatchObject({ code: 1, stdout: expect.stringContaining('understudy unfence us-east-1') });

    await here.heal();
    const open = await cli('unfence', home);
    expect(open).toMatchObject({ code: 0, stderr: '' });
    expect(open.stdout).toContain('2 services meet their own weights in us-east-1 again');
    expect(open.stdout).toContain('stuck: us-east-1 is open again');
    expect(await Promise.all(['orders', 'invoices', 'stuck'].map(servedBy))).toEqual([home, home, home]);
    expect((await here.record('orders')).fences).toEqual([]);
    expect((await here.record(FLEET)).fences).toEqual([]);
  });

  test('is asked for with a reason, a region that there is, and a time to come', async () => {
    const [unsaid, unknown, past, noDay] = await Promise.all([
      cli('fence', home),
      cli('fence', 'eu-north-1', '--reason', 'x'),
      cli('fence', home, '--reason', 'x', '--until', '2020-01-01T00:00:00Z'),
      cli('fence', home, '--reason', 'x', '--until', '2099-02-30T00:00:00Z'),
    ]);

    expect(unsaid).toMatchObject({ code: 2, stderr: expect.stringContaining('say why') });
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('no service has a region eu-north-1') });
    expect(past).toMatchObject({ code: 2, stderr: expect.stringContaining('--until 2020-01-01T00:00:00Z') });
    expect(noDay).toMatchObject({ code: 2, stderr: expect.stringContaining('--until 2099-02-30T00:00:00Z') });
    expect(here.leverWrites).toEqual([]);
  });

  test('is not opened where the region does not serve, unless a person insists', async () => {
    await cli('fence', home, '--reason', 'a game day');
    await here.fault(home, '503');

    const refused = await cli('unfence', home);
    const forced = await cli('unfence', home, '--force');

    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stdout).toMatch(/^orders stays out of us-east-1: us-east-1 is bad from /m);
    expect(forced.code).toBe(0);
  });
});

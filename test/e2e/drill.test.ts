import { describe, expect, test } from 'vitest';
import { startCli, understudy } from './cli.ts';
import { configuration, home, standby } from './configuration.ts';
import { deployment } from './deployment.ts';
import { until } from './until.ts';

/* Templates that ship, canaries, alarms, machine and callers at 20 × pace; a drill by the command, and what nobody has to do for it. */
const here = deployment({ failover: configuration({ byArc: {} }), canaries: true, tempo: 20 });
const cli = (...args: string[]) => understudy([...args, '--endpoint', here.sandbox.addresses.aws]);
const over = (incident: string) =>
  until('the drill is over', async () => {
    const { lastDrill } = await here.record('orders');
    return lastDrill?.incident === incident && lastDrill;
  });
const away = async () => (await here.record('orders')).drill?.incident ?? 'none is under way';
const weights = async () => (await here.lever('orders')).weights;

describe('understudy drill', () => {
  test('moves a part of the traffic, and is led back by nobody', async () => {
    const began = await cli('drill', 'orders', '--percent', '10', '--for', '10s', '--reason', 'monthly practice');

    expect(began).toMatchObject({ code: 0, stderr: '' });
    expect(began.stdout).toMatch(
      /10 % of us-east-1 is in us-west-2 for \d+ s, and returns by itself at \S+ \(orders#\d+\)/,
    );
    const { incident, result, outMs, backMs } = await over(/\((orders#\d+)\)/.exec(began.stdout)?.[1] ?? '');
    expect({ result, proven: outMs !== null && backMs !== null }).toEqual({ result: 'SUCCEEDED', proven: true });
    expect(await weights()).toEqual({ [home]: 1000, [standby]: 0 });
    expect(here.leverWrites).toHaveLength(2);
    expect(await here.record('orders')).toMatchObject({ armed: true, drill: null, lease: null });
    expect(here.told('sns understudy-critical')).toEqual([]);
    expect(here.told('slack')).toContain(
      `orders: drill moved 10 % from ${home} to ${standby}, verified with real requests`,
    );

    const status = await cli('status', 'orders', '--no-look');
    expect(status.stdout).toMatch(
      /last drill +\S+ s ago: orders#\d+ SUCCEEDED: moved, held and led back, each proven \(out in/,
    );
    expect((await cli('explain', incident)).stdout).toContain(`drill ${incident} SUCCEEDED`);
    expect((await cli('audit')).stdout).toContain('asked to practise a move of 10 %: monthly practice');
  });

  test('ends before its time where a person says so, and the machine of the laptop may be gone', async () => {
    const laptop = startCli([
      'drill',
      'orders',
      '--wait',
      '--for',
      '50s',
      '--reason',
      'x',
      '--endpoint',
      here.sandbox.addresses.aws,
    ]);
    await until(
      'traffic is away, and proven',
      async () => ((await here.record('orders')).drill?.outMs ?? null) !== null,
    );
    laptop.child.kill('SIGKILL');
    await laptop.finished;
    expect((await cli('status', 'orders', '--no-look')).stdout).toMatch(
      /drill +100 % of us-east-1 is in us-west-2 until/,
    );

    const drill = await away();
    const ended = await cli('drill', 'orders', '--end');

    expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('drill is over, led back') });
    expect(await weights()).toEqual({ [home]: 1000, [standby]: 0 });
    expect(await over(drill)).toMatchObject({
      result: 'INTERRUPTED',
      because: expect.stringContaining('a person ended it early'),
    });
    expect(await cli('drill', 'orders', '--end')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nothing to end'),
    });
  });

  test('is over where a real outage meets it, and nobody leads back what automation has moved', async () => {
    await cli('drill', 'orders', '--for', '60s', '--reason', 'game day');
    const drill = await away();
    await here.fault(standby, 'dark');

    expect(await over(drill)).toMatchObject({ result: 'INTERRUPTED' });
    expect(await weights()).toEqual({ [home]: 1000, [standby]: 0 });
    expect(await here.record('orders')).toMatchObject({ armed: false, drill: null });
    await until('people heard that it was no practice', () =>
      here.told('slack').includes(`orders moved from ${standby} to ${home}, verified with real requests`),
    );
    expect((await cli('drill', 'orders', '--reason', 'again')).stdout).toMatch(/disarmed/);
  });
});

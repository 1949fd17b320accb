import { describe, expect, test } from 'vitest';
import { startCli, understudy } from './cli.ts';
import { configuration, home, standby } from './configuration.ts';
import { deployment } from './deployment.ts';
import { moveByHand } from './past-understudy.ts';
import { byAutomation, byHand } from './requests.ts';
import { until } from './until.ts';

const here = deployment({ failover: configuration() });

const cli = (...args: string[]) => understudy([...args, '--endpoint', here.sandbox.addresses.aws]);

describe('what an operator asks at night', () => {
  test('status answers by itself: health by who sees it, who serves, could it move, practice, pause, fence', async () => {
    expect((await cli('rehearse', 'orders')).code).toBe(0);
    expect((await cli('pause', 'orders', '--for', '2h', '--reason', 'migration')).code).toBe(0);

    const { stdout, code } = await cli('status', 'orders');

    expect(code).toBe(0);
    expect(stdout).toMatch(/serves +us-east-1 100 %.*; requests just now: \d+ of \d+ by us-east-1\n/);
    for (const region of [home, standby]) {
      expect(stdout).toMatch(
        new RegExp(`${region} +good: good from us-east-2, us-west-2, ca-central-1, asked just now`),
      );
    }
    expect(stdout).toMatch(/front door +good: good from .*, asked just now/);
    expect(stdout).toMatch(/could move +no: .*migration/);
    expect(stdout).toMatch(/practised +rehearsed \d+ s ago \(orders#1, to us-west-2\)/);
    expect(stdout).toMatch(/automation +paused by arn:aws:.* until 20/);
    await cli('resume', 'orders');
  });

  test('status sees that callers are served elsewhere than the lever says, and sends nothing where it is told so', async () => {
    await here.fault(home, 'dark');

    const [asked, quick] = await Promise.all([cli('status', 'orders'), cli('status', 'orders', '--no-look')]);

    // Reads fail over by the origin group without any write.
    expect(asked.stdout).toMatch(/requests just now: .*by us-west-2, which is NOT as the lever says/);
    expect(asked.stdout).toMatch(/us-east-1 +bad: bad from .*asked just now/);
    expect(quick.stdout).not.toContain('just now');
  });

  test('audit knows every act by IAM identity, and a move that nobody recorded', async () => {
    await here.run(byHand('payments', { to: standby, requestedBy: 'arn:aws:iam::123456789012:user/ada' }));
    await moveByHand(here, { [home]: 0, [standby]: 1000 });

    const { stdout } = await cli('audit', '--since', '1h');
    const { acts, unrecorded } = JSON.parse((await cli('audit', '--json')).stdout);

    expect(stdout).toMatch(/orders +arn:aws:\S+: pause orders, until 20\S+Z: migration/);
    expect(stdout).toMatch(/payments#1 +arn:aws:iam::123456789012:user\/ada: asked to move to us-west-2: game day/);
    expect(stdout).toMatch(/payments#1 +arn:aws:iam::123456789012:user\/ada: wrote us-east-1 0 %, us-west-2 100 %/);
    expect(stdout).toMatch(/now +orders +nobody recorded it: .*understudy record orders/);
    expect(acts.length).toBeGreaterThanOrEqual(4);
    expect(unrecorded).toMatchObject([{ service: 'orders' }]);
    await cli('record', 'orders', '--moved-to', standby, '--reason', 'by the page');
    expect((await cli('audit', 'orders')).stdout).toMatch(/: record orders, moved to us-west-2: by the page/);
    await here.comeHome('orders');
    await here.comeHome('payments');
  });

  test('history has a line for every run, and explain forgets what is older than it is asked for', async () => {
    const { stdout } = await cli('history');
    const runs = JSON.parse((await cli('history', 'orders', '--json')).stdout);

    expect(stdout).toMatch(
      /^20\S+ +orders#1 +rehearsal +rehearsed +.*rehearsal of the move from us-east-1 to us-west-2 passed/m,
    );
    expect(stdout).toMatch(/^20\S+ +payments#1 +manual +recovered/m);
    expect(runs[0]).toMatchObject({ incident: 'orders#1', mode: 'rehearsal', ending: 'rehearsed', to: standby });
    expect((await cli('history', '--since', '2020-01-01T00:00:00Z')).stdout).toBe(stdout);
    expect(await cli('explain', 'orders', '--since', '2h')).toMatchObject({ code: 0 });
    expect(await cli('explain', 'orders', '--since', 'soon')).toMatchObject({ code: 2 });
  });

  test('watch tells a run of automation in sentences, while it runs, and ends as it does', async () => {
    const { finished, stdout } = startCli(['watch', '--until-ended', '--endpoint', here.sandbox.addresses.aws]);
    await until('it watches', async () => stdout().startsWith('watching orders, payments'));
    await here.fault(home, '503');

    const { incident } = await here.run(byAutomation('orders'));
    await until('the end is told', async () => stdout().includes('verified with real requests'));

    const { code } = await finished;
    const lines = stdout()
      .split('\n')
      .filter((line) => line.includes(incident ?? '?'));
    expect(code).toBe(0);
    expect(lines.at(0)).toMatch(/^\d\d:\d\d:\d\d\.\d{3} +orders#\d+ +orders#\d+ admitted \(automatic/);
    expect(lines.some((line) => line.includes('shift to 100 %'))).toBe(true);
  });

  test('--quiet says nothing and lets the exit status speak; a word that is nearly right is named', async () => {
    expect(await cli('status', '--quiet')).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect((await cli('statsu')).stderr).toContain('there is no command statsu (did you mean status?)');
    expect((await cli('status', 'order')).stderr).toContain('there is no service order (did you mean orders?)');
    expect((await cli('status', '--jsn')).stderr).toContain('(did you mean --json?)');
    expect((await cli('start', 'orders', '--to', 'us-west-1')).stderr).toContain('(did you mean us-west-2?)');
  });
});

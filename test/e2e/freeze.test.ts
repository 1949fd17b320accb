import { describe, expect, test } from 'vitest';
import { understudy } from './cli.ts';
import { configuration, home, standby } from './configuration.ts';
import { deployment } from './deployment.ts';
import { byAutomation } from './requests.ts';

const here = deployment({ failover: configuration({ byArc: { shop: {}, cart: {} } }) });

const cli = (...args: string[]) => understudy([...args, '--endpoint', here.sandbox.addresses.aws]);

describe('a region that is frozen', () => {
  test('is told by status, and gets everything once nobody sees the other one well', async () => {
    const frozen = await cli('freeze', standby, '--until', '2h', '--reason', 'release 41');
    expect(frozen).toMatchObject({ code: 0, stdout: expect.stringContaining('shop is frozen until 20') });
    expect(frozen.stdout).toContain('cart is frozen until 20');
    const status = await cli('status', 'shop', '--no-look');
    expect(status.stdout).toMatch(
      /frozen +us-west-2, by arn:aws:\S+ until 20\S+: release 41; to end it: understudy thaw us-west-2/,
    );

    await here.fault(home, '503');
    const run = await here.begin(byAutomation('shop'));

    expect((await run.ended()).ending).toBe('recovered');
    const explained = await cli('explain', 'shop');
    expect(explained.stdout).toMatch(/it is frozen by arn:aws:\S+ \(release 41\), and moved to because every observer/);
    const audit = await cli('audit');
    expect(audit.stdout).toMatch(/freeze us-west-2 shop, until 20\S+: release 41/);
  });

  test('thaws once, and a service may be frozen as a whole', async () => {
    expect(await cli('thaw', standby)).toMatchObject({ code: 0 });
    expect(await cli('thaw', standby)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no person has frozen shop towards us-west-2'),
    });
    const whole = await cli('freeze', 'cart', '--until', '30m', '--reason', 'migration', '--json');
    expect(JSON.parse(whole.stdout)).toMatchObject({
      kind: 'done',
      record: { freezes: [{ region: null, reason: 'migration' }] },
    });
    expect((await cli('status', 'cart', '--no-look')).stdout).toContain('frozen      every region, by arn:aws:');
    const shorter = await cli('freeze', 'cart', '--until', '5m', '--reason', 'another');
    expect(shorter.stdout).toMatch(/in the place of the freeze by arn:aws:\S+ until 20\S+ \(migration\)/);
    expect(await cli('thaw', 'shop', '--quiet')).toMatchObject({
      code: 1,
      stderr: 'no person has frozen shop as a whole\n',
    });
  });

  test.each([
    [['freeze', standby, '--reason', 'x'], 'say until when'],
    [['freeze', standby, '--until', '2h'], 'say why'],
    [['freeze', standby, '--until', '91d', '--reason', 'x'], 'within 90 days'],
    [['freeze', 'us-west-3', '--until', '2h', '--reason', 'x'], 'us-west-3 is no region and no service'],
    [['freeze', 'oders', '--until', '2h', '--reason', 'x'], 'oders'],
  ])('%j is not understood, and the answer says what to write', async (words, why) => {
    expect(await cli(...words)).toMatchObject({ code: 2, stderr: expect.stringContaining(why) });
  });
});

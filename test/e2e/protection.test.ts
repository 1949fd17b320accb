import { expect, test } from 'vitest';
import { understudy } from './cli.ts';
import { configuration, home, standby } from './configuration.ts';
import { deployment } from './deployment.ts';
import { until } from './until.ts';

const here = deployment({
  canaries: true,
  tempo: 20,
  failover: configuration({ byArc: { payments: { reprotect: { greenForMs: 500_000, withinMs: 3_600_000 } } } }),
});

const cli = (...args: string[]) => understudy([...args, '--endpoint', here.sandbox.addresses.aws]);

test('a service that was moved is unprotected in status until its old home is a standby again, and may stay', async () => {
  const { ending } = await here.run({ service: 'payments', to: standby, reason: 'game day', requestedBy: 'test' });
  expect(ending).toBe('recovered');
  const status = await cli('status', 'payments', '--no-look');
  expect(status.stdout).toMatch(/UNPROTECTED for .*: us-east-1 was left, and is no proven standby again/);
  expect(status.stdout).toContain('[x] acknowledged: automation is armed');
  const json = await cli('status', 'payments', '--no-look', '--json');
  expect(JSON.parse(json.stdout)).toMatchObject([{ protection: { regions: [{ region: home }] } }]);

  await until('people hear that it is protected again', async () => {
    await here.reconcile();
    return here.told('slack').find((subject) => subject.includes('payments is protected again'));
  });
  const after = await cli('status', 'payments', '--no-look');
  expect(after.stdout).not.toContain('UNPROTECTED');

  expect(await cli('stay', 'payments')).toMatchObject({ code: 2, stderr: expect.stringContaining('say why') });
  expect(await cli('stay', 'payments', '--reason', 'us-east-1 is rebuilt')).toMatchObject({ code: 0 });
  expect((await cli('status', 'payments', '--no-look')).stdout).toMatch(
    /stays +in us-west-2, by \S+ at 20\S+: us-east-1 is rebuilt/,
  );
  expect((await cli('audit')).stdout).toMatch(/stay payments: us-east-1 is rebuilt/);
});

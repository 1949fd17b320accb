import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { leverReading, type Serving, watchServing } from '../../origin/index.ts';
import { configuration, home, standby } from './configuration.ts';
import { deployment } from './deployment.ts';
import { until } from './until.ts';

const here = deployment({ failover: configuration({ byArc: { payments: {} } }) });

// As an application finds them where it runs.
beforeAll(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  return () => vi.unstubAllEnvs();
});

/** An application of a service in a region, which reads the lever as it is deployed here. */
async function application(service: string, region: string): Promise<Serving> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-origin-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const config = join(folder, 'understudy.json');
  await writeFile(config, JSON.stringify(here.failover));
  const serving = watchServing({ ...(await leverReading({ config, service, region, env: {} })), everyMs: 50 });
  onTestFinished(() => serving.close());
  return serving;
}

test.each(['orders', 'payments'])(
  'the applications of %s know which region serves, before a move and after it',
  async (service) => {
    const [atHome, atStandby] = [await application(service, home), await application(service, standby)];
    await until('the standby knows', async () => !atStandby.isServing());
    expect(atHome.isServing()).toBe(true);

    const { ending } = await here.run({ service, to: standby, reason: 'a game day', requestedBy: 'the test' });
    expect(ending).toBe('recovered');

    await until('both know', async () => !atHome.isServing() && atStandby.isServing());
  },
);

test('an application that is nowhere, or of no service, is told so at once', async () => {
  await expect(application('payments', 'eu-west-1')).rejects.toThrow('payments has no part in eu-west-1');
  await expect(application('nobody', home)).rejects.toThrow('has no service nobody');
});

import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { understudy } from './cli.ts';
import { configuration, home, standby } from './configuration.ts';
import { deployment } from './deployment.ts';
import { until } from './until.ts';

/* One region looks ill to canaries, vantages and nobody else, at 20 × pace, with templates, alarms and machine that ship. */
const folder = mkdtempSync(join(tmpdir(), 'understudy-drill-'));
afterAll(() => rmSync(folder, { recursive: true }));
const keys = (name: string) => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const file = join(folder, name);
  writeFileSync(file, privateKey.export({ format: 'pem', type: 'pkcs8' }));
  return { file, publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64') };
};
const [ours, theirs] = [keys('ours.pem'), keys('theirs.pem')];
const here = deployment({
  failover: { ...configuration({ byArc: {} }), detection: { publicKey: ours.publicKey } },
  canaries: true,
  tempo: 20,
});
const detect = (...args: string[]) =>
  understudy(['drill', 'orders', '--kind', 'detection', ...args, '--endpoint', here.sandbox.addresses.aws]);
const weights = async () => (await here.lever('orders')).weights;

test('a key that observers do not believe begins nothing', async () => {
  expect(await detect('--key', theirs.file)).toMatchObject({ code: 2 });
  expect(await here.record('orders')).toMatchObject({ detection: null });
});

test('from the canary to the verified move all fires by itself, and returns by itself', async () => {
  const began = await detect('--key', ours.file, '--for', '30s', '--reason', 'does it fire');
  expect(began).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`${home} looks ill to observers of orders until`),
  });

  const incident = await until('automation has moved it, proven', async () => {
    const { drill } = await here.record('orders');
    return drill?.outMs != null && drill.incident;
  });
  expect(await weights()).toEqual({ [home]: 0, [standby]: 1000 });
  const [admitted] = await here.happenings('orders', incident, 'admitted');
  expect(admitted?.incident).toMatchObject({ mode: 'automatic' });

  const past = await until('the drill is over', async () => {
    const { lastDrill } = await here.record('orders');
    return lastDrill?.incident === incident && lastDrill;
  });
  expect(past).toMatchObject({ result: 'SUCCEEDED', detects: expect.stringMatching(/^detection@/) });
  expect(await weights()).toEqual({ [home]: 1000, [standby]: 0 });
  expect(await here.record('orders')).toMatchObject({
    armed: true,
    drill: null,
    detection: null,
    unacknowledged: null,
  });
  // On a busy machine a run may fail before it knows its service: that is no news of this one.
  expect(here.told('sns understudy-critical').filter((subject) => subject.startsWith('orders'))).toEqual([]);
  expect(here.told('slack')).toContain(
    `orders: detection drill fired, moved 100 % from ${home} to ${standby}, verified with real requests`,
  );
  expect(here.leverWrites).toHaveLength(2);
}, 120_000);

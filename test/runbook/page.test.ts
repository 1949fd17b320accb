import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import type { Failover } from '../../core/service.ts';
import { beaconAlarm, beaconMetric } from '../../deployment/beacon.ts';
import { beaconAlarmName } from '../../deployment/names.ts';
import { arcRegions, createRoutingControlCluster } from '../../loopback/aws/arc.ts';
import { createKeyValueStores } from '../../loopback/aws/kvs.ts';
import { type AwsServer, startAwsServer } from '../../loopback/aws/server.ts';
import { cloudwatchService } from '../../loopback/cloudwatch/cloudwatch.ts';
import { breakGlassPage } from '../../runbook/page.ts';
import example from '../../understudy.config.ts';
import { beaconOf, controls, storeArn } from '../contracts/service.ts';
import { account, clis, credentials } from '../loopback/aws/aws-fixture.ts';
import { virtualClock } from '../loopback/virtual-clock.ts';

const [home, standby] = ['us-east-1', 'us-west-2'];

/** The services of the example, moved by one lever each, all at the sandbox's addresses. */
function configuration(aws: { readonly url: string; readonly arcUrls: readonly string[] }): Failover {
  const [orders, payments] = example.services;
  if (orders?.lever.kind !== 'kvs' || payments === undefined) throw new Error('the example has other services now');
  const { origins } = orders.lever;
  const endpoints = arcRegions.map((region, index) => ({ region, url: aws.arcUrls[index] ?? '' }));
  return parseFailover({
    ...example,
    services: [
      { ...orders, lever: { kind: 'kvs', storeArn, origins, endpoint: aws.url } },
      { ...payments, lever: { kind: 'arc', endpoints, controls } },
      {
        ...payments,
        name: 'search',
        frontDoor: { url: 'https://search.example.com' },
        policy: { verify: { timeoutMs: 300_000 } },
        lever: { ...beaconOf(), endpoint: aws.url },
      },
    ],
  });
}

/** The `sh` blocks under `### heading`, as they stand: the write, then the read back. */
function blocksOf(page: string, heading: string): [write: string, read: string] {
  const section = page.split(/^### /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const [write, read, ...more] = [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, lines]) => lines);
  if (write === undefined || read === undefined || more.length > 0) throw new Error(`${heading}: ${section}`);
  return [write, read];
}

/** Which of the machine's command lines; the newest one has every option. */
const cli = clis.at(-1);

describe.skipIf(cli === undefined)(
  `the lines of the break-glass page${cli === undefined ? ' (no AWS CLI on this machine)' : ''}`,
  () => {
    const clock = virtualClock(Date.now());
    const stores = createKeyValueStores();
    stores.createStore({ arn: storeArn, entries: { g: '{"v":1,"e":0,"x":{}}' } });
    const arc = createRoutingControlCluster();
    arc.createCluster({
      controls: Object.entries(controls).map(([region, arn]) => ({
        arn,
        name: region,
        controlPanelArn: 'panel',
        controlPanelName: 'payments',
        initial: region === home ? 'On' : 'Off',
      })),
      safetyRules: [
        {
          kind: 'assertion',
          arn: 'one',
          name: 'one',
          type: 'ATLEAST',
          threshold: 1,
          assertedControls: Object.values(controls),
        },
        {
          kind: 'assertion',
          arn: 'two',
          name: 'two',
          type: 'ATLEAST',
          threshold: 2,
          inverted: true,
          assertedControls: Object.values(controls),
        },
      ],
    });
    const cloudwatch = cloudwatchService({
      clock,
      tempo: 1,
      aws: () => ({ account, call: (...call) => server.call(...call) }),
      emit: () => {},
    });
    let server: AwsServer;
    let folder: string;
    let page: string;
    beforeAll(async () => {
      server = await startAwsServer({ port: 0, account, services: [stores, arc, cloudwatch] });
      folder = await mkdtemp(join(tmpdir(), 'understudy-page-'));
      const shim = fileURLToPath(new URL('aws-shim.ts', import.meta.url));
      await writeFile(
        join(folder, 'aws'),
        `#!/bin/sh\ncase "$1" in cloudfront-keyvaluestore) exec "${process.execPath}" "${shim}" "$@";; esac\nexec "${cli}" "$@"\n`,
      );
      await chmod(join(folder, 'aws'), 0o755);
      page = breakGlassPage(configuration(server));
    });
    afterAll(async () => {
      await server.close();
      await rm(folder, { recursive: true });
    });

    async function run(lines: string): Promise<string> {
      const { stdout } = await promisify(execFile)('/bin/sh', ['-c', lines], {
        env: {
          PATH: `${folder}:${process.env['PATH']}`,
          AWS_ACCESS_KEY_ID: credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
          AWS_EC2_METADATA_DISABLED: 'true',
          AWS_PAGER: '',
        },
      });
      return stdout.trim();
    }

    test('move a service by its key, from no key at all and on, each time by the next epoch', async () => {
      const [away, read] = blocksOf(page, `orders to ${standby}`);
      const [back] = blocksOf(page, `orders to ${home}`);

      await run(away);
      expect(await run(read)).toContain(`{"v":1,"e":1,"w":[["${home}",0],["${standby}",1000]]}`);
      await run(back);
      expect(await run(read)).toContain(`{"v":1,"e":2,"w":[["${home}",1000],["${standby}",0]]}`);
    }, 60_000);

    test('move both routing controls in one call that the safety rules take, and read them elsewhere', async () => {
      const [away, read] = blocksOf(page, `payments to ${standby}`);

      await run(away);

      expect(await run(read)).toBe('Off\nOn');
    }, 60_000);

    test('light a beacon that its alarm follows, and take it back in the next minute', async () => {
      const failover = configuration(server);
      const { namespace } = beaconOf();
      await server.call(
        'cloudwatch',
        'PutMetricAlarm',
        {
          AlarmName: beaconAlarmName(failover, 'search'),
          ...beaconMetric({ namespace }, 'search'),
          ...beaconAlarm,
        },
        { region: standby },
      );
      const [away, read] = blocksOf(page, `search to ${standby}`);
      const [back, readHome] = blocksOf(page, `search to ${home}`);
      const aMinuteLater = async () => {
        await clock.advance(60_000);
        cloudwatch.evaluateDue();
      };

      await run(away);
      await aMinuteLater();
      expect(await run(read)).toBe('ALARM');
      await run(back);
      await aMinuteLater();
      expect(await run(readHome)).toBe('OK');
    }, 60_000);
  },
);

describe('the break-glass page', () => {
  const places = {
    url: 'http://127.0.0.1:1',
    arcUrls: [2, 3, 4, 5, 6].map((port) => `http://127.0.0.1:${port}`),
  };

  test('names everything that a move needs: role, endpoints, ARNs', () => {
    const page = breakGlassPage(configuration(places));

    for (const needed of [
      'arn:aws:iam::123456789012:role/understudy-break-glass',
      storeArn,
      ...Object.values(controls),
      ...arcRegions.map((region, index) => `${region}=http://127.0.0.1:${index + 2}`),
    ]) {
      expect(page).toContain(needed);
    }
  });

  test('asks the home region’s endpoint last', () => {
    const [write, read] = blocksOf(breakGlassPage(configuration(places)), `payments to ${standby}`);

    for (const lines of [write, read]) expect(lines).toMatch(/^for at in us-west-2=|^for at in ap-southeast-2=/);
    for (const lines of [write, read]) expect(lines.split('\n')[0]).toMatch(/us-east-1=\S+; do$/);
  });

  test('says which commands complete it, where a deployment has yet to make what it names', () => {
    const [orders, payments] = example.services;
    if (orders?.lever.kind !== 'kvs' || payments === undefined) throw new Error('the example has other services now');
    const page = breakGlassPage(
      parseFailover({
        ...example,
        services: [
          { ...orders, lever: { kind: 'kvs', origins: orders.lever.origins } },
          { ...payments, lever: { kind: 'arc', hostedZone: beaconOf().hostedZone } },
        ],
      }),
    );

    expect(
      page.match(
        /UNDERSTUDY_CONFIG=understudy.config.ts npx cdk deploy --all --outputs-file cdk-outputs.json\nnpm run understudy -- runbook --config/g,
      ),
    ).toHaveLength(4);
    expect(page).not.toContain('undefined');
  });

  const ofOthers = ['npm run understudy', 'npx cdk', 'npm run sandbox'];
  const commandsIn = (page: string) => page.split('\n').filter((line) => ofOthers.some((word) => line.includes(word)));

  test('names its configuration and its outputs in every command', () => {
    const page = breakGlassPage(configuration(places), { config: 'envs/it’s staging.ts', outputs: 'staging.json' });

    expect(commandsIn(page).length).toBeGreaterThan(8);
    for (const line of commandsIn(page)) {
      expect(line).toMatch(/--config 'envs\/it’s staging\.ts'|UNDERSTUDY_CONFIG='envs/);
      expect(line.includes('npm run understudy')).toBe(line.includes('--outputs staging.json'));
    }
  });

  test('says how federated people assume the role, and where none may, what would let them', () => {
    const principals = ['arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Operators_*'];
    const breakGlass = { overrideSafetyRules: false, principals };

    expect(breakGlassPage(configuration(places))).toContain(
      '`breakGlass.principals` of the configuration names their roles',
    );
    const page = breakGlassPage({ ...configuration(places), breakGlass });
    expect(page).toContain(principals[0]);
    expect(page).toContain('--profile YOUR_PROFILE');
  });

  test('says how to practise it, and for a sandbox leads nowhere else', () => {
    expect(breakGlassPage(configuration(places))).toContain('## Practise it');
    const practice = breakGlassPage(configuration(places), { endpoint: 'http://127.0.0.1:4566' });

    for (const line of commandsIn(practice)) expect(line).toContain('--endpoint http://127.0.0.1:4566');
    expect(practice).not.toMatch(/sts assume-role|--config/);
  });
});

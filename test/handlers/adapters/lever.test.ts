import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { region } from '../../../core/brand.ts';
import { leverOf } from '../../../handlers/adapters/lever.ts';
import { arcRegions, createRoutingControlCluster } from '../../../loopback/aws/arc.ts';
import { createKeyValueStores } from '../../../loopback/aws/kvs.ts';
import { startAwsServer } from '../../../loopback/aws/server.ts';
import { away, home, routingOf, standby } from '../../contracts/lever.contract.ts';
import { controls, serviceWith, storeArn } from '../../contracts/service.ts';

const stores = createKeyValueStores();
stores.createStore({ arn: storeArn });
const arc = createRoutingControlCluster();
arc.createCluster({
  controls: Object.entries(controls).map(([name, arn]) => ({
    arn,
    name,
    controlPanelArn: 'panel',
    controlPanelName: 'orders',
    initial: name === 'us-east-1' ? 'On' : 'Off',
  })),
});
const aws = await startAwsServer({ port: 0, account: '123456789012', services: [stores, arc] });
afterAll(() => aws.close());

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterEach(() => void vi.unstubAllEnvs());

test('a service on a KeyValueStore moves by its configuration alone', async () => {
  const service = serviceWith({ kind: 'kvs', storeArn, endpoint: aws.url, origins: {} });
  const lever = leverOf(service, region('us-west-2'));

  expect((await routingOf(lever)).weights).toEqual(home);
  expect(await lever.write(away(1))).toMatchObject({ kind: 'accepted' });
  expect((await routingOf(lever)).weights).toEqual(standby);
});

test('a service on ARC moves by its configuration alone', async () => {
  const endpoints = arcRegions.map((name, index) => ({ region: name, url: aws.arcUrls[index] ?? '' }));
  const lever = leverOf(serviceWith({ kind: 'arc', endpoints, controls }), region('us-west-2'));

  expect((await routingOf(lever)).weights).toEqual(home);
  expect(await lever.write(away(1))).toMatchObject({ kind: 'accepted' });
  expect((await routingOf(lever)).weights).toEqual(standby);
});

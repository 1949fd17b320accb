import { expect, test } from 'vitest';
import { region } from '../../core/brand.ts';
import { canaryName, watchedTargets } from '../../deployment/names.ts';
import { watcherOf } from '../../deployment/shared-canaries.ts';
import { home, standby } from './configuration.ts';
import { deployment } from './deployment.ts';
import { fleet } from './fleet.ts';
import { until } from './until.ts';

/** All behind one canary: two at home in the region that is lost, and one that has never been there. */
const leaving = ['basket', 'carts'];
const staying = 'bikes';
const abroad = [standby, 'us-east-2'];
const doors = { access: { headers: { 'x-api-key': { parameter: '/carts/probe-key' } } } };
const network = {
  vpcId: 'vpc-0123abcd',
  subnetIds: ['subnet-0123abcd', 'subnet-4567abcd'],
  securityGroupIds: ['sg-0123abcd'],
};
const failover = {
  ...fleet(
    { basket: [home, standby], carts: [home, standby], [staying]: abroad },
    { more: { carts: doors }, controlRegions: ['us-east-2'] },
  ),
  sharedCanaries: true,
  // Deployed as it is; loopback has one network.
  networks: Object.fromEntries(['us-east-2', 'us-west-2', 'ca-central-1'].map((name) => [name, network])),
};
const here = deployment({ failover, canaries: true, tempo: 5 });

const targetsIn = (service: string) =>
  watchedTargets(failover).flatMap((each) =>
    each.service.name === service ? [canaryName(failover, service, each.region)] : [],
  );

const passed = () => here.events.flatMap((event) => (event.kind === 'canary' && event.passed ? [event] : []));

test('a few canaries see every region and every front door of every service from every observer', async () => {
  const canaries = here.sandbox.loopback.canaries.list();
  expect(new Set(canaries.map(({ name }) => name)).size).toBeLessThan(failover.services.length);

  const seen = failover.services.flatMap(({ name }) => targetsIn(name));
  await until('all of them pass', async () =>
    failover.observers.every((observer) =>
      seen.every((name) => passed().some((event) => event.canary === name && event.observer === observer)),
    ),
  );
});

test('a region that is lost is left by the services that are at home there, and by nobody who shares a canary with them', async () => {
  const watchers = failover.services.map((service) => watcherOf(failover, service, region(home)));
  expect(new Set(watchers.slice(0, 3)).size).toBe(1);

  await here.fault(home, 'dark');

  await until('they have moved', async () => {
    const levers = await Promise.all(leaving.map((name) => here.lever(name)));
    return levers.every(({ weights }) => weights[standby] === 1000);
  });
  expect((await here.lever(staying)).weights).toEqual({ [standby]: 1000, 'us-east-2': 0 });
  const red = here.events.flatMap((event) => (event.kind === 'alarm' && event.state === 'ALARM' ? [event.alarm] : []));
  expect(red.filter((name) => targetsIn(staying).includes(name))).toEqual([]);
  expect(await here.entries(staying)).toEqual([]);
});

test('runs are started by what canaries say of a service, before its alarm', async () => {
  const admitted = (await here.entries('carts')).flatMap(({ what }) =>
    what.kind === 'admitted' ? [what.incident] : [],
  );
  expect(admitted.map(({ requestedBy }) => requestedBy)).toContainEqual(expect.stringMatching(/^Synthetics in /));
});

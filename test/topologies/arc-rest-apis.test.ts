import { beforeEach, describe, expect, test } from 'vitest';
import { home, standby, topologyWorld } from './world.ts';

const here = topologyWorld('arc-rest-apis', { tempo: 200 });
const services = ['external-api', 'service1', 'service2'] as const;

const controlsOf = (service: string): Readonly<Record<string, string>> => {
  const lever = here.failover.services.find(({ name }) => name === service)?.lever;
  if (lever?.kind !== 'arc') throw new Error(`${service} does not move by ARC`);
  return lever.controls;
};

let calls = 0;
/** One call to the cluster, each to the next endpoint: an endpoint takes three changes a second. */
async function update(states: Readonly<Record<string, 'On' | 'Off'>>): Promise<void> {
  const operation = 'UpdateRoutingControlStates';
  const call = { service: 'arc', operation, region: home, account: '', requestId: '', endpoint: calls++ % 5 } as const;
  const entries = Object.entries(states).map(([RoutingControlArn, RoutingControlState]) => ({
    RoutingControlArn,
    RoutingControlState,
  }));
  await here.cluster.operations[operation]?.({ UpdateRoutingControlStateEntries: entries }, call);
}

/** Both controls of a pair in one call, as the lever does it. */
async function flip(service: string, to: string): Promise<void> {
  const controls = Object.entries(controlsOf(service));
  await update(Object.fromEntries(controls.map(([region, arn]) => [arn, region === to ? 'On' : 'Off'])));
}

/** What each of the three URLs says of its service and region, as the document's script asks them. */
async function poll(): Promise<Record<string, string>> {
  const got = await Promise.all([
    here.byName('external-api', '/'),
    here.byName('external-api', '/service1'),
    here.byName('external-api', '/service2'),
  ]);
  const said = got.map(({ text }) => JSON.parse(text) as { service: string; region: string });
  return Object.fromEntries(said.map(({ service, region }) => [service, region]));
}

async function eventually(expected: Record<string, string>): Promise<void> {
  await expect.poll(poll, { timeout: 4_000, interval: 10 }).toEqual(expected);
}

beforeEach(async () => {
  for (const service of services) {
    if (here.cluster.state(controlsOf(service)[home] ?? '') === 'Off') await flip(service, home);
  }
  await eventually({ 'external-api': home, service1: home, service2: home });
});

test('S3-B1 three flips, and after each exactly one application is somewhere else', async () => {
  await flip('service2', standby);
  await eventually({ 'external-api': home, service1: home, service2: standby });

  await flip('service2', home);
  await eventually({ 'external-api': home, service1: home, service2: home });
  await flip('service1', standby);
  await eventually({ 'external-api': home, service1: standby, service2: home });
  await flip('external-api', standby);
  await eventually({ 'external-api': standby, service1: standby, service2: home });
});

describe('each application', () => {
  test.each(services)('says who it is and where, by name and by region: %s', async (service) => {
    expect(JSON.parse((await here.byName(service, '/')).text)).toEqual({ service, region: home });
    expect(JSON.parse((await here.direct(service, standby, '/')).text)).toEqual({ service, region: standby });
  });

  test('the one in front finds the others where they are, not where it is itself', async () => {
    await flip('service1', standby);
    await eventually({ 'external-api': home, service1: standby, service2: home });

    expect((await here.direct('external-api', home, '/service1')).region).toBe(standby);
  });

  test('the one in front does not wait for ever for one that hangs', async () => {
    await flip('external-api', standby);
    await eventually({ 'external-api': standby, service1: home, service2: home });
    await here.fault(home, 'hang');

    expect((await here.byName('external-api', '/service1')).status).toBe(504);
  });
});

describe('S3-B5', () => {
  test('from the first moment on home is On and the standby Off: nothing is left to chance', () => {
    for (const service of services) {
      expect(here.cluster.state(controlsOf(service)[home] ?? '')).toBe('On');
      expect(here.cluster.state(controlsOf(service)[standby] ?? '')).toBe('Off');
    }
  });

  test.each(['On', 'Off'] as const)(
    'the safety rules refuse both %s, and a pair that changes one by one',
    async (state) => {
      const { [home]: east = '', [standby]: west = '' } = controlsOf('external-api');

      await expect(update({ [east]: state, [west]: state })).rejects.toMatchObject({ code: 'ConflictException' });
      await expect(update(state === 'On' ? { [west]: state } : { [east]: state })).rejects.toMatchObject({
        code: 'ConflictException',
      });
    },
  );
});

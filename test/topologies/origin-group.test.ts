import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Fault } from '../../sandbox/regions/fault.ts';
import { home, standby, topologyWorld } from './world.ts';

const here = topologyWorld('origin-group');

beforeEach(() => here.weights('hello', { [home]: 1000, [standby]: 0 }));

/** A path that no test before has put into a cache. */
let fresh = 0;
afterEach(() => {
  fresh += 100;
});
const path = () => `/api/fresh-${fresh++}`;

describe('S0-B1', () => {
  test('greets the address that the edge saw, first as a Miss and then as a Hit', async () => {
    expect(await here.viewer('/api')).toMatchObject({
      status: 200,
      text: 'hello 203.0.113.7',
      cache: 'Miss from cloudfront',
    });
    expect(await here.viewer('/api')).toMatchObject({ text: 'hello 203.0.113.7', cache: 'Hit from cloudfront' });
  });

  test('greets by the one parameter that is allowed; any other is neither keyed nor forwarded', async () => {
    const daniele = '/api?allowed_query_string_param=Daniele';
    expect(await here.viewer(daniele)).toMatchObject({
      text: 'hello Daniele ip: 203.0.113.7',
      cache: 'Miss from cloudfront',
    });
    expect(await here.viewer(`${daniele}&other=1`)).toMatchObject({ cache: 'Hit from cloudfront' });
  });

  test('another viewer is a Miss, and gets their own greeting', async () => {
    await here.viewer('/api');
    expect(await here.viewer('/api', { viewer: '203.0.113.8' })).toMatchObject({
      text: 'hello 203.0.113.8',
      cache: 'Miss from cloudfront',
    });
  });

  test('nobody poisons the cache with an address of their own making', async () => {
    const at = path();
    const forged = { 'x-forwarded-for': '198.51.100.1', 'x-understudy-viewer': '198.51.100.1' };

    expect((await here.viewer(at, { headers: forged })).text).toBe('hello 203.0.113.7');
    expect(await here.viewer(at)).toMatchObject({ text: 'hello 203.0.113.7', cache: 'Hit from cloudfront' });
  });
});

describe('S0-B2', () => {
  test.each<Fault>(['500', '502', '503', '504', 'dark', 'hang'])(
    'a read of any path is served by the standby while home is %s',
    async (fault) => {
      await here.fault(home, fault);

      const got = await Promise.all(['/api/health', path(), `${path()}/deep?x=1`].map((at) => here.viewer(at)));
      for (const each of got) expect(each).toMatchObject({ status: 200, region: standby });
    },
  );

  test.each([
    ['404', '/not-api', 404],
    ['429', '/api/health', 429],
  ])('an answer that is no outage is passed on: %s', async (fault, at, status) => {
    if (fault === '429') await here.fault(home, '429');

    expect(await here.viewer(at)).toMatchObject({ status, region: home });
  });

  test('with both regions down the viewer gets the error of the second, and no loop', async () => {
    await here.fault(home, '503');
    await here.fault(standby, '500');

    expect((await here.viewer(path())).status).toBe(500);
  });
});

describe('S0-B3', () => {
  test('a write is never repeated at the standby', async () => {
    await here.fault(home, '503');
    const before = here.answered('hello', standby)['POST'] ?? 0;

    expect((await here.viewer('/api/greetings', { method: 'POST', body: '{}' })).status).toBe(503);
    expect(here.answered('hello', standby)['POST'] ?? 0).toBe(before);
  });

  test('a write goes once to the region that the weights say', async () => {
    await here.weights('hello', { [home]: 0, [standby]: 1000 });
    const before = here.answered('hello', standby)['POST'] ?? 0;

    expect(await here.viewer('/api/greetings', { method: 'POST', body: '{}' })).toMatchObject({
      status: 201,
      region: standby,
    });
    expect(here.answered('hello', standby)['POST']).toBe(before + 1);
  });
});

test('S0-B4 what is cached stays green while home is dead; the probed path is not cached and shows who serves', async () => {
  const at = path();
  await here.viewer(at);
  await here.fault(home, 'dark');
  await here.fault(standby, 'dark');

  expect(await here.viewer(at)).toMatchObject({ status: 200, region: home, cache: 'Hit from cloudfront' });
  expect((await here.viewer('/api/health')).status).toBe(502);
});

test('S0-B5 of every pair of faults, the first region in order whose answer is no outage is the one that serves', async () => {
  const faults = [null, '429', '500', '503'] as const;
  const isOutage = (fault: (typeof faults)[number]) => fault === '500' || fault === '503';
  for (const first of faults) {
    for (const second of faults) {
      await here.regions.setFault(home, first);
      await here.regions.setFault(standby, second);
      const [serving, fault] = isOutage(first) ? [standby, second] : [home, first];
      expect(await here.viewer('/api/health')).toMatchObject({ region: serving, status: Number(fault ?? 200) });
    }
  }
});

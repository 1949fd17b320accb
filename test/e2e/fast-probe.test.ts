import { expect, test } from 'vitest';
import { configuration, home, standby } from './configuration.ts';
import { deployment } from './deployment.ts';
import { until } from './until.ts';

const here = deployment({ failover: { ...configuration(), fastProbe: true } });

test('without canaries, a fast probe sees that the home region is gone, and the service moves', async () => {
  await here.fault(home, 'dark');

  here.sandbox.loopback.scheduler.start();

  await until('the move', async () => (await here.lever('orders')).weights[standby] === 1000);
  const started = here.events.flatMap((event) => (event.kind === 'execution' ? [event.execution] : []));
  expect(started.some((execution) => execution.includes(':probe-orders-'))).toBe(true);
  expect(here.sandbox.loopback.scheduler.missed()).toEqual([]);
});

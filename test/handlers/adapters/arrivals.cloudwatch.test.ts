import { expect, test } from 'vitest';
import { region } from '../../../core/brand.ts';
import { cloudWatchArrivals } from '../../../handlers/adapters/arrivals.cloudwatch.ts';
import { cloudWatchAt } from '../../support/cloudwatch.ts';
import { standby, t0 } from '../../support/world.ts';

const minute = 60_000;
const now = t0 + 30 * minute;
const { clientIn, put } = await cloudWatchAt(now);
const counts = cloudWatchArrivals(clientIn);
const requests = { namespace: 'AWS/ApiGateway', metric: 'Count', dimensions: { ApiName: 'payments', Stage: 'live' } };
const writes = { namespace: 'Payments', metric: 'Writes', dimensions: {} };
const left = region('us-east-1');
const span = { from: t0 + 10 * minute, to: t0 + 13 * minute };

put(left, requests, t0 + 9 * minute, 1_000);
put(left, requests, t0 + 10 * minute, 40);
put(left, requests, t0 + 10 * minute + 59_000, 2);
put(left, requests, t0 + 12 * minute, 7);
put(left, requests, t0 + 13 * minute, 1_000);
put(left, writes, t0 + 12 * minute + 5_000, 3);
put(left, { ...requests, dimensions: { ApiName: 'orders' } }, t0 + 10 * minute, 1_000);
put(standby, requests, t0 + 10 * minute, 1_000);

test('sums are of the region, the metric and the whole minutes that were asked for, and of a minute without data none', async () => {
  const arrivals = { requests, writes, othersPerMinute: 0, periodMs: minute };

  expect(await counts.count(left, arrivals, span)).toEqual([
    { at: t0 + 10 * minute, requests: 42, writes: 0 },
    { at: t0 + 11 * minute, requests: 0, writes: 0 },
    { at: t0 + 12 * minute, requests: 7, writes: 3 },
  ]);
});

test('where nothing counts writes nothing is said of them', async () => {
  const counted = await counts.count(left, { requests, othersPerMinute: 0, periodMs: minute }, span);

  expect(counted.map(({ writes: those }) => those)).toEqual([null, null, null]);
});

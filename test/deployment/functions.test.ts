import { describe, expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import { functionSettings, reservedIn } from '../../deployment/functions.ts';
import { steps } from '../../deployment/names.ts';
import example from '../../understudy.config.ts';
import { another } from '../support/another.ts';

const [orders] = example.services;
if (orders === undefined) throw new Error('the example has services');

const withServices = (count: number, more: { readonly concurrentMoves?: number } = {}) =>
  parseFailover({
    ...example,
    ...more,
    services: Array.from({ length: count }, (_, index) => another(orders, `service-${index}`)),
  });

describe.each([1, 2, 5, 30])('when a region is lost to all of %i services at once', (services) => {
  const failover = withServices(services);

  // Settle waits its turn: traffic is where it belongs by then.
  test.each(steps.filter((step) => step !== 'settle'))('%s has room for a run of each', (step) => {
    expect(functionSettings(step, failover).reservedConcurrency).toBeGreaterThan(services);
  });

  test.each(['admit', 'conclude'] as const)('%s has room for every signal that three observers send', (step) => {
    expect(functionSettings(step, failover).reservedConcurrency).toBeGreaterThanOrEqual(3 * 2 * services);
  });
});

test('a fleet reserves for the services that are moved at a time, and no more than a new account’s thousand leaves', () => {
  const fleet = withServices(200);

  expect(reservedIn(fleet)).toBe(reservedIn(withServices(40)));
  // AWS keeps a hundred unreserved. https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
  expect(reservedIn(fleet)).toBeLessThanOrEqual(1_000 - 100);
  expect(functionSettings('shift', withServices(200, { concurrentMoves: 100 })).reservedConcurrency).toBe(102);
});

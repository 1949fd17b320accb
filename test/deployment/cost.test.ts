import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import type { FailoverInput } from '../../config/index.ts';
import { type CostItem, monthlyCost, totalOf } from '../../deployment/cost.ts';
import { prices } from '../../deployment/prices.ts';
import example from '../../understudy.config.ts';
import { another } from '../support/another.ts';

const [orders, payments] = example.services;
if (orders === undefined || payments === undefined) throw new Error('the example has two services');

const quiet = { requests: 0, runs: 0 };
const costOf = (change: Partial<FailoverInput> = {}, usage = quiet) =>
  monthlyCost(parseFailover({ ...example, ...change }), usage);
const named = (items: readonly CostItem[], name: RegExp) => items.find(({ item }) => name.test(item));

describe('the cost of a month', () => {
  test('is the sum of its items, each a quantity at a price that has its page', () => {
    const items = costOf({}, { requests: 1e8, runs: 10 });

    expect(totalOf(items)).toBeCloseTo(
      items.reduce((sum, { quantity, price }) => sum + quantity * prices[price].usd, 0),
    );
    for (const { price, quantity } of items) {
      expect(prices[price].page).toMatch(/^https:\/\/aws\.amazon\.com\//);
      expect(quantity).toBeGreaterThan(0);
    }
  });

  test('counts every canary in every observer, every minute of 730 hours', () => {
    // 2 services × (2 regions + front door) × 3 observers.
    expect(named(costOf(), /canaries: runs/)).toMatchObject({ item: '18 canaries: runs', quantity: 18 * 43_800 });
  });

  test('falls with canaries that run more seldom, from fewer observers', () => {
    const seldom = { everyMinutes: 5, observers: ['us-east-2', 'us-west-2'] };
    const services = [{ ...orders, canaries: seldom }, payments];

    expect(named(costOf({ services }), /canaries: runs/)?.quantity).toBeCloseTo(9 * 43_800 + (6 * 43_800) / 5);
  });

  test('has one ARC cluster however many services, and none without', () => {
    const two = [payments, another(payments, 'refunds')];

    expect(named(costOf({ services: two }), /ARC/)).toMatchObject({ quantity: 730, usd: 1_825 });
    expect(named(costOf({ services: [orders] }), /ARC/)).toBeUndefined();
  });

  test('reads a KeyValueStore four times an hour and once a container, two keys at a time, from each control region', () => {
    // 2 regions × (730 hours × 4, and 4 functions whose containers live for 2 hours) × 2 keys.
    expect(named(costOf({ services: [orders] }), /read by API/)?.quantity).toBeCloseTo(2 * (2_920 + 1_460) * 2);
  });

  test('has fast probes only where they are wanted', () => {
    expect(named(costOf(), /fast probes/)).toBeUndefined();
    expect(named(costOf({ fastProbe: true }), /fast probes/)?.usd).toBeCloseTo(3 * 43_800 * 60 * 0.25 * 0.0000133334);
  });

  test('never falls with more requests or more runs', () => {
    const usage = fc.record({ requests: fc.nat(1e9), runs: fc.nat(1e4) });
    fc.assert(
      fc.property(usage, usage, (a, b) => {
        const more = { requests: a.requests + b.requests, runs: a.runs + b.runs };
        expect(totalOf(costOf({}, more))).toBeGreaterThanOrEqual(totalOf(costOf({}, a)));
      }),
      { numRuns: 20 },
    );
  });
});

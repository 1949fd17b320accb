import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fleet } from '../../bench/fleet/configuration.ts';
import { parseFailover } from '../../config/define-failover.ts';
import type { Failover } from '../../core/service.ts';
import { canaryPlans } from '../../deployment/canaries.ts';
import { canaryCost } from '../../deployment/cost.ts';
import { canaryName, watchedTargets } from '../../deployment/names.ts';
import { watcherOf } from '../../deployment/shared-canaries.ts';

const shared = (services: number): Failover => parseFailover({ ...fleet(services), sharedCanaries: true });
const hundred = shared(100);
const [observer = hundred.ledger.region] = hundred.observers;

const some = fc.shuffledSubarray([...hundred.services], { minLength: 1 });
const plansOf = (services: Failover['services']) => canaryPlans({ ...hundred, services }, observer);
const watchedBy = (services: Failover['services']): ReadonlyMap<string, string> =>
  new Map(
    plansOf(services).flatMap(({ name, targets = [] }) =>
      targets.map((target) => [(target as { readonly name: string }).name, name] as const),
    ),
  );

describe('shared canaries', () => {
  test('watch each region and each front door once, from every observer', () => {
    fc.assert(
      fc.property(some, (services) => {
        const watched = plansOf(services).flatMap(({ targets = [] }) =>
          targets.map((target) => (target as { readonly name: string }).name),
        );
        const all = watchedTargets({ services }).map(({ service, region }) =>
          canaryName(hundred, service.name, region),
        );
        expect(watched.toSorted()).toEqual(all.toSorted());
      }),
    );
    for (const each of hundred.observers) expect(canaryPlans(hundred, each)).toEqual(plansOf(hundred.services));
  });

  test('stay as they are for all others when a service comes or goes, in whatever order they stand', () => {
    fc.assert(
      fc.property(some, (services) => {
        const all = watchedBy(hundred.services);
        for (const [target, canary] of watchedBy(services)) expect(canary).toBe(all.get(target));
      }),
    );
  });

  test('are named alike by whoever tells people which one to look at', () => {
    const watched = watchedBy(hundred.services);
    for (const { service, region } of watchedTargets(hundred)) {
      expect(watched.get(canaryName(hundred, service.name, region))).toBe(watcherOf(hundred, service, region));
    }
  });

  test.each([100, 1_000])('are ten in an observer for %i services, each within its time', (services) => {
    const plans = canaryPlans(shared(services), observer);

    expect(plans).toHaveLength(10);
    for (const { timeoutSeconds, everyMinutes } of plans) expect(timeoutSeconds).toBeLessThan(everyMinutes * 60);
  });

  test('cost a tenth of canaries of their own for a hundred services, as often', () => {
    const { own, shared: less } = canaryCost(hundred);

    expect(less).toBeLessThanOrEqual(own / 10);
    expect(plansOf(hundred.services).map(({ everyMinutes }) => everyMinutes)).toEqual(Array(10).fill(1));
  });

  test('have a period each: a service that is looked at more seldom shares none with others', () => {
    const seldom = hundred.services.map((service, index) =>
      index % 2 === 0 ? { ...service, canaries: { everyMinutes: 5 } } : service,
    );
    const plans = plansOf(seldom);

    expect(new Set(plans.map(({ everyMinutes }) => everyMinutes))).toEqual(new Set([1, 5]));
    expect(new Set(plans.map(({ name }) => name)).size).toBe(plans.length);
  });
});

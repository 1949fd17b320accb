import type { Failover, Service } from '../../core/service.ts';
import { monthlyCost, totalOf } from '../../deployment/cost.ts';

/** A change of the configuration that may shorten the time to recovery. */
export interface Remedy {
  /** As it would be written. */
  readonly change: string;
  readonly failover: Failover;
  readonly service: Service;
  /** What it adds to the bill of a month, all services together. Dollars. */
  readonly usdMonthly: number;
  /** What it takes in exchange. */
  readonly price: string;
}

/** Those that are not made yet, the one with the least risk first. */
export function remediesFor(failover: Failover, service: Service): readonly Remedy[] {
  const remedies: Remedy[] = [];
  const { policy, canaries } = service;
  const propose = (change: string, price: string, next: Failover, changed: Service = service) => {
    const services = next.services.map((each) => (each.name === service.name ? changed : each));
    const after = { ...next, services };
    const usdMonthly = bill(after) - bill(failover);
    remedies.push({ change, price, failover: after, service: changed, usdMonthly });
  };
  if (!failover.fastProbe) {
    propose('fastProbe: true', 'a function runs all the time in each observer', { ...failover, fastProbe: true });
  }
  if (canaries.everyMinutes > 1 && !failover.fastProbe) {
    const changed = { ...service, canaries: { ...canaries, everyMinutes: 1 } };
    propose('canaries.everyMinutes: 1', 'canaries run more often', failover, changed);
  }
  if (policy.dwellMs > 0) {
    const changed = { ...service, policy: { ...policy, dwellMs: 0 } };
    propose('policy.dwellMs: 0', 'an outage that is over within seconds moves traffic, too', failover, changed);
  }
  if (!failover.fastProbe && policy.dwellMs > 0) {
    const changed = { ...service, policy: { ...policy, dwellMs: 0 } };
    propose('both', 'both', { ...failover, fastProbe: true }, changed);
  }
  return remedies;
}

const bill = (failover: Failover): number => totalOf(monthlyCost(failover, { requests: 0, runs: 10 }));

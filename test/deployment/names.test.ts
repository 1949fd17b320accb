import { describe, expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import { knownRegions } from '../../config/regions.ts';
import { canariesOf } from '../../deployment/canaries.ts';
import { journeyAlarms, startAlarms, wellnessAlarms } from '../../deployment/canary-alarms.ts';
import { startRules } from '../../deployment/event-patterns.ts';
import { fleetDashboardName, functionName, functionRoles, pageName, stateMachineArn } from '../../deployment/names.ts';
import example from '../../understudy.config.ts';
import { another } from '../support/another.ts';

/** As long as the schema lets names be. */
const longest = 'x'.repeat(40);
const [orders] = example.services;
if (orders === undefined) throw new Error('the example has services');
const journey = {
  steps: [
    { name: 'list', path: '/orders' },
    { name: 'read', path: '/orders/1' },
  ],
};
const failover = parseFailover({ ...example, name: longest, services: [{ ...orders, name: longest, journey }] });
const [service] = failover.services;
const [observer, control] = [failover.observers[0], failover.controlRegions[0]];
if (service === undefined || observer === undefined || control === undefined) throw new Error('parsed otherwise');

/** Characters that AWS takes; each from the page of the operation that creates it. */
describe('the longest names that a configuration may give fit AWS’s limits:', () => {
  test('functions (64) and state machines (80)', () => {
    for (const role of functionRoles) {
      expect(functionName(failover, role).length).toBeLessThanOrEqual(64);
    }
    expect(stateMachineArn(failover, control).split(':').at(-1)?.length).toBeLessThanOrEqual(80);
  });

  test('rules (64), and schedules (64), which are named after functions', () => {
    for (const { name } of startRules(failover)) expect(name.length).toBeLessThanOrEqual(64);
    for (const role of functionRoles) {
      expect(`${failover.name}-warm-${role}`.length).toBeLessThanOrEqual(64);
    }
  });

  test('canaries, alarms and dashboards (255)', () => {
    const alarms = [
      ...startAlarms(failover, observer),
      ...journeyAlarms(failover, observer),
      ...wellnessAlarms(failover, observer).flatMap((wellness) => [wellness, wellness.lasting, wellness.silent]),
    ];
    const canaries = canariesOf(failover, service).map(({ name }) => name);
    const names = alarms.map(({ name }) => name);

    for (const name of [...canaries, ...names, pageName(failover, '00'), fleetDashboardName(failover)]) {
      expect(name.length).toBeLessThanOrEqual(255);
    }
    expect(new Set(canaries).size).toBe(canaries.length);
    expect(new Set(names).size).toBe(names.length);
  });
});

test('event patterns stay within 2,048 characters, however many regions there are, and miss none', () => {
  const regions = [...knownRegions];
  const services = Array.from({ length: 10 }, (_, index) => ({
    ...another(orders, `service-${index}`),
    regions: regions
      .slice(index * 3, index * 3 + 3)
      .map((name) => ({ region: name, endpoint: `https://service-${index}-${name}.example.com` })),
  }));
  const rules = startRules({ ...failover, services: services as unknown as typeof failover.services });

  for (const { pattern } of rules) expect(JSON.stringify(pattern).length).toBeLessThanOrEqual(2_048);
  expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
  const listened = JSON.stringify(rules);
  for (const { regions: of } of services) {
    for (const { region } of of) expect(listened).toContain(`-*-${region}"`);
  }
});

import { afterAll, expect, test } from 'vitest';
import { monthlyCost } from '../../deployment/cost.ts';
import example from '../../understudy.config.ts';
import { assembled } from './assembly.ts';

/** Each alarm that an option makes, beside those that there always are. */
const services = example.services.map((service) => ({
  ...service,
  policy: { ...service.policy, drillWithinDays: 30 },
}));
const assembly = assembled({ ...example, services, fastProbe: true, console: { copies: true } });
afterAll(() => assembly[Symbol.dispose]());

const items = monthlyCost(assembly.failover, { requests: 0, runs: 0 });
const quantity = (text: string) =>
  items.filter(({ item }) => item.includes(text)).reduce((sum, each) => sum + each.quantity, 0);
const resources = (type: string) =>
  assembly.subjects
    .flatMap(({ template }) => Object.values(template.Resources ?? {}))
    .filter(({ Type }) => Type === type);

test('what the cost counts is what a synthesis makes: canaries, alarms, composites, dashboards, keys', () => {
  expect(quantity('canaries: runs') / 43_800).toBe(resources('AWS::Synthetics::Canary').length);
  expect(quantity('alarms on')).toBe(resources('AWS::CloudWatch::Alarm').length);
  expect(quantity('composite alarms')).toBe(resources('AWS::CloudWatch::CompositeAlarm').length);
  expect(quantity('dashboards')).toBe(resources('AWS::CloudWatch::Dashboard').length);
  expect(quantity('keys of the topics')).toBe(resources('AWS::KMS::Key').length);
});

test('what runs on a schedule is counted as often as it is scheduled', () => {
  const perMinute = resources('AWS::Scheduler::Schedule').reduce((sum, { Properties }) => {
    const [, every] = /^rate\((\d+) minutes?\)$/.exec(String(Properties?.['ScheduleExpression'])) ?? [];
    return sum + 1 / Number(every);
  }, 0);

  expect(quantity('schedules')).toBeCloseTo(perMinute * 43_800);
});

import { describe, expect, test } from 'vitest';
import { ConfigurationMistake, parseFailover } from '../../config/define-failover.ts';
import type { FailoverInput } from '../../config/index.ts';
import { sharedMistakes } from '../../config/watch-mistakes.ts';
import { region } from '../../core/brand.ts';
import { canariesOf, canaryPlans } from '../../deployment/canaries.ts';
import example from '../../understudy.config.ts';

const [orders, payments] = example.services;
if (orders === undefined || payments === undefined) throw new Error('the example has two services');

/** The mistakes of the example whose first service is another. */
function mistakesOf(service: Partial<FailoverInput['services'][number]>, rest: Partial<FailoverInput> = {}) {
  try {
    parseFailover({ ...example, services: [{ ...orders, ...service }, payments], ...rest });
    return [];
  } catch (error) {
    if (error instanceof ConfigurationMistake) return error.mistakes;
    throw error;
  }
}

const journeyOf = (path: string) => ({
  steps: [
    { name: 'place', method: 'POST' as const, path: '/orders', keep: { id: 'order.id' } },
    { name: 'read', path },
  ],
});

describe('refused, with the path:', () => {
  test('a service that no quorum of canaries watches', () => {
    expect(mistakesOf({ canaries: { observers: ['us-east-2'] } })).toEqual([
      'services[0].canaries.observers has 1, fewer than the quorum of 2: list more, or leave it out for all',
    ]);
    expect(mistakesOf({ canaries: { observers: [] } })).toHaveLength(1);
    expect(mistakesOf({ canaries: { observers: ['us-east-2', 'us-east-2'] } })).toEqual([
      'services[0].canaries.observers[1] repeats us-east-2',
    ]);
  });

  test('canaries where no observer is', () => {
    expect(mistakesOf({ canaries: { observers: ['us-east-2', 'us-west-2', 'eu-west-1'] } })).toEqual([
      'services[0].canaries.observers[2] is eu-west-1, which is none of observers (us-east-2, us-west-2, ca-central-1)',
    ]);
  });

  test('a shared canary that has no time for all that it is to look at, or for one service', () => {
    const [one] = parseFailover({ ...example, sharedCanaries: true }).services;
    if (one === undefined) throw new Error('the example has no services');
    const services = Array.from({ length: 25_000 }, (_, index) => ({ ...one, name: `service-${index}` }));
    const told = [...sharedMistakes({ ...parseFailover(example), services, sharedCanaries: true })];
    expect(told).toHaveLength(10);
    expect(told[0]?.path).toEqual(['sharedCanaries']);
    expect(told[0]?.message).toMatch(
      /^gives the canary understudy-shared-0 more than it has time for: it may need 1\d\d s/,
    );

    expect(mistakesOf({ healthy: { ...orders.healthy, timeoutMs: 50_000 } }, { sharedCanaries: true })).toContainEqual(
      expect.stringMatching(/^services\[0\]\.healthy is too long: the canary understudy-shared-\d may need 72 s/),
    );
  });

  test('what is too much for an environment is not too much for a file', () => {
    const body = { service: 'x'.repeat(5_000) };
    expect(mistakesOf({ healthy: { body } })).toContainEqual(expect.stringMatching(/is too much to tell the canary/));
    expect(mistakesOf({ healthy: { body } }, { sharedCanaries: true })).toEqual([]);
  });

  test('a canary that would run more seldom than Synthetics can', () => {
    expect(mistakesOf({ canaries: { everyMinutes: 61 } })).toEqual([
      'services[0].canaries.everyMinutes must be at most 60: Synthetics has no longer rate',
    ]);
  });

  test('an observer in the home region of every service', () => {
    expect(mistakesOf({}, { observers: ['us-east-2', 'us-east-1', 'ca-central-1'] })).toEqual([
      'observers[1] is us-east-1, the home region of every service: it would be lost with what it watches; choose another',
    ]);
  });

  test('a journey of one step, one that asks for what was not kept, and one too long for an environment', () => {
    const place = journeyOf('/x').steps.slice(0, 1);
    expect(mistakesOf({ journey: { steps: place } })).toEqual([
      'services[0].journey.steps must have at least two: one request is what the front door canary does',
    ]);
    expect(mistakesOf({ journey: journeyOf('/orders/{number}') })).toEqual([
      'services[0].journey.steps[1].path has {number}, which no earlier step keeps',
    ]);
    expect(mistakesOf({ journey: journeyOf(`/${'x'.repeat(4_096)}`) })).toEqual([
      expect.stringMatching(
        /^services\[0\]\.journey is too much to tell the canary understudy-orders-journey: \d+ bytes of environment, of 4096$/,
      ),
    ]);
  });
});

test('a journey that could outlast the period of its canary is refused; with a longer period it is not', () => {
  const steps = Array.from({ length: 10 }, (_, index) => ({ name: `s-${index}`, path: '/' }));
  const slow = { healthy: { timeoutMs: 5_000, slowMs: 1_000 }, journey: { steps } };

  expect(mistakesOf(slow)).toEqual([
    'services[0].journey is too long: the canary understudy-orders-journey may need 65 s, and runs every 60 s',
  ]);
  expect(mistakesOf({ ...slow, canaries: { everyMinutes: 2 } })).toEqual([]);
});

describe('the canaries of a service', () => {
  test('look at every regional API and the front door; at a journey only where there is one', () => {
    const names = (journey?: ReturnType<typeof journeyOf>) => {
      const failover = parseFailover({ ...example, services: [{ ...orders, ...(journey ? { journey } : {}) }] });
      return failover.services.flatMap((service) => canariesOf(failover, service)).map(({ name }) => name);
    };

    expect(names()).toEqual([
      'understudy-orders-us-east-1',
      'understudy-orders-us-west-2',
      'understudy-orders-front-door',
    ]);
    expect(names(journeyOf('/orders/{id}'))).toEqual([...names(), 'understudy-orders-journey']);
  });

  test('run in the observers that were chosen, and in no other', () => {
    const failover = parseFailover({
      ...example,
      services: [{ ...orders, canaries: { observers: ['us-east-2', 'us-west-2'] } }, payments],
    });

    const servicesIn = (observer: string) =>
      new Set(canaryPlans(failover, region(observer)).map(({ name }) => name.split('-')[1]));
    expect(servicesIn('us-east-2')).toEqual(new Set(['orders', 'payments']));
    expect(servicesIn('ca-central-1')).toEqual(new Set(['payments']));
  });
});

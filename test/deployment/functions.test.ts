import { describe, expect, test } from 'vitest';
import { functionSettings } from '../../deployment/functions.ts';
import { steps } from '../../deployment/names.ts';

describe.each([1, 2, 5, 30])('when a region is lost to all of %i services at once', (services) => {
  test.each(steps)('%s has room for a run of each', (step) => {
    expect(functionSettings(step, services).reservedConcurrency).toBeGreaterThan(services);
  });

  test.each(['admit', 'conclude'] as const)('%s has room for every signal that three observers send', (step) => {
    expect(functionSettings(step, services).reservedConcurrency).toBeGreaterThanOrEqual(3 * 2 * services);
  });
});

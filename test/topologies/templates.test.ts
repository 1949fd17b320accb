import { describe, expect, test } from 'vitest';
import { findingsIn } from '../../infra/checks/checks.ts';
import { topologyNames } from './names.ts';
import { templatesOf } from './templates.ts';

describe.each(topologyNames)('%s', (name) => {
  test('is one synthesis, which AWS’s validator, cdk-nag and our own checks let pass, deployed before anything watches it', async () => {
    using templates = await templatesOf(name, { validated: true });
    const { failover, subjects, topology } = templates;
    const applications = failover.services.flatMap(({ regions }) => regions.map(({ region }) => region));

    expect(subjects.flatMap(findingsIn)).toEqual([]);
    for (const observer of failover.observers) {
      const before = templates.before(observer);
      for (const region of applications) expect(before).toContain(`${name}-application-${region}`);
      if (topology.behaviours.length > 0) expect(before).toContain(`${name}-front`);
    }
  });
});

test('a topology is the same every time', async () => {
  using once = await templatesOf('function-url');
  using again = await templatesOf('function-url');

  expect(again.subjects.map(({ template }) => template)).toEqual(once.subjects.map(({ template }) => template));
});

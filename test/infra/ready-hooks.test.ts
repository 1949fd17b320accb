import { afterAll, expect, test } from 'vitest';
import { readyPermissions } from '../../deployment/ready-permissions.ts';
import { resourcesOf } from '../../infra/checks/template.ts';
import { assembled, subjectIn } from './assembly.ts';
import { planned } from './planned.ts';

/* A whole synthesis: cdk-nag and the checks on home regions have judged it, or it throws. */
const [home, standby] = ['us-east-1', 'us-west-2'];
const clusters = { [home]: 'orders-a', [standby]: 'orders-b' };
const of = [
  { kind: 'ecs', cluster: 'shop', service: 'orders' },
  { kind: 'autoscaling', group: 'orders' },
  { kind: 'lambda', function: 'orders', alias: 'live' },
] as const;
const mappings = { [home]: ['14e0db71-5d35-4eb5-b481-8945cf9d10c2'], [standby]: [] };
const ready = [
  { kind: 'dynamodb-lag', table: 'orders', maxLagMs: 2_000 },
  { kind: 'aurora-lag', clusters, maxLagMs: 2_000 },
  { kind: 'aurora-global', globalCluster: 'orders', clusters, allowDataLoss: true },
  ...of.map((each) => ({ kind: 'size', of: each, serving: 6, standby: 2 })),
  { kind: 'event-sources', mappings },
];
const hooks = ready.map((each, index) => ({ name: `hook-${index}`, ready: each, timeoutMs: 100_000 }));
const assembly = assembled({
  ...planned,
  services: planned.services.map((service, index) => (index === 0 ? { ...service, hooks } : service)),
});
afterAll(() => assembly[Symbol.dispose]());

test('each control region has one function for them, which may do what the configuration names', () => {
  for (const region of assembly.failover.controlRegions) {
    const resources = [...resourcesOf(subjectIn(assembly, region).template)];
    const named = resources.filter(({ Properties }) => Properties?.['FunctionName'] === 'understudy-hooks');
    expect(named.map(({ Properties }) => [Properties?.['Handler'], Properties?.['Timeout']])).toEqual([
      ['hooks.handler', 890],
    ]);
    const policies = resources
      .filter(({ Type, id }) => Type === 'AWS::IAM::Policy' && id.includes('hooksRole'))
      .map(({ Properties }) => JSON.stringify(Properties));
    expect(policies).toHaveLength(1);
    for (const { actions } of readyPermissions(assembly.failover))
      for (const action of actions) expect(policies[0]).toContain(`"${action}"`);
  }
});

test('without them there is none', () => {
  using plain = assembled(planned);
  const names = plain.subjects.flatMap(({ template }) =>
    [...resourcesOf(template)].map(({ Properties }) => Properties?.['FunctionName']),
  );

  expect(names).toContain('understudy-settle');
  expect(names).not.toContain('understudy-hooks');
});

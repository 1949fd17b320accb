import { describe, expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import type { ReadyHook } from '../../core/ready-hook.ts';
import { permissionsOf } from '../../deployment/permissions.ts';
import { readyPermissions, usesReadyHooks } from '../../deployment/ready-permissions.ts';
import example from '../../understudy.config.ts';
import { failover, home, orders, standby } from '../support/world.ts';

const parsed = (...hooks: object[]) =>
  parseFailover({
    ...example,
    services: example.services.map((service, index) => (index === 0 ? { ...service, hooks } : service)),
  } as never);
const clusters = { [home]: 'orders-a', [standby]: 'orders-b' };
const size = { kind: 'size', of: { kind: 'ecs', cluster: 'shop', service: 'orders' }, serving: 6, standby: 2 };

describe('a hook that comes with the deployment', () => {
  test.each([
    [{ kind: 'dynamodb-lag', table: 'orders', maxLagMs: 2_000 }, ['readiness']],
    [{ kind: 'aurora-lag', clusters, maxLagMs: 2_000 }, ['readiness']],
    [{ kind: 'capacity', of: size.of, serving: 6 }, ['readiness']],
    [size, ['prepare', 'undo', 'return']],
    [{ kind: 'aurora-global', globalCluster: 'orders', clusters }, ['prepare', 'undo']],
    [{ kind: 'event-sources', mappings: { [home]: [], [standby]: [] } }, ['after', 'return']],
  ])('knows when it is called: %o', (ready, when) => {
    const [hook] = parsed({ name: 'ready', ready }).services[0]?.hooks ?? [];

    expect(hook).toMatchObject({ when, safeInRehearsal: true, retries: 0, onFailure: 'abort' });
    expect(hook?.timeoutMs).toBeGreaterThan(0);
  });

  test('is read again as it was deployed', () => {
    const once = parsed({ name: 'size', ready: size });

    expect(parseFailover(JSON.parse(JSON.stringify(once)))).toEqual(once);
  });

  test.each([
    [{ name: 'x', timeoutMs: 5_000, when: 'prepare' }, 'hooks[0].functionArn must be there, or ready, and not both'],
    [{ name: 'x', ready: size, functionArn: 'arn:aws:lambda:us-west-2:123456789012:function:x' }, 'and not both'],
    [
      {
        name: 'x',
        ready: size,
        assume: { roleArn: 'arn:aws:iam::210987654321:role/hooks', externalId: 'understudy-orders' },
      },
      'hooks[0].assume is for a function of your own',
    ],
    [{ name: 'x', ready: size, when: 'readiness' }, 'hooks[0].when is readiness, and size knows prepare, undo, return'],
    [{ name: 'x', ready: { ...size, standby: 9 } }, 'hooks[0].ready.standby is 9, more than serving (6)'],
    [
      { name: 'x', ready: { kind: 'aurora-lag', clusters: { [home]: 'a' }, maxLagMs: 2_000 } },
      `hooks[0].ready.clusters has none for ${standby}`,
    ],
    [
      { name: 'x', ready: { kind: 'event-sources', mappings: { [home]: ['no'], [standby]: [] } } },
      'must be the UUID of an event source mapping',
    ],
    [
      { name: 'x', functionArn: 'arn:aws:lambda:us-west-2:123456789012:function:x', timeoutMs: 5_000 },
      'hooks[0].when is missing',
    ],
  ])('says what is wrong with it: %o', (hook, says) => {
    expect(() => parsed(hook)).toThrow(says);
  });
});

describe('what its function may do', () => {
  const of = (...ready: ReadyHook[]) => {
    const hooks = ready.map((each, index) => ({
      name: `h${index}`,
      when: ['prepare' as const],
      ready: each,
      timeoutMs: 1,
      retries: 0,
      onFailure: 'abort' as const,
      safeInRehearsal: true,
    }));
    return { ...failover, services: [{ ...orders, hooks }] };
  };
  const global = { kind: 'aurora-global', globalCluster: 'orders', clusters, allowDataLoss: false } as const;

  test('loses data only where the configuration allows that', () => {
    const actions = (loses: boolean) =>
      readyPermissions(of({ ...global, allowDataLoss: loses })).flatMap((each) => each.actions);

    expect(actions(false)).toEqual(['rds:DescribeGlobalClusters', 'rds:SwitchoverGlobalCluster']);
    expect(actions(true)).toContain('rds:FailoverGlobalCluster');
  });

  test('is on what the configuration names, and a gate only looks', () => {
    const gate = { kind: 'capacity', of: { kind: 'ecs', cluster: 'shop', service: 'orders' }, serving: 6 } as const;

    expect(readyPermissions(of(gate))).toEqual([
      {
        actions: ['ecs:DescribeServices'],
        resources: [home, standby].map((region) => `arn:aws:ecs:${region}:${failover.account}:service/shop/orders`),
      },
    ]);
    expect(readyPermissions(failover)).toEqual([]);
    expect([usesReadyHooks(failover), usesReadyHooks(of(gate))]).toEqual([false, true]);
  });

  test('is asked for by the step of its moment, in the same region, and by no other', () => {
    const invokes = (step: 'assess' | 'prepare' | 'settle') =>
      permissionsOf(step, of(global), standby)
        .filter(({ actions }) => actions.includes('lambda:InvokeFunction'))
        .flatMap(({ resources }) => resources)
        .filter((arn) => arn.endsWith(':understudy-hooks'));

    expect(invokes('prepare')).toEqual([`arn:aws:lambda:${standby}:${failover.account}:function:understudy-hooks`]);
    expect([...invokes('assess'), ...invokes('settle')]).toEqual([]);
  });
});

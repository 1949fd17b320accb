import type { Failover, Policy, Service } from '../../../core/service.ts';
import { MemoryWorld } from '../../support/memory/world.ts';
import { failover as example, home, observers, t0 } from '../../support/world.ts';
import { drive, type Execution, type Invoke, overTheWire } from './drive.ts';

/** A world in memory around the example configuration, where `orders` has the policy that a test is about. */
export function scene(policy: Partial<Policy> = {}, more: Partial<Service> = {}, of: Partial<Failover> = {}) {
  const failover: Failover = {
    ...example,
    ...of,
    services: example.services.map((service) =>
      service.name === 'orders' ? { ...service, ...more, policy: { ...service.policy, ...policy } } : service,
    ),
  };
  const world = new MemoryWorld(failover, t0);
  const invoke: Invoke = async (_name, schema, step, input) =>
    overTheWire(await step(schema.parse(overTheWire(input)), world, failover));
  return {
    failover,
    world,
    lever: world.levers({ name: 'orders' }),
    invoke,
    /** Admits, decides, moves and concludes, in virtual time. */
    run: (event: unknown, execution: Execution = executionNamed('run-1')) =>
      world.clock.run(drive(event, { ...execution, startTime: iso(world.clock.now()) }, invoke, world.clock)),
  };
}

export type Scene = ReturnType<typeof scene>;

export const executionNamed = (name: string): Execution => ({
  arn: `arn:aws:states:us-west-2:123456789012:execution:understudy-failover:${name}`,
  startTime: iso(t0),
});

export const iso = (at: number) => new Date(at).toISOString();

/** What EventBridge delivers when an alarm of ours turns red. */
export function alarmEvent(change: Record<string, unknown> = {}, detail: Record<string, unknown> = {}) {
  return {
    version: '0',
    id: 'c4c1c1c9-6542-e61b-6ef0-8c4d36933a92',
    'detail-type': 'CloudWatch Alarm State Change',
    source: 'aws.cloudwatch',
    account: '123456789012',
    time: iso(t0 - 1_000).replace(/\.\d+Z$/, 'Z'),
    region: observers[0],
    resources: [`arn:aws:cloudwatch:${observers[0]}:123456789012:alarm:understudy-orders-${home}`],
    ...change,
    detail: {
      alarmName: `understudy-orders-${home}`,
      configuration: { description: '' },
      previousState: { value: 'OK', reason: '', timestamp: '2026-11-20T02:50:00.000+0000' },
      state: {
        value: 'ALARM',
        reason: 'Threshold Crossed: 1 datapoint was less than the threshold',
        timestamp: iso(t0 - 1_000).replace('Z', '+0000'),
      },
      ...detail,
    },
  };
}

/** What EventBridge delivers when a run of a canary failed. */
export function canaryEvent(change: Record<string, unknown> = {}, detail: Record<string, unknown> = {}) {
  return {
    version: '0',
    id: '8a99ca10-1e97-2302-2d64-316c5dedfd61',
    'detail-type': 'Synthetics Canary TestRun Failure',
    source: 'aws.synthetics',
    account: '123456789012',
    time: iso(t0 - 1_000).replace(/\.\d+Z$/, 'Z'),
    region: observers[0],
    resources: [],
    ...change,
    detail: {
      'account-id': '123456789012',
      'canary-id': 'EXAMPLE-dc5a-4f5f-96d1-989b75a94226',
      'canary-name': `understudy-orders-${home}`,
      'test-run-status': 'FAILED',
      ...detail,
    },
  };
}

export const byHand = (change: Record<string, unknown> = {}) => ({
  service: 'orders',
  reason: 'a game day',
  requestedBy: 'Ada',
  ...change,
});

import { describe, expect, test } from 'vitest';
import { targetName } from '../../../core/observation.ts';
import type { Hook } from '../../../core/service.ts';
import { admit } from '../../../handlers/steps/admit.ts';
import { assess } from '../../../handlers/steps/assess.ts';
import { home, observers, standby, t0 } from '../../support/world.ts';
import { admitted } from './given.ts';
import { byHand, executionNamed, type Scene, scene } from './scene.ts';

const ready: Hook = {
  name: 'capacity',
  when: ['readiness'],
  functionArn: 'arn:aws:lambda:us-west-2:123456789012:function:capacity',
  timeoutMs: 5_000,
  retries: 0,
  onFailure: 'abort',
  safeInRehearsal: false,
};

async function gather(stage: Scene) {
  const { world, failover } = stage;
  const incident = await admitted(stage);
  const { evidence } = await world.clock.run(assess({ incident, previous: null }, world, failover));
  return evidence;
}

const never = () => new Promise<never>(() => {});

describe('assess', () => {
  test('looks at every region, the front door and the control target from every observer', async () => {
    const stage = scene();

    const { observations } = await gather(stage);

    for (const observer of observers) {
      const seen = observations.filter((observation) => observation.observer === observer);
      expect([...new Set(seen.map(({ target }) => targetName(target)))]).toEqual([
        home,
        standby,
        'front door',
        'control',
      ]);
      expect(seen).toHaveLength(4 * 3);
    }
  });

  test('asks each region for itself, and the front door for nobody in particular', async () => {
    const stage = scene();
    const asked = new Map<string, [string, string | null]>();
    const { script } = stage.world.vantages;
    stage.world.vantages.script = (probe) => {
      asked.set(targetName(probe.aim.target), [probe.aim.url, probe.aim.expectedRegion]);
      return script(probe);
    };

    await gather(stage);

    expect(Object.fromEntries(asked)).toEqual({
      [home]: ['https://orders-us-east-1.example.com/health', home],
      [standby]: ['https://orders-us-west-2.example.com/health', standby],
      'front door': ['https://orders.example.com/health', null],
      control: ['https://checkip.amazonaws.com', null],
    });
  });

  test('is as old as its oldest part', async () => {
    const stage = scene();

    const evidence = await gather(stage);

    expect(evidence.gatheredAt).toBe(t0);
    expect(Math.min(...evidence.observations.map(({ at }) => at))).toBeGreaterThanOrEqual(evidence.gatheredAt);
    expect(stage.world.clock.now()).toBeGreaterThan(evidence.gatheredAt);
  });

  test('an observer that fails or never answers is silent, the others are heard', async () => {
    const stage = scene();
    const { burst } = stage.world.vantages;
    stage.world.vantages.burst = (observer, aims, asked) => {
      if (observer === observers[0]) return Promise.reject(new Error('throttled at https://lambda.example.com'));
      return observer === observers[1] ? never() : burst.call(stage.world.vantages, observer, aims, asked);
    };

    const evidence = await gather(stage);

    expect(evidence.silent).toEqual([
      { observer: observers[0], because: 'Error: throttled at (address)' },
      { observer: observers[1], because: `Overdue: ${observers[1]} did not answer within 11000 ms` },
    ]);
    expect(new Set(evidence.observations.map(({ observer }) => observer))).toEqual(new Set([observers[2]]));
  });

  test('an observer that answers for another has no vote at all', async () => {
    const stage = scene();
    const { burst } = stage.world.vantages;
    stage.world.vantages.burst = (_observer, aims, asked) =>
      burst.call(stage.world.vantages, observers[2], aims, asked);

    const evidence = await gather(stage);

    expect(evidence.silent.map(({ observer }) => observer)).toEqual([observers[0], observers[1]]);
    expect(evidence.observations).toHaveLength(4 * 3);
  });

  test('a lever that never answers is unreadable', async () => {
    const stage = scene();
    stage.lever.read = never;

    const { routing } = await gather(stage);

    expect(routing).toEqual({ kind: 'unreadable', because: 'Overdue: the lever did not answer within 8000 ms' });
  });

  test('alarms that cannot be read are left out and logged', async () => {
    const stage = scene();
    stage.world.alarms.read = () => Promise.reject(new Error('denied'));

    const { alarms } = await gather(stage);

    expect(alarms).toEqual([]);
    expect(stage.world.log.warnings).toEqual([
      { message: 'alarms could not be read', facts: { service: 'orders', because: 'Error: denied' } },
    ]);
  });

  test('a ledger that never answers is an error: without it nothing may be decided', async () => {
    const stage = scene();
    const admission = await admit({ event: byHand(), execution: executionNamed('run-1') }, stage.world, stage.failover);
    if (!admission.admitted) throw new Error(admission.refusal.because);
    stage.world.ledger.change = never;

    const gathering = stage.world.clock.run(
      assess({ incident: admission.incident, previous: null }, stage.world, stage.failover),
    );

    await expect(gathering).rejects.toMatchObject({ name: 'LedgerUnavailable', cause: { name: 'Overdue' } });
  });

  test('renews the lease, even while paused', async () => {
    const stage = scene({ leaseMs: 10_000 });
    const admission = await admit({ event: byHand(), execution: executionNamed('run-1') }, stage.world, stage.failover);
    if (!admission.admitted) throw new Error(admission.refusal.because);
    await stage.world.ledger.change('orders', { kind: 'pause', by: 'Ada', reason: 'a deployment' });
    await stage.world.clock.advance(5_000);

    const { evidence } = await stage.world.clock.run(
      assess({ incident: admission.incident, previous: null }, stage.world, stage.failover),
    );

    expect(evidence.ledger).toMatchObject({ lease: { expiresAt: t0 + 15_000 }, paused: { by: 'Ada' } });
  });

  test.each([
    ['says yes', { kind: 'ok', detail: '40 of 40' }, 'abort', true],
    ['vetoes', { kind: 'veto', detail: '3 of 40' }, 'continue', false],
    ['fails and must not', { kind: 'failed', because: 'crashed' }, 'abort', false],
    ['fails and may', { kind: 'failed', because: 'crashed' }, 'continue', true],
  ] as const)('a readiness hook that %s', async (_, answer, onFailure, expected) => {
    const stage = scene({}, { hooks: [{ ...ready, onFailure }] });
    stage.world.hooks.answer = async () => answer;

    const { readiness } = await gather(stage);

    expect(readiness).toMatchObject([{ region: standby, check: 'capacity', ready: expected }]);
  });

  test('a readiness hook is asked about candidates only, and bounded in time', async () => {
    const stage = scene({}, { hooks: [{ ...ready, timeoutMs: 900_000 }] });
    stage.world.hooks.answer = never;

    const { readiness } = await gather(stage);

    expect(readiness).toMatchObject([{ region: standby, ready: false }]);
    expect(readiness[0]?.detail).toContain('20000 ms');
    expect(stage.world.hooks.asked).toMatchObject([{ question: { from: home, to: standby, mode: 'manual' } }]);
  });
});

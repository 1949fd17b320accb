import { describe, expect, test } from 'vitest';
import { epoch } from '../../../core/brand.ts';
import type { Mode } from '../../../core/incident.ts';
import type { Ledger } from '../../../handlers/ports.ts';
import { type Admission, admit } from '../../../handlers/steps/admit.ts';
import { MemoryLedger } from '../../support/memory/ledger.ts';
import { home, standby, t0 } from '../../support/world.ts';
import { alarmEvent, byHand, executionNamed, scene } from './scene.ts';

const first = executionNamed('run-1');
const second = executionNamed('run-2');

const reasonOf = (admission: Admission) => (admission.admitted ? null : admission.refusal.reason);

describe('admit', () => {
  test('gives the same incident to the same execution, however often it asks', async () => {
    const { world, failover } = scene();

    const once = await admit({ event: alarmEvent(), execution: first }, world, failover);
    await world.clock.advance(1_500);
    const again = await admit({ event: alarmEvent(), execution: first }, world, failover);

    expect(again).toEqual(once);
    expect(once).toMatchObject({ admitted: true, incident: { id: 'orders#1', epoch: 1, from: home, admittedAt: t0 } });
    expect(await world.ledger.entries('orders')).toHaveLength(1);
  });

  test('refuses a second execution while the first holds the lease, and says who does', async () => {
    const { world, failover } = scene();
    await admit({ event: alarmEvent(), execution: first }, world, failover);

    const admission = await admit({ event: alarmEvent(), execution: second }, world, failover);

    expect(admission).toMatchObject({ admitted: false, refusal: { reason: 'held', service: 'orders' } });
    expect((await world.ledger.read('orders')).epoch).toBe(1);
  });

  test('two executions at the same moment: one is admitted', async () => {
    const { world, failover } = scene();

    const admissions = await Promise.all(
      [first, second].map((execution) => admit({ event: alarmEvent(), execution }, world, failover)),
    );

    expect(admissions.filter(({ admitted }) => admitted)).toHaveLength(1);
    expect((await world.ledger.read('orders')).epoch).toBe(1);
  });

  test('takes over an expired lease under a higher epoch', async () => {
    const { world, failover } = scene({ leaseMs: 10_000 });
    await admit({ event: byHand(), execution: first }, world, failover);
    await world.clock.advance(10_001);

    const admission = await admit({ event: byHand(), execution: second }, world, failover);

    expect(admission).toMatchObject({ admitted: true, incident: { id: 'orders#2', epoch: 2 } });
  });

  test('a paused service is left alone, except by force', async () => {
    const { world, failover } = scene();
    await world.ledger.change('orders', { kind: 'pause', by: 'Ada', reason: 'a deployment' });

    const byHandAlone = await admit({ event: byHand(), execution: executionNamed('run-0') }, world, failover);
    const byAlarm = await admit({ event: alarmEvent(), execution: first }, world, failover);
    const byForce = await admit({ event: byHand({ force: true }), execution: second }, world, failover);

    expect(reasonOf(byHandAlone)).toBe('paused');
    expect(byAlarm.admitted).toBe(true);
    // Automation was let in to look alone, and is in nobody's way.
    expect(byForce).toMatchObject({ admitted: true, incident: { epoch: 2 } });
  });

  test('an event that is delivered twice is refused once', async () => {
    const { world, failover } = scene();
    await world.clock.advance(3_600_000);

    await admit({ event: alarmEvent(), execution: first }, world, failover);
    await admit({ event: alarmEvent(), execution: second }, world, failover);

    const [entry, ...others] = await world.ledger.entries('orders');
    expect(entry).toMatchObject({ incident: null, what: { kind: 'refused', reason: 'stale-event' } });
    expect(others).toEqual([]);
  });

  test.each([
    ['malformed', { 'detail-type': 'CloudWatch Alarm State Change' }],
    ['foreign-event', alarmEvent({}, { alarmName: 'billing' })],
    ['unknown-service', byHand({ service: 'nothing' })],
  ])('writes down what is %s, though no service is known', async (reason, event) => {
    const { world, failover } = scene();

    const admission = await admit({ event, execution: first }, world, failover);

    expect(admission).toMatchObject({ admitted: false, refusal: { reason, service: null } });
    expect(await world.ledger.entries('understudy')).toMatchObject([
      { incident: null, what: { kind: 'refused', reason } },
    ]);
  });

  test('takes no lease for a stale event', async () => {
    const { world, failover } = scene();
    await world.clock.advance(3_600_000);

    const admission = await admit({ event: alarmEvent(), execution: first }, world, failover);

    expect(reasonOf(admission)).toBe('stale-event');
    expect(await world.ledger.read('orders')).toMatchObject({ epoch: 0, lease: null });
  });

  test('an execution that is redriven an hour after it began is refused', async () => {
    const { world, failover } = scene();
    await world.clock.advance(3_600_000);

    expect(reasonOf(await admit({ event: byHand(), execution: first }, world, failover))).toBe('stale-event');
  });

  describe('the two counters', () => {
    test('are both exceeded: the lever may be ahead, moved by hand there and back', async () => {
      const { world, failover, lever } = scene();
      lever.move({ [home]: 0, [standby]: 1000 }, epoch(1));
      lever.move({ [home]: 1000, [standby]: 0 }, epoch(57));

      const admission = await admit({ event: alarmEvent(), execution: first }, world, failover);

      expect(admission).toMatchObject({ admitted: true, incident: { id: 'orders#58', epoch: 58 } });
      expect(await world.ledger.read('orders')).toMatchObject({ epoch: 58, movedBy: 'person', activeRegion: home });
      expect((await world.ledger.entries('orders'))[0]?.text).toContain('understudy record orders');
    });

    test('are compared once: the same execution keeps its epoch', async () => {
      const { world, failover, lever } = scene();
      lever.move({ [home]: 1000, [standby]: 0 }, epoch(4));

      const once = await admit({ event: alarmEvent(), execution: first }, world, failover);

      expect(await admit({ event: alarmEvent(), execution: first }, world, failover)).toEqual(once);
    });

    test('a lever that does not answer keeps nobody out', async () => {
      const { world, failover, lever } = scene();
      lever.read = () => new Promise(() => {});

      const admission = await world.clock.run(admit({ event: alarmEvent(), execution: first }, world, failover));

      expect(admission.admitted).toBe(true);
    });

    test('a record that was lost does not bring back the name of an incident of then', async () => {
      const { world, failover } = scene();
      const names = [];
      for (const [index, execution] of [first, second, executionNamed('run-3')].entries()) {
        const before = new MemoryLedger(world.clock);
        // Every run meets a record that was made anew, and all of the entries.
        const ledger: Ledger = {
          read: (service) => before.read(service),
          change: (...call) => before.change(...call),
          versionOf: () => before.versionOf(),
          append: (entry) => world.ledger.append(entry),
          find: (...key) => world.ledger.find(...key),
          entries: (...of) => world.ledger.entries(...of),
          keepApproval: (approval) => world.ledger.keepApproval(approval),
          pendingApproval: (...of) => world.ledger.pendingApproval(...of),
        };
        const admission = await admit({ event: byHand(), execution }, { ...world, ledger }, failover);
        names[index] = admission.admitted ? admission.incident.id : admission.refusal;
      }

      expect(new Set(names).size).toBe(3);
      expect(await world.ledger.entries('orders')).toHaveLength(3);
    });
  });

  describe('a lease', () => {
    const held = async (mode: Mode) => {
      const stage = scene();
      await admit({ event: byHand({ mode }), execution: first }, stage.world, stage.failover);
      return stage;
    };

    test.each([
      ['automatic', alarmEvent()],
      ['manual', byHand()],
    ])('whose run is over, however it ended, keeps no %s run out', async (_, event) => {
      const { world, failover } = await held('manual');
      world.executions.known.set(first.arn, 'ended');

      const admission = await admit({ event, execution: second }, world, failover);

      expect(admission).toMatchObject({ admitted: true, incident: { epoch: 2 } });
    });

    test('of a run of which nobody knows is kept, and opens to a person by force', async () => {
      const { world, failover } = await held('manual');
      world.executions.known.set(first.arn, 'unknown');

      const plain = await admit({ event: byHand(), execution: second }, world, failover);
      const byForce = await admit({ event: byHand({ force: true }), execution: second }, world, failover);

      expect(reasonOf(plain)).toBe('held');
      expect(byForce.admitted).toBe(true);
    });

    test('of a run that goes on is not opened by force', async () => {
      const { world, failover } = await held('manual');

      const admission = await admit({ event: byHand({ force: true }), execution: second }, world, failover);

      expect(reasonOf(admission)).toBe('held');
    });

    test('of a rehearsal keeps automation out for no moment', async () => {
      const { world, failover } = await held('rehearsal');

      const admission = await admit({ event: alarmEvent(), execution: second }, world, failover);

      expect(admission).toMatchObject({ admitted: true, incident: { mode: 'automatic', epoch: 2 } });
    });

    test('is asked about for a moment only', async () => {
      const { world, failover } = await held('manual');
      world.executions.statusOf = () => new Promise(() => {});

      const admission = await world.clock.run(admit({ event: byHand(), execution: second }, world, failover));

      expect(reasonOf(admission)).toBe('held');
    });
  });
});

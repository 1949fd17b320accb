import { describe, expect, test } from 'vitest';
import { type Admission, admit } from '../../../handlers/steps/admit.ts';
import { home, t0 } from '../../support/world.ts';
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
});

import { describe, expect, test } from 'vitest';
import { decide } from '../../../handlers/steps/decide.ts';
import { allGood, evidenceOf, home, homeDown, observers, silent, standby, t0, type View } from '../../support/world.ts';
import { admitted, planOf } from './given.ts';
import { iso, scene } from './scene.ts';

const given = async (policy = {}) => {
  const stage = scene({ dwellMs: 0, ...policy });
  const incident = { ...(await admitted(stage)), mode: 'automatic' } as const;
  const ledger = await stage.world.ledger.read('orders');
  return { stage, incident, ledger };
};

describe('decide', () => {
  test('returns a move with a plan and writes it down with its evidence', async () => {
    const { stage, incident, ledger } = await given();
    const evidence = evidenceOf([homeDown, homeDown, homeDown], { ledger });

    const decision = await decide({ incident, evidence, approved: false }, stage.world, stage.failover);

    expect(decision).toMatchObject({ verdict: { kind: 'move', plan: { from: home, to: standby } }, recheckAt: null });
    const entry = (await stage.world.ledger.entries('orders')).at(-1);
    expect(entry?.what).toEqual(JSON.parse(JSON.stringify({ kind: 'decided', verdict: decision.verdict, evidence })));
  });

  test('says when to look again where time may tell, and keeps the lease until then', async () => {
    const { stage, incident, ledger } = await given({ dwellMs: 20_000, leaseMs: 10_000 });
    const evidence = evidenceOf([homeDown, homeDown, homeDown], { ledger });

    const { verdict, recheckAt } = await decide({ incident, evidence, approved: false }, stage.world, stage.failover);

    // The burst of the next look, three probes a second apart, ends with the dwell.
    const waitMs = 20_000 - 2 - 2_000;
    expect(verdict).toMatchObject({ kind: 'hold', reason: 'dwell', recheckAfterMs: waitMs });
    expect(recheckAt).toBe(iso(t0 + waitMs));
    expect((await stage.world.ledger.read('orders')).lease?.expiresAt).toBe(t0 + waitMs + 10_000);
  });

  test('stops looking where the policy has had enough', async () => {
    const { stage, incident, ledger } = await given({ recheckForMs: 0 });
    const look = () => {
      const evidence = evidenceOf([homeDown, allGood, silent], { ledger, at: stage.world.clock.now() });
      return decide({ incident, evidence, approved: false }, stage.world, stage.failover);
    };

    expect((await look()).recheckAt).not.toBeNull();
    await stage.world.clock.advance(15_000);
    const { verdict, recheckAt } = await look();
    expect(verdict).toMatchObject({ kind: 'hold', reason: 'path-broken' });
    expect(recheckAt).toBeNull();
  });

  test('asks for approval until somebody has approved', async () => {
    const approval = { required: true, deadlineMs: 60_000, onDeadline: 'abort' } as const;
    const { stage, incident, ledger } = await given({ approval });
    const evidence = evidenceOf([homeDown, homeDown, homeDown], { ledger });

    const before = await decide({ incident, evidence, approved: false }, stage.world, stage.failover);
    const after = await decide({ incident, evidence, approved: true }, stage.world, stage.failover);

    expect(before.verdict).toMatchObject({ kind: 'move', approval });
    expect(after.verdict).toMatchObject({ kind: 'move', approval: null });
  });

  describe('where two people have to approve', () => {
    const approval = { required: true, deadlineMs: 60_000, onDeadline: 'abort', people: 2 } as const;
    const careful = () => given({ approval });
    const ada = { by: 'ada', at: t0 };
    const grace = { by: 'grace', at: t0 };
    const answered = async (given: { by: string; at: number }[], more: object = {}, to = standby) => {
      const { stage, incident, ledger } = await careful();
      const consents = { incident: incident.id, from: home, to, given };
      const evidence = evidenceOf([homeDown, homeDown, homeDown], { ledger: { ...ledger, consents } });
      return decide({ incident, evidence, approved: true, ...more }, stage.world, stage.failover);
    };
    test('believes an answer for which two are on record', async () => {
      expect((await answered([ada, grace])).verdict).toMatchObject({ kind: 'move', approval: null });
    });

    test('moves nothing by an answer that one person gave past the ledger', async () => {
      await expect(answered([ada])).rejects.toMatchObject({ name: 'NotApproved' });
      await expect(answered([])).rejects.toMatchObject({ name: 'NotApproved' });
    });

    test('asks nobody where the deadline answered and the policy proceeds', async () => {
      expect((await answered([], { byDeadline: true })).verdict).toMatchObject({ kind: 'move', approval: null });
    });

    test('asks again where what they approved is another way', async () => {
      const elsewhere = observers[0];

      expect((await answered([ada, grace], {}, elsewhere)).verdict).toMatchObject({ kind: 'move', approval });
    });
  });

  test('in the middle of a ramp asks about the plan that is under way, and nobody for approval', async () => {
    const approval = { required: true, deadlineMs: 60_000, onDeadline: 'abort' } as const;
    const { stage, incident, ledger } = await given({ approval });
    const underWay = planOf(50, 100);
    const weights = underWay.steps[0]?.weights ?? {};
    const ask = (views: View[]) => {
      const evidence = evidenceOf(views, { ledger, weights });
      return decide({ incident, evidence, approved: true, underWay }, stage.world, stage.failover);
    };

    expect((await ask([homeDown, homeDown, homeDown])).verdict).toMatchObject({ plan: underWay, approval: null });
    const { verdict, recheckAt } = await ask([allGood, allGood, allGood]);
    expect(verdict).toMatchObject({ kind: 'hold', reason: 'source-healthy' });
    expect(recheckAt).toBeNull();
  });

  test('the same evidence judged again is written down once', async () => {
    const { stage, incident, ledger } = await given();
    const evidence = evidenceOf([homeDown, homeDown, homeDown], { ledger });

    await decide({ incident, evidence, approved: false }, stage.world, stage.failover);
    await decide({ incident, evidence, approved: false }, stage.world, stage.failover);

    const decided = (await stage.world.ledger.entries('orders')).filter(({ what }) => what.kind === 'decided');
    expect(decided).toHaveLength(1);
  });
});

import { describe, expect, test } from 'vitest';
import type { LedgerRecord } from '../../../core/record.ts';
import { decide } from '../../../handlers/steps/decide.ts';
import { shift } from '../../../handlers/steps/shift.ts';
import { weigh } from '../../../handlers/steps/weigh.ts';
import { assessPayload, decidePayload, shiftPayload } from '../../support/payloads.ts';
import { home, standby, t0 } from '../../support/world.ts';
import { overTheWire } from './drive.ts';
import { admitted, planOf } from './given.ts';
import { type Scene, scene } from './scene.ts';

async function given(policy = {}) {
  const stage = scene({ dwellMs: 0, ...policy });
  const incident = { ...(await admitted(stage)), mode: 'automatic' } as const;
  return { stage, incident };
}

/** Home answers nobody. */
const homeIsDark = ({ world }: Scene) => world.broken.set(home, 'refused');

/** Versions as a table has them: the memory knows none. */
function withVersions({ world }: Scene): void {
  world.ledger.versionOf = ((record: LedgerRecord) => `at epoch ${record.epoch}`) as never;
}

describe('weigh', () => {
  test('looks, decides and writes the verdict down with its evidence, in one invocation', async () => {
    const { stage, incident } = await given();
    homeIsDark(stage);

    const weighed = await stage.world.clock.run(
      weigh({ incident, previous: null, approved: false }, stage.world, stage.failover),
    );

    expect(weighed).toMatchObject({
      verdict: { kind: 'move', plan: { from: home, to: standby } },
      recheckAt: null,
      evidenceAt: t0,
    });
    expect(weighed).not.toHaveProperty('evidence');
    const entries = await stage.world.ledger.entries('orders', incident.id);
    expect(entries.map(({ what }) => what.kind)).toEqual(['admitted', 'decided']);
    expect(entries.at(-1)?.what).toMatchObject({ evidence: { gatheredAt: t0 } });
  });

  test.each([
    ['hands on what ledger and lever were like where it would move', true],
    ['hands on nothing where it holds', false],
  ])('%s', async (_, isDown) => {
    const { stage, incident } = await given();
    withVersions(stage);
    if (isDown) homeIsDark(stage);

    const weighed = await stage.world.clock.run(
      weigh({ incident, previous: null, approved: false }, stage.world, stage.failover),
    );

    const { epoch, holder } = incident;
    expect(weighed).toMatchObject({
      standing: isDown ? { version: `at epoch ${epoch}`, lever: null, ledger: { epoch, lease: { holder } } } : null,
    });
  });

  test('an execution that began under the machine of before goes on: evidence, then Decide, then a write that reads all', async () => {
    const { stage, incident } = await given();
    homeIsDark(stage);
    const { world, failover } = stage;

    const gathered = await world.clock.run(
      weigh(assessPayload.parse(overTheWire({ incident, previous: null })), world, failover),
    );
    const { evidence } = overTheWire(gathered) as { evidence: { gatheredAt: number } };
    const decision = await decide(
      decidePayload.parse(overTheWire({ incident, evidence, approved: false })),
      world,
      failover,
    );
    const plan = decision.verdict.kind === 'move' ? decision.verdict.plan : planOf();
    const written = await shift(
      shiftPayload.parse(overTheWire({ incident, plan, step: 0, evidenceAt: evidence.gatheredAt })),
      world,
      failover,
    );

    expect(decision.verdict.kind).toBe('move');
    expect(written.outcome).toBe('accepted');
    expect(stage.lever.routing.epoch).toBe(incident.epoch);
  });

  test('what the machine hands on and cannot be believed is read again, and stops nobody', async () => {
    const { incident } = await given();

    const parsed = shiftPayload.parse(
      overTheWire({ incident, plan: planOf(), step: 0, evidenceAt: t0, standing: { version: 7 } }),
    );

    expect(parsed.standing).toBeNull();
  });
});

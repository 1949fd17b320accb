import type { Incident } from '../../../core/incident.ts';
import type { Plan } from '../../../core/plan.ts';
import { admit } from '../../../handlers/steps/admit.ts';
import { MemoryLever } from '../../support/memory/lever.ts';
import { home, standby } from '../../support/world.ts';
import { byHand, executionNamed, type Scene } from './scene.ts';

/** What a test does with the lever is for the step that it is about: admission finds it as it always was. */
const untouched = () => new MemoryLever(atHome);

/** A run of `orders` that was admitted and holds the lease. */
export async function admitted({ world, failover }: Scene, change: Record<string, unknown> = {}): Promise<Incident> {
  const event = byHand(change);
  const execution = { ...executionNamed('run-1'), startTime: new Date(world.clock.now()).toISOString() };
  const admission = await admit({ event, execution }, { ...world, levers: untouched }, failover);
  if (!admission.admitted) throw new Error(admission.refusal.because);
  return admission.incident;
}

/** Another execution, started by force once the first one's lease ran out: it holds a newer epoch. */
export async function takenOver({ world, failover }: Scene): Promise<Incident> {
  const { lease } = await world.ledger.read('orders');
  await world.clock.advance((lease?.expiresAt ?? 0) - world.clock.now() + 1);
  const execution = { ...executionNamed('run-2'), startTime: new Date(world.clock.now()).toISOString() };
  const admission = await admit(
    { event: byHand({ force: true }), execution },
    { ...world, levers: untouched },
    failover,
  );
  if (!admission.admitted) throw new Error(admission.refusal.because);
  return admission.incident;
}

export const atHome = { [home]: 1000, [standby]: 0 };
export const moved = { [home]: 0, [standby]: 1000 };

export function planOf(...percents: number[]): Plan {
  const steps = (percents.length === 0 ? [100] : percents).map((percent, index, all) => ({
    percent,
    weights: { [home]: 1000 - percent * 10, [standby]: percent * 10 },
    bakeMs: index === all.length - 1 ? 0 : 30_000,
  }));
  return { from: home, to: standby, prior: { epoch: null, weights: atHome }, steps, prepare: [] };
}

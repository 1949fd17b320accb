import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { nearestStarterOf } from '../../handlers/adapters/starter.nearest.ts';
import type { Aim, Ports, Starter } from '../../handlers/ports.ts';
import { fastProbe } from '../../handlers/steps/fast-probe.ts';
import type { Json } from '../../loopback/states/json.ts';
import type { Random } from '../engine/random.ts';
import type { VirtualTime } from '../engine/time.ts';
import type { ActiveFaults } from '../faults/active.ts';
import { Caller, type Surroundings } from './caller.ts';
import type { ControlRegion } from './control-region.ts';
import type { Observers } from './observers.ts';

/** What surrounds the probes, as far as they take part. */
interface ProbedWorld {
  readonly failover: Failover;
  readonly time: VirtualTime;
  readonly faults: ActiveFaults;
  readonly around: Surroundings;
  readonly observers: Observers;
  readonly controls: readonly Pick<ControlRegion, 'region' | 'start'>[];
  readonly closed: boolean;
  readonly portsFor: (caller: Caller) => Ports;
}

/** The function that probes for a minute, started every minute in each observer, at a moment of its own. */
export function beginFastProbes(world: ProbedWorld, random: Random): void {
  const { failover, time } = world;
  for (const observer of failover.observers) {
    const turn = () => {
      if (world.closed) return;
      time.after(periodMs, turn);
      void probe(world, observer);
    };
    time.after(random.between(1_000, periodMs - 1_000), turn);
  }
}

const periodMs = 60_000;

async function probe(world: ProbedWorld, observer: Region): Promise<void> {
  const { faults, failover, observers } = world;
  const isGone = faults.find('region-lost', ({ region }) => region === observer) !== undefined;
  if (isGone || faults.bite('observers-silent', (of) => of.observers.includes(observer)) !== undefined) return;
  const caller = new Caller(observer, { run: 'fast probe', step: 'assess', mode: null, epoch: null }, 0, world.around);
  // The machine of its own region where there is one, else any.
  const controls = world.controls.toSorted((a, b) => Number(b.region === observer) - Number(a.region === observer));
  const ports = {
    ...world.portsFor(caller),
    clock: { now: () => observers.now(observer) },
    starter: nearestStarterOf(controls.map((control) => starterAt(control, caller))),
    look: (aims: readonly Aim[]) => observers.look(observer, aims, { count: 1, intervalMs: 0 }),
  };
  // Its schedule brings the next minute, whatever came of this one.
  await fastProbe(ports, failover, observer).catch(() => {});
}

const starterAt = (control: ProbedWorld['controls'][number], caller: Caller): Starter => ({
  start: (_service, input, name) =>
    caller.call({ to: control.region, operation: 'states:StartExecution', timeoutMs: 3_000 }, () =>
      control.start(input as unknown as Json, `fast probe: ${input.reason}`, name),
    ),
});

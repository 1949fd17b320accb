import { home } from '../simulation/failover.ts';
import type { Fault } from '../simulation/faults/catalogue.ts';
import { allCheckers } from '../simulation/invariants/invariants.ts';
import { simulate } from '../simulation/simulate.ts';
import { survey } from '../simulation/survey.ts';
import { inTurn, type Rounds, type Spread, spread } from './spread.ts';

/** One story after the other on one core, with every invariant watched. */
export interface SimulationBench {
  /** Home is lost; the first run moves the service and proves it. Nothing else begins beside it. */
  readonly plainIncidentsPerSecond: Spread;
  /** An alarm that was wrong, which is what most runs are about: looked at, and held. */
  readonly falseAlarmsPerSecond: Spread;
  /** As a soak draws them: most runs of a story are refused, and count for nothing here. */
  readonly drawnIncidentsPerSecond: Spread;
  /** The refused ones too. */
  readonly drawnRunsPerSecond: Spread;
}

export interface SimulationOptions extends Rounds {
  /** How long one measurement of plain incidents takes, about. */
  readonly sliceMs: number;
  readonly seed: number;
}

export async function benchSimulation({ sliceMs, seed, ...rounds }: SimulationOptions): Promise<SimulationBench> {
  const { stackTraceLimit } = Error;
  // As the soak does: nobody reads the stacks of errors that are played.
  Error.stackTraceLimit = 0;
  let next = seed;
  const runs: number[] = [];
  const measure = {
    plain: () => perSecond(sliceMs, () => played('Recovered', next++, { fault: 'api-dark', region: home })),
    falseAlarm: () => perSecond(sliceMs, () => played('Held', next++, { fault: 'stale-event', age: 60_000 })),
    drawn: async () => {
      const startedAt = performance.now();
      const drawn = await survey({ first: next, seeds: drawnSeeds });
      next += drawnSeeds;
      const seconds = (performance.now() - startedAt) / 1000;
      runs.push(drawn.runs / seconds);
      return drawn.incidents / seconds;
    },
  };
  // Code is compiled while it runs: the first slices are slower.
  for (let slice = 0; slice < warmUpSlices; slice++) await measure.plain();
  const rates = await inTurn(['plain', 'falseAlarm', 'drawn'], rounds, (name) => measure[name]());
  Error.stackTraceLimit = stackTraceLimit;
  return {
    plainIncidentsPerSecond: spread(rates.plain),
    falseAlarmsPerSecond: spread(rates.falseAlarm),
    drawnIncidentsPerSecond: spread(rates.drawn),
    drawnRunsPerSecond: spread(runs),
  };
}

const warmUpSlices = 4;

/** One of each kind of fault. */
const drawnSeeds = 45;

/** Stories of one incident, to the end of its run. */
async function played(ending: string, seed: number, fault: Fault): Promise<number> {
  const { incidents, endings } = await simulate(
    {
      name: ending,
      seed,
      lever: 'kvs',
      regions: 2,
      policy: {},
      hooks: [],
      items: [{ atMs: 0, fault }],
      forMs: 120_000,
    },
    { checkers: allCheckers, enough: ({ running }) => running > 0 },
  );
  if (incidents !== 1 || !endings.has(ending))
    throw new Error(`the incident to be measured ended as ${[...endings.keys()].join(', ')}`);
  return incidents;
}

async function perSecond(sliceMs: number, work: () => Promise<number>): Promise<number> {
  const start = performance.now();
  let done = 0;
  let elapsedMs = 0;
  do {
    done += await work();
    elapsedMs = performance.now() - start;
  } while (elapsedMs < sliceMs);
  return (done * 1000) / elapsedMs;
}

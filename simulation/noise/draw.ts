import { Random } from '../engine/random.ts';
import { home, observers, standby, third } from '../failover.ts';
import type { Fault } from '../faults/catalogue.ts';
import type { Item, Plan } from '../plan.ts';

const s = 1_000;
const m = 60_000;
const h = 60 * m;

/** A stretch of ordinary life, in some of which home is really lost. */
export interface Noise {
  readonly plan: Plan;
  /** Since the beginning of the story. Milliseconds. */
  readonly outage: { readonly fromMs: number; readonly toMs: number } | null;
}

/** Each story lasts so long. Hours. */
export const hoursEach = 8;

/**
 * What every fleet has, of no consequence to callers: 2 % of all requests lost; a deployment every two hours or so that answers errors for some
 * seconds; slow first answers after it; one observer whose network comes and goes. In every other story home is lost for 2 to 20
 * minutes, and a person brings the service back later.
 */
export function drawNoise(seed: number): Noise {
  const random = new Random(seed).stream('noise');
  const lever = random.pick(['kvs', 'arc', 'beacon'] as const);
  const regions = lever === 'beacon' ? [home, standby] : [home, standby, third];
  const endMs = hoursEach * h;
  const [first, ...others] = observers;
  const flaky = random.pick([first ?? home, ...others]);
  const items: Item[] = regions.map((region) => always({ fault: 'api-errors', region, percent: 2 }));
  for (const region of regions) {
    for (let at = next(random, 2 * h); at < endMs; at += next(random, 2 * h)) {
      const restartsMs = random.between(2 * s, 12 * s);
      items.push(lasting(at, restartsMs, { fault: 'api-errors', region, percent: 100 }));
      items.push(lasting(at + restartsMs, random.between(1 * s, 6 * s), { fault: 'api-slow', region }));
    }
  }
  for (let at = next(random, 10 * m); at < endMs; at += next(random, 10 * m)) {
    const fault: Fault = random.percent(50)
      ? { fault: 'observers-cut', observers: [flaky] }
      : { fault: 'path-cut', observers: [flaky], region: random.pick([home, standby]) };
    items.push(lasting(at, random.between(5 * s, 3 * m), fault));
  }
  const outage = random.percent(50) ? drawOutage(random, endMs) : null;
  if (outage !== null) {
    const { fromMs, toMs } = outage;
    items.push(lasting(fromMs, toMs - fromMs, { fault: random.pick(['api-dark', 'api-wrong-body']), region: home }));
    items.push({ atMs: toMs + 20 * m, act: { act: 'acknowledge' } });
    items.push({ atMs: toMs + 30 * m, act: { act: 'start', to: home, force: false } });
    items.push({ atMs: toMs + 40 * m, act: { act: 'acknowledge' } });
  }
  // The story goes on until then, whatever happens.
  items.push({ atMs: endMs, act: { act: 'resume' } });
  return {
    outage,
    plan: {
      name: `noise ${seed}`,
      seed,
      lever,
      regions: lever === 'beacon' ? 2 : 3,
      policy: {},
      hooks: [],
      ...(random.percent(50) && { fastProbe: true }),
      items,
      forMs: endMs,
    },
  };
}

const drawOutage = (random: Random, endMs: number): NonNullable<Noise['outage']> => {
  const fromMs = random.between(10 * m, endMs - 2 * h);
  return { fromMs, toMs: fromMs + random.between(2 * m, 20 * m) };
};

const always = (fault: Fault): Item => ({ atMs: 0, fault });

const lasting = (atMs: number, forMs: number, fault: Fault): Item => ({ atMs, forMs, fault });

/** So long until the next one, on average. */
const next = (random: Random, onAverageMs: number): number => Math.ceil(-Math.log(1 - random.next()) * onAverageMs);

import type { Instant } from '../../core/brand.ts';
import { fullWeight } from '../../core/plan.ts';
import type { Failover } from '../../core/service.ts';
import { homeRegion } from '../../core/service.ts';
import { Random } from '../engine/random.ts';
import type { Fault } from '../faults/catalogue.ts';
import type { Latencies } from '../world/latencies.ts';
import { Timeline } from '../world/timeline.ts';
import { epochStart, World } from '../world/world.ts';

/** Since the fault; null where it never came. Milliseconds. */
export interface Moments {
  /** A run started because of it. */
  readonly detectedMs: number | null;
  /** A run decided to move. */
  readonly decidedMs: number | null;
  /** The lever accepted the write that leads all callers away. */
  readonly writtenMs: number | null;
  /** Edges or name servers answer by it. */
  readonly followedMs: number | null;
}

export type OutageName = 'lost' | 'dark' | '500';

/** What happens to the home region; whether it goes on answering those who still ask it. */
export const outages: Readonly<Record<OutageName, Outage>> = {
  lost: { fault: 'region-lost', answers: false, says: 'the whole region is lost, and its AWS APIs with it' },
  dark: { fault: 'api-refuses', answers: false, says: 'its API refuses connections' },
  500: { fault: 'api-errors', answers: true, says: 'its API answers every request with an error' },
};

interface Outage {
  readonly fault: 'region-lost' | 'api-refuses' | 'api-errors';
  readonly answers: boolean;
  readonly says: string;
}

/** After this nothing more is waited for. */
const patienceMs = 30 * 60_000;

/** One outage of the home region, at a moment that nobody chose, in a world of the real steps, machine and adapters. */
export async function playOutage(
  failover: Failover,
  name: OutageName,
  { seed, latencies }: { readonly seed: number; readonly latencies: Latencies },
): Promise<Moments> {
  const random = new Random(seed);
  const world = new World(failover, random, latencies);
  const home = homeRegion(world.service);
  const atMs = random.stream('fault').between(60_000, 60_000 + failoverPeriodMs(failover));
  const faultAt = epochStart + atMs;
  const fault = { fault: outages[name].fault, region: home, percent: 100 } as Fault;
  new Timeline(world, { items: [{ atMs, fault }] });

  let [detectedAt, decidedAt, writtenAt, followedAt]: (Instant | null)[] = [null, null, null, null];
  const look = (): void => {
    if ((world.lever.atEdge().weights[home] ?? fullWeight) > 0) world.time.after(followedEveryMs, look);
    else followedAt = world.time.now();
  };
  world.watch((seen) => {
    if (seen.at < faultAt) return;
    if (seen.kind === 'started') detectedAt ??= seen.at;
    else if (seen.kind === 'returned' && seen.answer.startsWith('move')) decidedAt ??= seen.at;
    else if (seen.kind === 'lever' && seen.by !== null && (seen.after.weights[home] ?? 0) === 0 && writtenAt === null) {
      writtenAt = seen.at;
      look();
    }
  });
  await world.time.run(faultAt + patienceMs, () => followedAt !== null);
  world.close();
  const since = (at: Instant | null | undefined) => (at == null ? null : at - faultAt);
  return {
    detectedMs: since(detectedAt),
    decidedMs: since(decidedAt),
    writtenMs: since(writtenAt),
    followedMs: since(followedAt),
  };
}

const followedEveryMs = 100;

/** Canaries of all observers have their turn within this. */
const failoverPeriodMs = ({ services }: Failover): number =>
  Math.max(...services.map(({ canaries }) => canaries.everyMinutes)) * 60_000;

import type { Instant, Region } from '../../core/brand.ts';
import { isWrite, type Observation } from '../../core/observation.ts';
import type { RunId, Seen } from '../world/happening.ts';

/** What one observer's last look at a region said. */
export interface Sight {
  readonly observer: Region;
  readonly vote: 'good' | 'bad' | 'unsteady';
  /** It saw nothing good anywhere, the control target included: its own network is gone. */
  readonly isolated: boolean;
}

/** The looks of all observers as they were answered: counted by the onlooker's own clock, with rules of its own. */
export class Sights {
  #looks: {
    readonly at: Instant;
    readonly run: RunId | null;
    readonly observer: Region;
    readonly observations: readonly Observation[];
  }[] = [];

  see(seen: Seen): void {
    if (seen.kind !== 'looked') return;
    const { at, run, observer, observations } = seen;
    this.#looks.push({ at, run, observer, observations });
    // Half an hour of looks, as dense as runs may look.
    if (this.#looks.length > 4_000) this.#looks = this.#looks.slice(-2_000);
  }

  /**
   * One for each observer that looked at the region since then; the latest look counts. Of one run alone where that is said: what another
   * one saw while this one was about to write, it cannot know.
   */
  of(region: string, since: Instant, run?: RunId): Sight[] {
    const latest = new Map<Region, Sight>();
    for (const { at, observer, observations, run: looked } of this.#looks) {
      if (at < since || (run !== undefined && looked !== run)) continue;
      const mine = observations.filter(({ target }) => target.kind === 'regional' && target.region === region);
      if (mine.length === 0) continue;
      latest.set(observer, {
        observer,
        vote: voteIn(mine),
        isolated: observations.every(({ outcome }) => outcome.kind === 'bad'),
      });
    }
    return [...latest.values()];
  }

  /**
   * The part of each observer's reads, or of its writes, at a region that was bad, from the first bad one since then on: of all looks
   * in which it saw anything at all.
   */
  bad(
    region: string,
    request: 'read' | 'write',
    since: Instant,
  ): { readonly observer: Region; readonly share: number; readonly probes: number }[] {
    const tallies = new Map<Region, { bad: number; probes: number }>();
    for (const { at, observer, observations } of this.#looks) {
      if (at < since || observations.every(({ outcome }) => outcome.kind === 'bad')) continue;
      const mine = observations.filter(
        ({ target }) =>
          target.kind === 'regional' && target.region === region && isWrite(target) === (request === 'write'),
      );
      const tally = tallies.get(observer) ?? { bad: 0, probes: 0 };
      if (tally.bad === 0 && mine.every(({ outcome }) => outcome.kind === 'good')) continue;
      tally.probes += mine.length;
      tally.bad += mine.filter(({ outcome }) => outcome.kind === 'bad').length;
      tallies.set(observer, tally);
    }
    return [...tallies].map(([observer, { bad, probes }]) => ({ observer, share: bad / Math.max(1, probes), probes }));
  }
}

/** A region that fails every read, or every write, is bad; one that fails none of either is good. */
function voteIn(mine: readonly Observation[]): Sight['vote'] {
  const isBad = ({ outcome }: Observation) => outcome.kind === 'bad';
  if (!mine.some(isBad)) return 'good';
  const kinds = [mine.filter(({ target }) => !isWrite(target)), mine.filter(({ target }) => isWrite(target))];
  return kinds.some((seen) => seen.length > 0 && seen.every(isBad)) ? 'bad' : 'unsteady';
}

/** Function timeouts bound how long a step may take between its last check and its write. */
export const underWayMs = 15_000;

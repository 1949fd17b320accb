import {
  type BeaconReading,
  type BeaconSide,
  beaconStamp,
  beaconStampBehind,
  beaconValue,
  readBeacon,
} from '../../core/beacon.ts';
import type { RoutingReading } from '../../core/evidence.ts';
import { beaconRegions, leverTraits } from '../../core/lever.ts';
import { weightsAt } from '../../core/plan.ts';
import { type Routing, sameWeights, type Weights } from '../../core/routing.ts';
import { regionNames, type Service } from '../../core/service.ts';
import { LeverUnavailable } from '../errors.ts';
import type { Clock, Lever, LeverIntent, WriteOutcome } from '../ports.ts';
import type { BeaconMetric } from './beacon-metric.ts';
import { isOurMistake, sentenceOf } from './vendor-error.ts';

export interface BeaconLeverOptions {
  readonly metric: BeaconMetric;
  readonly service: Service;
  readonly clock: Clock;
  readonly periodMs: number;
}

/**
 * Moves a service by a metric in the standby's region: `+epoch` says that the standby serves, `-epoch` that home does. An
 * alarm follows the metric and a Route 53 health check the alarm; both keep what they had where nothing new is written.
 * Only data planes, and none in the home region.
 *
 * CloudWatch has no conditional write, so an older epoch is refused as well as can be: what stands is read right before the
 * write, and the datum is stamped with a moment from before that read, in a minute of its own. What is left open:
 *   - A rival that writes between our read and our write's arrival, or whose datum cannot be read yet (CloudWatch says no
 *     more than "seconds"; up to two minutes for a metric's very first). In another minute the later stamp decides, which
 *     is a late writer's only if it read the clock later than the newer one did. In the same minute the sum decides: the
 *     newer epoch, unless the older one was written more than once.
 *   - Clocks that differ by more than a minute, for the same reason.
 * The ledger's lease, renewed right before every write, keeps rivals apart; verification through the front door sees who won.
 *
 * PutMetricData's answer is what says that a write is kept. Until it can be read, this process goes by what it wrote.
 */
export function beaconLever({ metric, service, clock, periodMs }: BeaconLeverOptions): Lever {
  const { home, standby } = beaconRegions(regionNames(service));
  let own: (BeaconReading & { readonly writtenAt: number }) | null = null;

  async function read(): Promise<RoutingReading> {
    try {
      return { kind: 'read', routing: routingOf(await readStanding()) };
    } catch (error) {
      return { kind: 'unreadable', because: `the beacon of ${service.name}: ${sentenceOf(error)}` };
    }
  }

  async function write({ epoch, weights, expected, undoes = false }: LeverIntent): Promise<WriteOutcome> {
    const side = sideOf(weights);
    if (side === null) return refused(`it says that ${home} serves, or that ${standby} does, and nothing else`);
    if (epoch < 1) return refused(`epoch ${epoch} has no sign`);
    // Before anything that may take time: a process that is stopped here writes into the past when it goes on.
    const now = clock.now();
    try {
      const standing = await readStanding();
      if (standing.epoch !== null && standing.epoch > epoch) return { kind: 'fenced', epoch: standing.epoch };
      const routing = routingOf(standing);
      const stands = sameWeights(routing.weights, weightsOf(side));
      const isSame = stands && standing.epoch === epoch;
      // A way back over a write that cannot be read yet: what stands proves nothing, not even by its number, which somebody
      // may have used by hand before this run. But nobody stamps so far ahead by hand: that is a way back already.
      const isUnread = undoes && stands && !(isSame && standing.at !== null && standing.at > now + periodMs);
      if (isSame && !isUnread) return { kind: 'unchanged', routing };
      // Weights that stand already, under an older epoch, are written all the same: the epoch is what fences.
      if (!stands && !sameWeights(routing.weights, expected)) return { kind: 'moved-meanwhile', routing };
      const at = (isUnread ? beaconStampBehind : beaconStamp)(side, standing, now, periodMs);
      if (at > now + aheadPeriodsMax * periodMs) {
        return refused(`a datum of ${new Date(at - periodMs).toISOString()} is ahead of this clock`);
      }
      await metric.put(beaconValue(side, epoch), at);
      own = { side, epoch, at: Math.floor(at / periodMs) * periodMs, writtenAt: now };
      return { kind: 'accepted', routing: routingOf(own) };
    } catch (error) {
      if (isOurMistake(error)) return refused(sentenceOf(error));
      throw new LeverUnavailable(
        `nobody knows whether the beacon of ${service.name} was written: ${sentenceOf(error)}`,
        { cause: error },
      );
    }
  }

  async function readStanding(): Promise<BeaconReading> {
    const now = clock.now();
    const stored = readBeacon(await metric.read(now));
    if (stored.epoch !== null && !Number.isSafeInteger(stored.epoch)) {
      throw new LeverUnavailable(`the metric holds ${stored.epoch}, which is no epoch: somebody else writes it`);
    }
    if (own === null || now - own.writtenAt > readableAfterMs || (stored.at ?? 0) >= (own.at ?? 0)) return stored;
    return { ...own, epoch: later(own.epoch, stored.epoch) };
  }

  const sideOf = (weights: Weights): BeaconSide | null => {
    const serving = Object.keys(weights).filter((name) => (weights[name] ?? 0) > 0);
    if (serving.length !== 1) return null;
    return serving[0] === standby ? 'standby' : serving[0] === home ? 'home' : null;
  };

  const weightsOf = (side: BeaconSide): Weights => weightsAt(service, side === 'home' ? home : standby);

  const routingOf = ({ side, epoch }: BeaconReading): Routing => ({ epoch, weights: weightsOf(side) });

  const refused = (because: string): WriteOutcome => ({
    kind: 'refused',
    because: `the beacon of ${service.name}: ${because}`,
  });

  return { traits: leverTraits.beacon, read, write };
}

const later = <E extends number>(a: E | null, b: E | null): E | null => (a === null ? b : b === null || a > b ? a : b);

/** The minute behind what is unread, which may be the one after the newest, which may itself be the one to come. */
const aheadPeriodsMax = 3;

/** A new metric can be read after two minutes at most. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/publishingMetrics.html */
const readableAfterMs = 2 * 60_000;

import type { Epoch, Region } from '../../core/brand.ts';
import { epoch } from '../../core/brand.ts';
import { chunks } from '../../core/chunks.ts';
import { homeWeights } from '../../core/plan.ts';
import {
  decodeOverride,
  decodeServiceValue,
  encodeOverride,
  encodeServiceValue,
  OVERRIDE_KEY,
  serviceKey,
} from '../../core/routing-value.ts';
import type { Service } from '../../core/service.ts';
import { ConfigurationError, LeverUnavailable } from '../errors.ts';
import type { RegionLimit } from '../ports.ts';
import type { KvsStore } from './kvs-store.ts';

/** A pair each. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
const pairsMax = 50;

/** Keys that are read at a time. */
const readsAtOnce = 50;

/**
 * Limits what a region may carry, for every service of a store, in one write: -1 fences it, 0 leaves it as a standby, null
 * lifts the limit. Services keep their own weights and meet them again when the limit is gone. Those that are spared are written
 * along, all or nothing; where they are more than fit into one write, those that are to be spared come before the limit and those
 * that are not any more come behind it, so that no service meets the limit which it is spared from.
 *
 * Returns the override's epoch, and how many writes it took. Throws `ConfigurationError` where what stands there is not ours,
 * `LeverUnavailable` after ten conflicts.
 */
export async function limitRegion(
  store: KvsStore,
  { region, highest, services = [], ...marked }: RegionLimit & { readonly services?: readonly Service[] },
  wait: (ms: number) => Promise<unknown>,
): Promise<{ readonly epoch: Epoch; readonly writes: number }> {
  let conflicts = 0;
  for (let writes = 0; conflicts < conflictsMax; ) {
    if (conflicts > 0) await wait(pauseMs);
    // As in the lever: the ETag first, so that it covers what is read after it.
    const etag = await store.etag();
    const limited = await overrideFor(store, region, highest);
    const marks = await marksFor(store, services, region, marked);
    const pairs = [...marks.spare, ...limited.pairs, ...marks.hold];
    if (pairs.length === 0) return { epoch: limited.epoch, writes };
    const next = Object.fromEntries(pairs.slice(0, pairsMax));
    if ((await store.put(next, etag)) === 'conflict') conflicts += 1;
    else {
      writes += 1;
      conflicts = 0;
      if (pairs.length <= pairsMax) return { epoch: limited.epoch, writes };
    }
  }
  throw new LeverUnavailable(`the limit of ${region} met ${conflictsMax} conflicts`);
}

type Pair = readonly [key: string, text: string];

/** What the override says after it, and the pair to write; none where it says so already. */
async function overrideFor(store: KvsStore, region: Region, highest: number | null | undefined) {
  const text = await store.get(OVERRIDE_KEY);
  const standing = text === null ? noLimits : decodeOverride(text);
  if (standing.kind === 'malformed') throw new ConfigurationError(`key ${OVERRIDE_KEY}: ${standing.because}`);
  const { [region]: current, ...others } = standing.weights;
  if (highest === undefined || ((current ?? null) === highest && text !== null)) {
    return { epoch: epoch(standing.epoch), pairs: [] as readonly Pair[] };
  }
  const weights = highest === null ? others : { ...others, [region]: highest };
  const value = encodeOverride({ epoch: standing.epoch + 1, weights });
  if (value.kind === 'malformed') throw new ConfigurationError(`no limit for ${region}: ${value.because}`);
  return { epoch: epoch(standing.epoch + 1), pairs: [[OVERRIDE_KEY, value.text]] as readonly Pair[] };
}

/** Values of services that are to be spared from now on, and of those that are no more. Weights and epochs stay as they are. */
async function marksFor(
  store: KvsStore,
  services: readonly Service[],
  region: Region,
  { spare = none, hold = none }: Pick<RegionLimit, 'spare' | 'hold'>,
): Promise<{ readonly spare: readonly Pair[]; readonly hold: readonly Pair[] }> {
  const pairs = { spare: [] as Pair[], hold: [] as Pair[] };
  const concerned = services.filter(({ name }) => spare.has(name) || hold.has(name));
  for (const some of chunks(concerned, readsAtOnce)) {
    const texts = await Promise.all(some.map(({ name }) => store.get(serviceKey(name))));
    for (const [index, service] of some.entries()) {
      const isSpared = spare.has(service.name);
      const pair = markOf(service, texts[index] ?? null, region, isSpared);
      if (pair !== null) pairs[isSpared ? 'spare' : 'hold'].push(pair);
    }
  }
  return pairs;
}

const none: ReadonlySet<string> = new Set();

/** Null where the value says so already. */
function markOf(service: Service, text: string | null, region: Region, isSpared: boolean): Pair | null {
  const key = serviceKey(service.name);
  const value =
    text === null ? { kind: 'routing' as const, epoch: 0, weights: homeWeights(service) } : decodeServiceValue(text);
  if (value.kind === 'malformed') {
    // What nobody understands spares nobody, and is left as it is unless somebody must be spared by it.
    if (!isSpared) return null;
    throw new ConfigurationError(`${service.name} cannot be spared: key ${key} is malformed: ${value.because}`);
  }
  const { spared = [] } = value;
  if (spared.includes(region) === isSpared) return null;
  const others = spared.filter((name) => name !== region);
  const next = encodeServiceValue({ ...value, spared: isSpared ? [...others, region] : others });
  if (next.kind === 'malformed') throw new ConfigurationError(`key ${key} would be malformed: ${next.because}`);
  return [key, next.text];
}

const noLimits = { kind: 'routing', epoch: 0, weights: {} as Readonly<Record<string, number>> } as const;

const conflictsMax = 10;
const pauseMs = 100;

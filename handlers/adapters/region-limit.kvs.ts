import type { Epoch, Region } from '../../core/brand.ts';
import { epoch } from '../../core/brand.ts';
import { decodeOverride, encodeOverride, OVERRIDE_KEY } from '../../core/routing-value.ts';
import { ConfigurationError, LeverUnavailable } from '../errors.ts';
import type { KvsStore } from './kvs-store.ts';

/**
 * Limits what a region may carry, for every service of a store, in one write: -1 fences it, 0 leaves it as a standby, null
 * lifts the limit. Services keep their own weights and meet them again when the limit is gone. Returns the override's new
 * epoch. Throws `ConfigurationError` where what stands there is not ours, `LeverUnavailable` after ten conflicts.
 */
export async function limitRegion(
  store: KvsStore,
  region: Region,
  highest: number | null,
  wait: (ms: number) => Promise<unknown>,
): Promise<Epoch> {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    if (attempt > 0) await wait(pauseMs);
    // As in the lever: the ETag first, so that it covers what is read after it.
    const etag = await store.etag();
    const text = await store.get(OVERRIDE_KEY);
    const standing = text === null ? noLimits : decodeOverride(text);
    if (standing.kind === 'malformed') throw new ConfigurationError(`key ${OVERRIDE_KEY}: ${standing.because}`);
    const { [region]: current, ...others } = standing.weights;
    if ((current ?? null) === highest && text !== null) return epoch(standing.epoch);
    const weights = highest === null ? others : { ...others, [region]: highest };
    const value = encodeOverride({ epoch: standing.epoch + 1, weights });
    if (value.kind === 'malformed') throw new ConfigurationError(`no limit for ${region}: ${value.because}`);
    if ((await store.put({ [OVERRIDE_KEY]: value.text }, etag)) === 'written') return epoch(standing.epoch + 1);
  }
  throw new LeverUnavailable(`the limit of ${region} met ${attemptsMax} conflicts`);
}

const noLimits = { kind: 'routing', epoch: 0, weights: {} as Readonly<Record<string, number>> } as const;

const attemptsMax = 10;
const pauseMs = 100;

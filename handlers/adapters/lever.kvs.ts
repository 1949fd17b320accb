import * as z from 'zod';
import { type Epoch, epoch } from '../../core/brand.ts';
import { effectiveWeights } from '../../core/choose-region.ts';
import { leverTraits } from '../../core/lever.ts';
import { homeWeights } from '../../core/plan.ts';
import { type Routing, sameWeights, type Weights } from '../../core/routing.ts';
import { decodeServiceValue, encodeServiceValue, OVERRIDE_KEY, serviceKey } from '../../core/routing-value.ts';
import { regionNames, type Service } from '../../core/service.ts';
import { withStandIn } from '../../core/stand-in.ts';
import { readStored, type StoredValue } from '../../core/stored-value.ts';
import { LeverUnavailable } from '../errors.ts';
import type { Lever, LeverIntent, LeverReading, WriteOutcome } from '../ports.ts';
import type { KvsStore } from './kvs-store.ts';
import { isOurMistake, nameOf, sentenceOf } from './vendor-error.ts';

export interface KvsLeverOptions {
  readonly store: KvsStore;
  readonly service: Service;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
}

/**
 * Moves a service by its key in the KeyValueStore. It writes that key alone, but speaks in effective weights, those that
 * viewers meet: the key's, lowered by the region override. So a decision never counts on a region that an override has
 * fenced, and an override that comes or goes between decision and write shows as `moved-meanwhile`.
 *
 * Of the effective weights that it is given it writes only what differs from those that stand: what an override holds down
 * is not copied into the key, where it would outlast the override. Where a standby stands in for a region that the override holds
 * down, a move to a third one takes the share from that region, or it would have a part of the traffic when the override is gone.
 *
 * A service that is spared from the override stays so whatever it writes: what it wrote is what viewers meet, and can be proved. The next
 * write of the override ends that.
 *
 * A missing key is what the edge makes of it: the home region serves. A malformed one is `unreadable`: the edge makes the
 * best of it, but nobody knows whose epoch it held.
 */
export function kvsLever({ store, service, random, wait }: KvsLeverOptions): Lever {
  const regions = regionNames(service);
  const key = serviceKey(service.name);

  async function read({ toWrite = false } = {}): Promise<LeverReading> {
    try {
      // Before the keys, as `standsAt` wants it.
      const etag = toWrite ? await store.etag() : null;
      const texts = await readTexts();
      const standing = standingOf(texts);
      if (standing.kind === 'unreadable') return standing;
      // "No such key" and "no such store" are the same error to a reader of keys.
      if (standing.epoch === null && etag === null) await store.etag();
      return {
        kind: 'read',
        routing: routingOf(standing),
        ...(etag !== null && { basis: JSON.stringify({ etag, ...texts }) }),
      };
    } catch (error) {
      return { kind: 'unreadable', because: `the routing of ${service.name}: ${sentenceOf(error)}` };
    }
  }

  const write = (intent: LeverIntent) => writeFrom(intent, null);

  function begin(basis: string | null): Pick<Lever, 'write'> {
    const begun = standsAt(basisOf(basis));
    // Whoever may not write after all does not ask what came of it.
    begun.catch(() => {});
    return { write: (intent) => writeFrom(intent, begun) };
  }

  /**
   * The ETag comes before the keys. A write by somebody else after it makes it stale, and the store refuses ours; fetched after the keys it
   * would be fresh, and ours would overwrite what we never saw. Keys that were read at the same ETag are what they were.
   */
  async function standsAt(basis: Basis | null): Promise<Begun> {
    const etag = await store.etag();
    return { etag, standing: standingOf(basis?.etag === etag ? basis : await readTexts()) };
  }

  async function writeFrom(intent: LeverIntent, begun: Promise<Begun> | null): Promise<WriteOutcome> {
    let errors = 0;
    /** Whether a write got no answer: it may have been performed, and `refused` would say that it was not. */
    let unanswered = false;
    let lastError: unknown = new Error('every write met a conflict');
    for (let attempt = 0; attempt < attemptsMax && errors < errorsMax; attempt++) {
      if (attempt > 0) await wait(pauseMs(attempt, random()));
      let putting = false;
      try {
        const { etag, standing } = await (attempt === 0 && begun !== null ? begun : standsAt(null));
        const next = decide(standing, intent);
        if (next.kind === 'unchanged') return { kind: unanswered ? 'accepted' : 'unchanged', routing: next.routing };
        if (next.kind === 'refused' && unanswered) throw new Error(next.because);
        if (next.kind !== 'write') return next;
        putting = true;
        const answer = await store.put({ [key]: next.text }, etag);
        if (answer === 'written') return { kind: 'accepted', routing: next.routing };
      } catch (error) {
        const isFinal = isOurMistake(error) || nameOf(error) === 'ServiceQuotaExceededException';
        if (isFinal && !unanswered) {
          return { kind: 'refused', because: `the routing of ${service.name}: ${sentenceOf(error)}` };
        }
        unanswered ||= putting;
        lastError = error;
        errors += 1;
      }
    }
    throw new LeverUnavailable(
      unanswered
        ? `nobody knows whether the routing of ${service.name} was written: ${sentenceOf(lastError)}`
        : `the routing of ${service.name} was not written: ${sentenceOf(lastError)}`,
      { cause: lastError, wroteNothing: !unanswered },
    );
  }

  async function readTexts(): Promise<Texts> {
    const [own, override] = await Promise.all([store.get(key), store.get(OVERRIDE_KEY)]);
    return { own, override };
  }

  function standingOf({ own: text, override: overrideText }: Texts): Standing | Unreadable {
    // As at the edge: where the override is malformed, the entries that can be read still hold.
    const override = overrideText === null ? noOverride : readStored(overrideText);
    if (text === null) return { kind: 'standing', epoch: null, own: homeWeights(service), spared: [], override };
    const value = decodeServiceValue(text);
    if (value.kind === 'malformed') return { kind: 'unreadable', because: `key ${key} is malformed: ${value.because}` };
    const { weights: own, spared = [] } = value;
    return { kind: 'standing', epoch: epoch(value.epoch), own, spared, override };
  }

  /** What to do about an intent, from what stands. Everything but `write` is the outcome. */
  function decide(standing: Standing | Unreadable, intent: LeverIntent): Next {
    if (standing.kind === 'unreadable') return { kind: 'refused', because: standing.because };
    if (standing.epoch !== null && standing.epoch > intent.epoch) return { kind: 'fenced', epoch: standing.epoch };
    const routing = routingOf(standing);
    const stands = sameWeights(routing.weights, intent.weights);
    if (stands && standing.epoch === intent.epoch) return { kind: 'unchanged', routing };
    // Weights that stand already, under an older epoch, are written all the same: the epoch is what fences.
    const { expectedUnder } = intent;
    const afterUs = expectedUnder !== undefined && expectedUnder !== intent.epoch && standing.epoch === intent.epoch;
    if (!stands && (afterUs || !sameWeights(routing.weights, intent.expected)))
      return { kind: 'moved-meanwhile', routing, ...(afterUs && { afterUs }) };

    const changed = Object.entries(intent.weights).filter(([name, weight]) => weight !== (routing.weights[name] ?? 0));
    const isStoodInFor = regions.some((name) => (routing.weights[name] ?? 0) > Math.max(0, standing.own[name] ?? 0));
    const left = isStoodInFor && changed.some(([, weight]) => weight > 0) ? (routing.overridden ?? []) : [];
    const own = {
      ...standing.own,
      ...Object.fromEntries(left.map((name) => [name, Math.min(0, standing.own[name] ?? 0)])),
      ...Object.fromEntries(changed),
    };
    const after = routingOf({ ...standing, epoch: intent.epoch, own });
    if (!sameWeights(after.weights, intent.weights)) {
      const held = regions.find((name) => (after.weights[name] ?? 0) < (intent.weights[name] ?? 0));
      return { kind: 'refused', because: `the region override holds ${held} at ${held && after.weights[held]}` };
    }
    const value = encodeServiceValue({ epoch: intent.epoch, weights: own, spared: standing.spared });
    if (value.kind === 'malformed')
      return { kind: 'refused', because: `not a routing of ${service.name}: ${value.because}` };
    return { kind: 'write', text: value.text, routing: after };
  }

  function routingOf({ epoch, own, spared, override }: Omit<Standing, 'kind'>): Routing {
    const marks = Object.fromEntries(spared.map((name) => [name, 1]));
    const lowered = effectiveWeights(regions, { e: 0, w: Object.entries(own), s: marks }, override);
    const overridden = regions.filter((name, index) => (lowered[index] ?? 0) < (own[name] ?? 0));
    const displaced = overridden.filter((name) => (own[name] ?? 0) > 0);
    const kept = regions.filter((name) => spared.includes(name) && override.x?.[name] !== undefined);
    const isServed = regions.some((name) => (own[name] ?? 0) > 0);
    const weights = isServed ? withStandIn(lowered) : lowered;
    return {
      epoch,
      weights: Object.fromEntries(regions.map((name, index) => [name, weights[index] ?? 0])),
      ...(overridden.length > 0 && { overridden }),
      ...(displaced.length > 0 && { displaced }),
      ...(kept.length > 0 && { spared: kept }),
    };
  }

  async function rewrite(): Promise<'written' | 'conflict' | 'nothing'> {
    const etag = await store.etag();
    const { own, override } = await readTexts();
    const [name, text] = own === null ? [OVERRIDE_KEY, override] : [key, own];
    return text === null ? 'nothing' : store.put({ [name]: text }, etag);
  }

  return { traits: leverTraits.kvs, read, write, begin, rewrite };
}

/** What the store has, null where a key is not there. */
interface Texts {
  readonly own: string | null;
  readonly override: string | null;
}

/** The same at an ETag. */
interface Basis extends Texts {
  readonly etag: string;
}

const basisSchema: z.ZodType<Basis> = z.object({
  etag: z.string().min(1),
  own: z.string().nullable(),
  override: z.string().nullable(),
});

/** Null where it is none of ours: then all is read again. */
function basisOf(text: string | null): Basis | null {
  try {
    return text === null ? null : basisSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

interface Begun {
  readonly etag: string;
  readonly standing: Standing | Unreadable;
}

interface Standing {
  readonly kind: 'standing';
  /** Null where there is no key yet. */
  readonly epoch: Epoch | null;
  /** The service key's. */
  readonly own: Weights;
  readonly spared: readonly string[];
  readonly override: StoredValue;
}

interface Unreadable {
  readonly kind: 'unreadable';
  readonly because: string;
}

type Next =
  | Exclude<WriteOutcome, { kind: 'accepted' }>
  | { readonly kind: 'write'; readonly text: string; readonly routing: Routing };

const noOverride: StoredValue = { e: 0 };

/** Conflicts come from writers of other services in the same store; 50 of them at once needed 10 tries. */
const attemptsMax = 10;

/** The first may be a lost answer, which the next attempt clears up. After that every one costs seconds: the caller decides. */
const errorsMax = 3;

/** Full jitter: from nothing to 50 ms, 100 ms, … at most 800 ms; every attempt asks again whether the write is still wanted. */
function pauseMs(attempt: number, random: number): number {
  return random * Math.min(800, 50 * 2 ** (attempt - 1));
}

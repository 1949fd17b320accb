import { placeName, type SecretPlace } from '../core/access.ts';

/** What opens doors, by where it lies. */
export interface Secrets {
  /** Rejects with a sentence that names the place, and never with the value. */
  value(place: SecretPlace): Promise<string>;
  /**
   * After a refusal: reads again what was read more than a few seconds ago, because it may have been rotated. Resolves with
   * whether anything is another value now. It never rejects: what is known goes on.
   */
  renewed(places: readonly SecretPlace[]): Promise<boolean>;
}

/** Reads the whole secret; its members are taken out here. */
export type ReadSecret = (place: SecretPlace) => Promise<string>;

interface Kept {
  readonly text: string;
  readonly readAt: number;
}

/** As long as AWS's own extension keeps one, so that probes every five seconds cost a call every five minutes. */
const keptMs = 5 * 60_000;

/** A door that refuses everybody must not become a call to AWS for each probe. */
const renewAfterMs = 2_000;

/**
 * Reads each secret once for all who ask at the same time, and keeps it in memory. One that cannot be read again is used as it was: a
 * key that was good for five minutes is better evidence than none.
 */
export function secretCache(read: ReadSecret, now: () => number): Secrets {
  const kept = new Map<string, Kept>();
  const reading = new Map<string, Promise<string>>();

  function fresh(place: SecretPlace): Promise<string> {
    const key = whole(place);
    const underWay = reading.get(key);
    if (underWay !== undefined) return underWay;
    const started = read(place)
      .then((text) => {
        kept.set(key, { text, readAt: now() });
        return text;
      })
      .finally(() => reading.delete(key));
    reading.set(key, started);
    return started;
  }

  async function textOf(place: SecretPlace): Promise<string> {
    const known = kept.get(whole(place));
    if (known !== undefined && now() - known.readAt < keptMs) return known.text;
    return fresh(place).catch((error: unknown) => {
      if (known === undefined) throw error;
      return known.text;
    });
  }

  return {
    value: async (place) => memberIn(await textOf(place), place),
    async renewed(places) {
      const due = places.filter((place) => now() - (kept.get(whole(place))?.readAt ?? 0) >= renewAfterMs);
      const changes = await Promise.all(
        due.map(async (place) => {
          const before = kept.get(whole(place))?.text;
          const after = await fresh(place).catch(() => before);
          return after !== before;
        }),
      );
      return changes.includes(true);
    },
  };
}

const whole = (place: SecretPlace): string =>
  'parameter' in place ? `parameter ${place.parameter}` : `secret ${place.secret}`;

/** A line break at the end is the editor's, and no header may have one. */
function memberIn(text: string, place: SecretPlace): string {
  if (!('secret' in place) || place.field === undefined) return used(text.trim(), place);
  let found: unknown;
  try {
    found = (JSON.parse(text) as Record<string, unknown> | null)?.[place.field];
  } catch {
    // The parser's message quotes the secret.
    throw new Error(`${placeName(place)} was asked of what is no JSON`);
  }
  if (typeof found !== 'string') throw new Error(`${placeName(place)} is no text`);
  return used(found.trim(), place);
}

function used(value: string, place: SecretPlace): string {
  if (value === '') throw new Error(`${placeName(place)} is empty`);
  return value;
}

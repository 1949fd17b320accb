import { useEffect, useState } from 'preact/hooks';
import { type Copy, copyStaleAfterMs, copyTextIn, readCopy, stateOfCopy } from '../../core/copy.ts';
import { lasting } from '../../core/lasting.ts';
import type { View } from '../view.ts';
import { Fleet } from './fleet.tsx';
import { useNow, useService } from './hooks.ts';
import { Service } from './service.tsx';
import { clockTime } from './words.ts';

/** A new one is written each minute. Milliseconds. */
const everyMs = 15_000;
const patienceMs = 10_000;

/** A copy of the page that a control region writes with the state inside: shows, and does nothing. */
export function CopyPage({ first }: { first: Copy }) {
  const { copy, aheadMs, failure } = useCopy(first);
  const service = useService();
  const now = useNow() + aheadMs;
  const ageMs = now - copy.writtenAt;
  const isOld = ageMs > copyStaleAfterMs;
  const view = viewOf(copy, isOld);
  const chosen = view.services.find(({ name }) => name === service);
  const about = view.about.services.find(({ name }) => name === service);
  const others = copy.regions.filter((region) => region !== copy.region);
  return (
    <>
      <header>
        <a href="#/" class="brand">
          Understudy
        </a>
        <span>
          {copy.deployment} · read-only copy, written by {copy.region} at {clockTime(copy.writtenAt)}, {lasting(ageMs)}{' '}
          ago
        </span>
        {isOld ? (
          <p class="alarm" role="alert">
            What you see is {lasting(ageMs)} old and says nothing of now{failure === null ? '' : ` (${failure})`}.{' '}
            {others.length === 0 ? '' : `Copies are written by ${others.join(' and ')}, too.`}
          </p>
        ) : null}
      </header>
      <main class={isOld ? 'old' : ''}>
        {chosen === undefined || about === undefined ? (
          <Fleet view={view} now={now} />
        ) : (
          <Service view={chosen} about={about} acts={[]} isCopy now={now} />
        )}
        <p class="small">Nothing can be done from here; the command line can, and the page that it opens.</p>
      </main>
    </>
  );
}

function viewOf({ deployment, region, services }: Copy, isOld: boolean): View {
  return {
    about: {
      deployment,
      endpoint: null,
      region,
      services: services.map(({ name, regions, rtoTargetMs }) => ({ name, regions, rtoTargetMs, writes: '' })),
      acts: [],
      isCopy: true,
    },
    services: services.map(({ name, state, readAt, routingReadAt, failure }) => ({
      name,
      state: state === null ? null : stateOfCopy(name, state),
      readAt,
      routingReadAt,
      failure,
      answered: null,
      rounds: [],
      isOld,
    })),
    acts: [],
    evacuation: null,
    world: null,
  };
}

/**
 * Asks its own address again: of a presigned one everything but that object is refused. The browser sends the ETag along. A file has nothing to
 * ask.
 */
function useCopy(first: Copy) {
  const [known, setKnown] = useState<{ copy: Copy; aheadMs: number; failure: string | null }>({
    copy: first,
    aheadMs: 0,
    failure: null,
  });
  useEffect(() => {
    if (location.protocol === 'file:') {
      setKnown((before) => ({ ...before, failure: 'a file: fetch it again' }));
      return;
    }
    const turn = async () => {
      try {
        const news = await ask();
        setKnown((before) => ({
          copy: news.copy.writtenAt > before.copy.writtenAt ? news.copy : before.copy,
          aheadMs: news.aheadMs,
          failure: null,
        }));
      } catch (error) {
        const failure = error instanceof Error ? error.message : String(error);
        setKnown((before) => ({ ...before, failure }));
      }
    };
    void turn();
    const timer = setInterval(turn, everyMs);
    return () => clearInterval(timer);
  }, []);
  return known;
}

async function ask(): Promise<{ readonly copy: Copy; readonly aheadMs: number }> {
  const answer = await fetch(location.pathname + location.search, {
    cache: 'no-cache',
    signal: AbortSignal.timeout(patienceMs),
  });
  if (!answer.ok) throw new Error(`the bucket answered ${answer.status}; the address may be too old`);
  const copy = readCopy(copyTextIn(await answer.text()));
  if (copy === null) throw new Error('what the bucket answered is no copy');
  // A browser whose clock is behind would take an old copy for a new one.
  const saidAt = Date.parse(answer.headers.get('date') ?? '');
  return { copy, aheadMs: Number.isNaN(saidAt) ? 0 : Math.max(0, saidAt - Date.now()) };
}

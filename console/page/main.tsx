import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { copyElement, readCopy } from '../../core/copy.ts';
import { lasting } from '../../core/lasting.ts';
import type { View } from '../view.ts';
import { Acts } from './acts.tsx';
import { askView } from './ask.ts';
import { Banners } from './banners.tsx';
import { CopyPage } from './copy.tsx';
import { Fleet } from './fleet.tsx';
import { useNow, useService } from './hooks.ts';
import { Service } from './service.tsx';
import { WorldFaults } from './world.tsx';

/** Between two questions to the console. Milliseconds. */
const everyMs = 700;
/** What was not heard of for so long is told to be old. Milliseconds. */
const staleAfterMs = 5_000;

function Page() {
  const service = useService();
  const { view, heardAt, failure } = useView(service);
  const now = useNow();
  if (view === null) {
    return failure === null ? (
      <p class="notice">Asking the console…</p>
    ) : (
      <p class="alarm" role="alert">
        No data from the console: {failure}
      </p>
    );
  }
  const ageMs = heardAt === null ? 0 : now - heardAt;
  const chosen = view.services.find(({ name }) => name === service);
  const about = view.about.services.find(({ name }) => name === service);
  return (
    <>
      <Header
        view={view}
        failure={ageMs > staleAfterMs ? `${failure ?? 'no answer'}; what you see is ${lasting(ageMs)} old` : null}
      />
      <main class={ageMs > staleAfterMs ? 'old' : ''}>
        <Banners view={view} now={now} />
        {chosen === undefined || about === undefined ? (
          <Fleet view={view} now={now} />
        ) : (
          <Service view={chosen} about={about} acts={view.about.acts} now={now} />
        )}
        <Acts acts={view.acts} now={now} />
        {view.world === null ? null : <WorldFaults world={view.world} />}
      </main>
    </>
  );
}

function Header({ view: { about }, failure }: { view: View; failure: string | null }) {
  return (
    <header>
      <a href="#/" class="brand">
        Understudy
      </a>
      <span>
        {about.deployment} · {about.endpoint === null ? 'AWS' : `sandbox ${about.endpoint}`} · through {about.region}
      </span>
      {failure === null ? null : (
        <p class="alarm" role="alert">
          No data from the console: {failure}.
        </p>
      )}
    </header>
  );
}

/** Asks again and again, whatever happens, and at once for another service; what was heard stays, with when it was heard. */
function useView(service: string) {
  const [heard, setHeard] = useState<{ view: View | null; heardAt: number | null; failure: string | null }>({
    view: null,
    heardAt: null,
    failure: null,
  });
  const etag = useRef<string | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let gone = false;
    const turn = async () => {
      try {
        const news = await askView(service, etag.current);
        if (news !== null) etag.current = news.etag;
        setHeard((before) => ({ view: news?.view ?? before.view, heardAt: Date.now(), failure: null }));
      } catch (error) {
        const failure = error instanceof Error ? error.message : String(error);
        setHeard((before) => ({ ...before, failure }));
      }
      if (!gone) timer = setTimeout(turn, everyMs);
    };
    void turn();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [service]);
  return heard;
}

const root = document.getElementById('page');
const copy = readCopy(document.getElementById(copyElement)?.textContent ?? '');
if (root !== null) render(copy === null ? <Page /> : <CopyPage first={copy} />, root);

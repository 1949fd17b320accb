import { tokenHeader } from '../token-header.ts';
import type { ActRequest, HistoryView, View } from '../view.ts';

/** The token stands behind the # of the printed address; a browser sends nothing of that to anybody. Kept for reloads of this tab. */
function ownToken(): string {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given !== null) {
    sessionStorage.setItem('token', given);
    history.replaceState(null, '', '/#/');
  }
  return sessionStorage.getItem('token') ?? '';
}

const token = ownToken();

/** How long the console may take to answer. A server that stands still never closes the connection. Milliseconds. */
const patienceMs = 4_000;

/** What the console says, more of the service that is `open`; null where nothing changed since `etag`. Throws with a sentence for people. */
export async function askView(
  open: string,
  etag: string | null,
): Promise<{ readonly view: View; readonly etag: string | null } | null> {
  const answer = await ask(
    `/api/view?open=${encodeURIComponent(open)}`,
    etag === null ? {} : { headers: { 'if-none-match': etag } },
  );
  if (answer.status === 304) return null;
  return { view: (await bodyOf(answer)) as View, etag: answer.headers.get('etag') };
}

export async function askHistory(service: string): Promise<HistoryView> {
  return (await bodyOf(await ask(`/api/history?service=${encodeURIComponent(service)}`, {}, 15_000))) as HistoryView;
}

export async function act(request: ActRequest): Promise<void> {
  await bodyOf(await post('/api/acts', request));
}

export async function setFault(region: string, fault: string | null): Promise<void> {
  await bodyOf(await post('/api/faults', { region, fault }));
}

const post = (path: string, body: object): Promise<Response> =>
  ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }, 15_000);

function ask(path: string, init: RequestInit, withinMs = patienceMs): Promise<Response> {
  return fetch(path, {
    ...init,
    cache: 'no-store',
    headers: { ...init.headers, [tokenHeader]: token },
    signal: AbortSignal.timeout(withinMs),
  });
}

async function bodyOf(answer: Response): Promise<unknown> {
  const body: unknown = await answer.json().catch(() => null);
  if (answer.ok) return body;
  const said = typeof body === 'object' && body !== null && 'error' in body ? String(body.error) : '';
  throw new Error(said || `the console answered ${answer.status}`);
}

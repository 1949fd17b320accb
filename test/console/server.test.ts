import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { View } from '../../console/view.ts';
import { consoleOf } from './console-fixture.ts';

let folder: string;
let page: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-console-'));
  page = join(folder, 'index.html');
  await writeFile(page, '<!doctype html><style>b{color:red}</style><script>document.title="x"</script>');
});
afterAll(() => rm(folder, { recursive: true }));

describe('the page', () => {
  test('may run its own script and style alone, by their hashes, and load nothing', async () => {
    const { origin } = await consoleOf(page, ['orders']);
    const answer = await fetch(`${origin}/`);
    const hash = (text: string) => createHash('sha256').update(text).digest('base64');

    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`script-src 'sha256-${hash('document.title="x"')}'`);
    expect(policy).toContain(`style-src 'sha256-${hash('b{color:red}')}'`);
    expect(policy).not.toContain('unsafe');
  });

  test('that was not built is told with what builds it', async () => {
    await expect(consoleOf(join(folder, 'none.html'), ['orders'])).rejects.toThrow(/npm run build writes it/);
  });
});

describe('the view', () => {
  test('tells nothing without the token', async () => {
    const { ask } = await consoleOf(page, ['orders']);
    const answer = await ask('/api/view', { headers: { 'x-understudy-token': 'another' } });

    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({
      error: expect.stringContaining('open the address that the command printed'),
    });
  });

  test('comes once: what did not change since is 304', async () => {
    const { ask } = await consoleOf(page, ['orders']);
    let view: View;
    let etag: string | null;
    do {
      const answer = await ask('/api/view');
      etag = answer.headers.get('etag');
      view = (await answer.json()) as View;
    } while (view.services[0]?.state === null);

    expect(view.services.map(({ name }) => name)).toEqual(['orders']);
    const again = await ask('/api/view', { headers: { 'if-none-match': etag ?? '' } });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
  });

  test('refuses a name that leads here from elsewhere', async () => {
    const { origin, token } = await consoleOf(page, ['orders']);
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    const headers = { host: 'rebound.example', 'x-understudy-token': token };
    request(`${origin}/api/view`, { headers }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();

    expect(await promise).toBe(403);
  });
});

describe('an act', () => {
  const post = (body: string, origin: string): RequestInit => ({
    method: 'POST',
    body,
    headers: { origin, 'content-type': 'application/json' },
  });
  const request = { name: 'pause', subject: 'orders', values: { reason: 'night' }, confirm: 'orders' };

  test('is begun, and stands in the view with what it said', async () => {
    const { ask, origin } = await consoleOf(page, ['orders'], {
      perform: async (_, say) => {
        say('orders is paused');
        return 0;
      },
    });
    const answer = await ask('/api/acts', post(JSON.stringify(request), origin));

    expect(answer.status).toBe(202);
    const view = (await (await ask('/api/view')).json()) as View;
    expect(view.acts).toEqual([
      {
        id: 1,
        line: 'understudy pause orders --reason night',
        at: expect.any(Number),
        said: ['orders is paused'],
        status: 0,
      },
    ]);
  });

  test.for<[string, string, number, RegExp]>([
    ['that is not offered', JSON.stringify({ ...request, name: 'play' }), 422, /does not do play/],
    ['that is no JSON', '{', 400, /no JSON/],
    ['that is a book', JSON.stringify({ ...request, values: { reason: 'x'.repeat(20_000) } }), 400, /16384 bytes/],
  ])('%s is refused', async ([, body, status, because]) => {
    const { ask, origin } = await consoleOf(page, ['orders']);
    const answer = await ask('/api/acts', post(body, origin));

    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({ error: expect.stringMatching(because) });
  });

  test('on the world is refused where there is none to break', async () => {
    const { ask, origin } = await consoleOf(page, ['orders']);
    const answer = await ask('/api/faults', post('{"region":"us-east-1","fault":"dark"}', origin));

    expect(answer.status).toBe(404);
  });
});

test('a history that cannot be read is an answer with a sentence', async () => {
  const { ask } = await consoleOf(page, ['orders'], { history: () => Promise.reject(new Error('the ledger is gone')) });
  const answer = await ask('/api/history?service=orders');

  expect(answer.status).toBe(502);
  expect(await answer.json()).toEqual({ error: 'the ledger is gone' });
  expect((await ask('/api/history?service=..%2Fsecrets')).status).toBe(404);
});

test('a world that does not answer keeps no page waiting', async () => {
  const never = new Promise<never>(() => {});
  const { ask } = await consoleOf(page, ['orders'], { world: { read: () => never, setFault: () => never } });

  expect(((await (await ask('/api/view')).json()) as View).world).toBeNull();
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Asked, refusalOf } from '../../console/guard.ts';

const port = 4711;
const token = 'the-token-of-this-console';
const own = { port, token };

/** As the page of the console itself asks. */
const fromThePage: Asked = {
  method: 'POST',
  path: '/api/acts',
  host: `127.0.0.1:${port}`,
  origin: `http://127.0.0.1:${port}`,
  fetchSite: 'same-origin',
  fetchMode: 'cors',
  contentType: 'application/json',
  token,
};

describe('the guard of the console', () => {
  test.for(['127.0.0.1', 'localhost', '[::1]'])('lets its own page in by %s', (name) => {
    const host = `${name}:${port}`;
    expect(refusalOf({ ...fromThePage, host, origin: `http://${host}` }, own)).toBeNull();
  });

  test('lets curl read with the token, without the headers that browsers send', () => {
    const curl = { ...fromThePage, method: 'GET', origin: undefined, fetchSite: undefined, fetchMode: undefined };
    expect(refusalOf(curl, own)).toBeNull();
    expect(refusalOf({ ...curl, token: undefined }, own)?.status).toBe(401);
  });

  test('refuses every other name, whatever else is right: a name may lead to this machine', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webAuthority(), fc.string(), fc.constant(`localhost:${port}.evil.example`)), (host) => {
        fc.pre(!['127.0.0.1', 'localhost', '[::1]'].some((name) => host === `${name}:${port}`));
        expect(refusalOf({ ...fromThePage, host }, own)?.status).toBe(403);
      }),
    );
    expect(refusalOf({ ...fromThePage, host: undefined }, own)?.status).toBe(403);
  });

  test('refuses every other origin, another port of this machine too', () => {
    for (const origin of ['null', 'https://127.0.0.1:4711', 'http://127.0.0.1:4712', 'http://localhost:4711', '']) {
      expect(refusalOf({ ...fromThePage, origin }, own), origin).toMatchObject({ status: 403 });
    }
  });

  test.for(['cross-site', 'same-site'])('refuses what comes from a %s page', (fetchSite) => {
    expect(refusalOf({ ...fromThePage, fetchSite, origin: undefined }, own)?.status).toBe(403);
  });

  test('lets a link lead to the page from anywhere, and to nothing else', () => {
    const link = {
      ...fromThePage,
      method: 'GET',
      path: '/',
      origin: undefined,
      fetchSite: 'cross-site',
      fetchMode: 'navigate',
      token: undefined,
    };
    expect(refusalOf(link, own)).toBeNull();
    expect(refusalOf({ ...link, path: '/api/view' }, own)?.status).toBe(403);
    expect(refusalOf({ ...link, fetchMode: 'no-cors' }, own)?.status).toBe(403);
  });

  test('refuses every other token', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom(token.slice(1), `${token} `, token.toUpperCase())), (given) => {
        fc.pre(given !== token);
        expect(refusalOf({ ...fromThePage, token: given }, own)?.status).toBe(401);
      }),
    );
  });

  test('refuses to change anything for what does not say where it comes from', () => {
    expect(refusalOf({ ...fromThePage, origin: undefined, fetchSite: undefined }, own)?.status).toBe(400);
  });

  test.for(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', undefined, 'application/jsonp'])(
    'refuses a body of the type %s, which a form could send',
    (contentType) => {
      expect(refusalOf({ ...fromThePage, contentType }, own)?.status).toBe(415);
    },
  );
});

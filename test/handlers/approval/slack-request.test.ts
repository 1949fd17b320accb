import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signersOf, slackRequest } from '../../../handlers/approval/slack-request.ts';
import { signedBy } from '../../../sandbox/receivers/slack-app.ts';

/** https://docs.slack.dev/authentication/verifying-requests-from-slack */
const documented = {
  secret: '8f742231b10e8888abcd99yyyzzz85a5',
  timestamp: '1531420618',
  signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
};
const then = Number(documented.timestamp) * 1_000;

/** As Lambda gives it. */
const eventOf = (body: string, headers: object, { base64 = true, method = 'POST' } = {}) => ({
  version: '2.0',
  headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  requestContext: { http: { method } },
  body: base64 ? Buffer.from(body).toString('base64') : body,
  isBase64Encoded: base64,
});
const headersOf = ({ timestamp, signature }: { timestamp: string; signature: string }) => ({
  'x-slack-request-timestamp': timestamp,
  'x-slack-signature': signature,
});
const request = (body = documented.body, more: object = {}, as = {}) => {
  const found = slackRequest(eventOf(body, { ...headersOf(documented), ...more }, as));
  if (found === null) throw new Error('no request');
  return found;
};

describe('a request of Slack’s documentation', () => {
  test.each([true, false])('is signed by its secret, whether Lambda gives base64 (%s)', (base64) => {
    expect(signersOf(request(documented.body, {}, { base64 }), [documented.secret], then)).toEqual([documented.secret]);
  });

  test('is taken by the older secret while a newer one replaces it', () => {
    const secrets = ['a-newer-secret-of-the-app', documented.secret];

    expect(signersOf(request(), secrets, then)).toEqual([documented.secret]);
  });

  test.each([
    ['five minutes later', 300_000, [documented.secret]],
    ['later than that', 301_000, 'stale'],
    ['five minutes before', -300_000, [documented.secret]],
    ['before that', -301_000, 'stale'],
  ])('%s is %3$j', (_, afterMs, said) => {
    expect(signersOf(request(), [documented.secret], then + afterMs)).toEqual(said);
  });

  test('is nobody’s where anything of it is changed', () => {
    const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 });
    fc.assert(
      fc.property(fc.string(), hex, fc.nat(299), (body, digest, later) => {
        fc.pre(body !== documented.body);
        const at = { 'x-slack-request-timestamp': String(Number(documented.timestamp) + later + 1) };
        for (const changed of [
          request(body),
          request(undefined, at),
          request(undefined, { 'x-slack-signature': `v0=${digest}` }),
        ]) {
          expect(signersOf(changed, [documented.secret], then)).toBe('forged');
        }
      }),
    );
  });

  test.each([
    '',
    'v0=',
    'v1=a2114d',
    `v0=${'g'.repeat(64)}`,
    documented.signature.toUpperCase(),
    `${documented.signature}00`,
  ])('is nobody’s with the signature %j', (signature) => {
    expect(signersOf(request(undefined, { 'x-slack-signature': signature }), [documented.secret], then)).toBe('forged');
  });

  test.each(['', '-1', '1e9', 'NaN', ' 1531420618', '1531420618.5'])('is nobody’s at the time %j', (timestamp) => {
    const odd = request(undefined, { 'x-slack-request-timestamp': timestamp });

    expect(signersOf(odd, [documented.secret], then)).toBe('forged');
  });
});

test('with no secret nothing is believed', () => {
  expect(signersOf(request(), [], then)).toBe('forged');
});

test.each<[string, unknown]>([
  ['nothing', null],
  ['no event of an address', { warm: true }],
  ['another method', eventOf('a=1', headersOf(documented), { method: 'GET' })],
  ['no signature', eventOf('a=1', { 'x-slack-request-timestamp': '1' })],
  ['no time', eventOf('a=1', { 'x-slack-signature': 'v0=' })],
])('%s is no request', (_, event) => {
  expect(slackRequest(event)).toBeNull();
});

test('a signature is over bytes, whatever they are', () => {
  const body = 'payload=%7B%7D&é=\u0000';
  const { headers } = signedBy(documented.secret, body, Number(documented.timestamp));
  const found = slackRequest(eventOf(body, headers));

  expect(found && signersOf(found, [documented.secret], then)).toEqual([documented.secret]);
});

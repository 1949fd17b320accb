import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { region } from '../../core/brand.ts';
import { drillHoldMaxMs } from '../../core/drill-record.ts';
import { type Flag, feigns, signedFlag } from '../../synthetics/flag.ts';

const pair = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    pem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    spki: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
  };
};
const [ours, theirs] = [pair(), pair()];
const now = Date.parse('2026-12-08T10:00:00Z');
const home = region('us-east-1');
const place = { parameter: '/understudy/detection-drill/orders', publicKey: ours.spki, service: 'orders' };
const flag: Flag = { v: 1, id: 'detection@now', service: 'orders', region: home, until: now + 600_000 };
const believed = (text: string, at = now, where = home) => feigns(text, place, where, at);

test('a signed flag holds for its region and service until its time is over', () => {
  const text = signedFlag(flag, ours.pem);
  expect(believed(text)).toBe(true);
  expect(believed(text, flag.until - 1)).toBe(true);
  expect(believed(text, flag.until)).toBe(false);
  expect(believed(text, now, region('us-west-2'))).toBe(false);
  expect(feigns(text, { ...place, service: 'payments' }, home, now)).toBe(false);
});

test('nobody else makes one, and none holds for longer than an hour', () => {
  expect(believed(signedFlag(flag, theirs.pem))).toBe(false);
  expect(believed(signedFlag({ ...flag, until: now + drillHoldMaxMs + 1 }, ours.pem))).toBe(false);
  expect(feigns(signedFlag(flag, ours.pem), { ...place, publicKey: 'none' }, home, now)).toBe(false);
});

test('a flag with another letter anywhere, and any other text, says nothing', () => {
  const text = signedFlag(flag, ours.pem);
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom('A', 'B', '.', '-'), (at, letter) => {
      const changed = `${text.slice(0, at)}${letter}${text.slice(at + 1)}`;
      const same = changed
        .split('.')
        .map((part) => Buffer.from(part, 'base64url').toString('hex'))
        .join('.');
      fc.pre(
        same !==
          text
            .split('.')
            .map((part) => Buffer.from(part, 'base64url').toString('hex'))
            .join('.'),
      );
      expect(believed(changed)).toBe(false);
    }),
  );
  fc.assert(fc.property(fc.string(), (any) => !believed(any)));
});

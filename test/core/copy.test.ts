import { expect, test } from 'vitest';
import { region } from '../../core/brand.ts';
import {
  type Copy,
  copiedState,
  copyPlace,
  copyTextIn,
  copyVersion,
  pageWithCopy,
  readCopy,
  stateOfCopy,
} from '../../core/copy.ts';
import { wellState } from '../console/console-fixture.ts';

const copyOf = (services: Copy['services']): Copy => ({
  version: copyVersion,
  deployment: 'understudy',
  region: region('us-west-2'),
  writtenAt: 0,
  regions: [region('us-west-2')],
  services,
});
const page = `<html>${copyPlace}<div></div></html>`;

test('what is copied of a state is what is listed, whatever a record gets later', () => {
  const state = wellState('orders');
  const lease = {
    holder: 'arn:aws:states:us-west-2:123456789012:execution:understudy-failover:x',
    expiresAt: 5,
    mode: 'automatic',
    purpose: 'move',
    attempt: null,
  } as const;
  const text = JSON.stringify(
    copiedState({
      ...state,
      ledger: { ...state.ledger, lease, taskToken: 'secret', looks: [] } as typeof state.ledger,
    }),
  );

  expect(text).not.toContain('secret');
  expect(text).not.toContain('arn:');
  expect(text).toContain('"lease":{"expiresAt":5,"mode":"automatic","purpose":"move"}');
});

test('a state comes back out of its copy, but for what is not shown', () => {
  const state = wellState('orders');

  expect(stateOfCopy('orders', copiedState(state))).toEqual(state);
});

test('a copy is read out of the page that it was put into, whatever it says', () => {
  const failure = '</script><script>alert(1)</script> $& <!-- ';
  const copy = copyOf([
    { name: 'orders', regions: [], rtoTargetMs: 1, state: null, readAt: null, routingReadAt: null, failure },
  ]);
  const filled = pageWithCopy(page, JSON.stringify(copy));

  expect(readCopy(copyTextIn(filled))).toEqual(copy);
  expect(filled.split('<').length).toBe(page.split('<').length);
});

test('a page without a copy has none, one without a place takes none, and a later version is not guessed at', () => {
  expect(readCopy(copyTextIn(page))).toBeNull();
  expect(readCopy(copyTextIn('<html></html>'))).toBeNull();
  expect(() => pageWithCopy('<html></html>', '{}')).toThrow('no place');
  expect(() => readCopy('{"version":2}')).toThrow('version 2');
});

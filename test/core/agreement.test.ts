import { expect, test } from 'vitest';
import { disagreement } from '../../core/agreement.ts';
import { epoch } from '../../core/brand.ts';
import type { Weights } from '../../core/routing.ts';
import { heldRecord, home, standby } from '../support/world.ts';

const atEpoch = (at: number, weights: Weights) =>
  disagreement(heldRecord({ epoch: epoch(3) }), { kind: 'read', routing: { epoch: epoch(at), weights } });

test('a lever that is not ahead disagrees with nothing', () => {
  expect(atEpoch(3, { [home]: 0, [standby]: 1000 })).toBeNull();
  expect(disagreement(heldRecord(), { kind: 'unreadable', because: 'down' })).toBeNull();
});

test.each([
  ['the region that has it all', { [home]: 0, [standby]: 1000 }, '--moved-to us-west-2 --reason "…"'],
  ['the one with the greatest share', { [home]: 900, [standby]: 100 }, '--moved-to us-east-1 --reason "…"'],
  [
    'no one of two that share alike',
    { [home]: 500, [standby]: 500 },
    '--moved-to REGION --reason "…", where REGION is us-east-1 or us-west-2 (us-east-1 50 %, us-west-2 50 %)',
  ],
  ['none where nobody serves', { [home]: 0, [standby]: 0 }, '--moved-to REGION --reason "…"'],
] as const)('names %s', (_, weights, command) => {
  expect(atEpoch(4, weights)?.endsWith(`understudy record orders ${command}`)).toBe(true);
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Service } from '../../core/service.ts';
import { grouped, groupOf } from '../../deployment/groups.ts';

const service = (name: string) => ({ name }) as Service;
const placesOf = (names: readonly string[]) =>
  new Map(grouped(names.map(service)).flatMap(([group, services]) => services.map(({ name }) => [name, group])));

// What is deployed stands in these stacks: another number here would be a stack that is made while the old one has the names.
test('the group of a name is a contract', () => {
  expect(
    Object.fromEntries(['orders', 'payments', 'search', 'checkout-003', 'a'].map((name) => [name, groupOf(name)])),
  ).toMatchInlineSnapshot(`
    {
      "a": "10",
      "checkout-003": "25",
      "orders": "87",
      "payments": "61",
      "search": "20",
    }
  `);
});

describe('grouping', () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/), { minLength: 1, maxLength: 40 });

  test('moves no service when others are added, removed or put in another order', () => {
    fc.assert(
      fc.property(names, names, (these, others) => {
        const before = placesOf(these);
        const after = placesOf([...new Set([...others, ...these.toReversed()])]);

        for (const [name, group] of before) expect(after.get(name)).toBe(group);
      }),
    );
  });

  test('has every service once, and no group without one', () => {
    fc.assert(
      fc.property(names, (these) => {
        const groups = grouped(these.map(service));

        expect(groups.flatMap(([, services]) => services.map(({ name }) => name)).sort()).toEqual(these.toSorted());
        for (const [, services] of groups) expect(services.length).toBeGreaterThan(0);
      }),
    );
  });

  test('puts hardly more than twenty of a thousand services into one group: a stack has room for their resources', () => {
    const sizes = grouped(Array.from({ length: 1_000 }, (_, index) => service(`checkout-${index}`))).map(
      ([, services]) => services.length,
    );

    expect(Math.max(...sizes)).toBeLessThanOrEqual(24);
  });
});

import { afterAll, describe, expect, test } from 'vitest';
import example from '../../understudy.config.ts';
import { assembled } from './assembly.ts';

/** Two regions of each kind, none of them a region of a service: so they differ in nothing but their names. */
const kinds = {
  'that decide': ['eu-central-1', 'eu-west-1'],
  'that only look': ['ca-central-1', 'ap-northeast-1'],
} as const;
const watching: readonly string[] = Object.values(kinds).flat();

const assembly = assembled({
  ...example,
  fastProbe: true,
  console: { copies: true },
  controlRegions: [...kinds['that decide']],
  observers: [...watching],
  ledger: { ...example.ledger, region: 'eu-central-1', replicas: ['eu-west-1'], witness: 'eu-west-2' },
  services: example.services.map((service) => ({ ...service, policy: { ...service.policy, quorum: 3 } })),
});
afterAll(() => assembly[Symbol.dispose]());

/**
 * What is wrong in one template and not in its sibling shows here, whatever it is: a name, a grant, a dimension, a target. Nothing is looked
 * for by name.
 */
describe.each(Object.entries(kinds))('the regions %s', (_, [one, other]) => {
  test('have the same template', () => {
    const resources = resourcesOf(one);
    expect(JSON.stringify(resources).match(/"Type":"AWS::/g)?.length).toBeGreaterThan(20);
    expect(resourcesOf(other)).toEqual(resources);
  });
});

/** By stack, of those that are the region's own; the ledger's stands in one region only. */
function resourcesOf(where: string): Readonly<Record<string, unknown>> {
  const stacks = assembly.subjects.filter(({ stack, region }) => region === where && stack.includes(where));
  const resources = Object.fromEntries(stacks.map(({ stack, template }) => [stack, template.Resources]));
  return withoutOrder(JSON.parse(neutral(JSON.stringify(resources), where))) as Record<string, unknown>;
}

/** The regions that watch are named by where one stands; in logical ids they have no hyphens. */
function neutral(text: string, here: string): string {
  return watching.reduce((sofar, name) => {
    const told = name === here ? 'HERE' : 'THERE';
    return sofar.replaceAll(name, told).replaceAll(name.replaceAll('-', ''), told);
  }, text);
}

/** Lists of regions are in the order of their names, which says nothing. */
function withoutOrder(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(withoutOrder).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutOrder(member)]));
}

/** What is wrong in a template of this name, and in none of the other, shows here: of the stacks that have no sibling, too. */
describe('a deployment of another name', () => {
  // As long, and in the same place of every alphabet: names are cut, and lists are in their order.
  const another = 'understudx';
  const usual = assembled(example);
  const renamed = assembled({ ...example, name: another });
  afterAll(() => {
    usual[Symbol.dispose]();
    renamed[Symbol.dispose]();
  });

  test('has the same templates but for its name', () => {
    const told = ({ subjects }: typeof usual) =>
      JSON.parse(
        JSON.stringify(Object.fromEntries(subjects.map(({ stack, template }) => [stack, template.Resources])))
          .replaceAll(another, usual.failover.name)
          // Of an asset that has the name in it.
          .replaceAll(/[0-9a-f]{64}/g, 'HASH')
          // Of the path to a construct, at the end of its logical id.
          .replaceAll(/(?<=[A-Za-z0-9])[0-9A-F]{8}(?=["\\.])/g, ''),
      );
    expect(told(renamed)).toEqual(told(usual));
  });
});

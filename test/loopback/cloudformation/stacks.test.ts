import { beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type CloudFormation, createCloudFormation } from '../../../loopback/cloudformation/cloudformation.ts';
import type { Providers } from '../../../loopback/cloudformation/providers.ts';
import { type ResourceType, resourceType, unplayedType } from '../../../loopback/cloudformation/resource-type.ts';

/** What exists, by id: a world with one kind of thing. */
let things: Map<string, string>;
let refused: string | null;
let cloud: CloudFormation;
let made: number;

const thing: ResourceType = resourceType({
  schema: z.strictObject({
    Name: z.string().optional(),
    Size: z.string(),
    Inner: z.strictObject({ A: z.string() }).optional(),
  }),
  unheld: { Note: 'nobody reads it' },
  named: 'Name',
  immutable: ['Inner'],
  async create({ Name, Size }) {
    if (Size === refused) throw new Error(`size ${Size} is not made`);
    const id = Name ?? `thing-${++made}`;
    things.set(id, Size);
    return { id, attributes: { Arn: `arn:${id}` } };
  },
  async update({ Size }, before) {
    if (Size === refused) throw new Error(`size ${Size} is not made`);
    things.set(before.id, Size);
    return before;
  },
  async remove(_, { id }) {
    things.delete(id);
  },
});
const nothing = unplayedType({
  reason: 'nobody needs it',
  schema: z.strictObject({ Title: z.string().optional() }),
  ref: (_, { logicalId }) => ({ id: logicalId, attributes: {} }),
});

beforeEach(() => {
  things = new Map();
  refused = null;
  made = 0;
  cloud = createCloudFormation({
    account: '123456789012',
    providers: {} as Providers,
    typeNamed: (name) => ({ Thing: thing, Nothing: nothing })[name],
    now: () => 0,
  });
});

const deploy = (Resources: object, { name = 'app', Outputs = {} }: { name?: string; Outputs?: object } = {}) =>
  cloud.deploy({ name, region: 'us-east-1', template: { Resources, Outputs } });
const a = (Properties: object, more: object = {}) => ({ Type: 'Thing', Properties, ...more });
const statuses = (name = 'app') =>
  cloud.events(name, 'us-east-1').map(({ logicalId, status }) => `${logicalId} ${status}`);

describe('a stack is made', () => {
  test('in order, with what others refer to, and its outputs are read by another stack', async () => {
    await deploy(
      { B: a({ Name: 'b', Size: { 'Fn::GetAtt': ['A', 'Arn'] } }), A: a({ Name: 'a', Size: '1' }) },
      { Outputs: { Of: { Value: { Ref: 'B' } } } },
    );
    await deploy(
      { C: a({ Name: 'c', Size: { 'Fn::GetStackOutput': { StackName: 'app', OutputName: 'Of' } } }) },
      { name: 'other' },
    );
    expect([...things]).toEqual([
      ['a', '1'],
      ['b', 'arn:a'],
      ['c', 'b'],
    ]);
    expect(cloud.status('app', 'us-east-1')).toBe('CREATE_COMPLETE');
  });

  test.each([
    [
      'an unknown type',
      { A: { Type: 'Thingy', Properties: {} } },
      'app (us-east-1), A (Thingy): Unrecognized resource types: [Thingy]',
    ],
    [
      'a misspelt property',
      { A: a({ Sice: '1', Size: '1' }) },
      'A (Thing): Properties validation failed for resource with message: [#/: extraneous key [Sice] is not permitted]',
    ],
    ['a misspelt property within', { A: a({ Size: '1', Inner: { A: '', B: 1 } }) }, '#/Inner: extraneous key [B]'],
    ['a property of the wrong kind', { A: a({ Size: 1 }) }, '#/Size: Invalid input: expected string'],
    [
      'a misspelt property of a type that means nothing',
      { A: { Type: 'Nothing', Properties: { Titel: '' } } },
      'extraneous key [Titel]',
    ],
    [
      'an attribute that the type does not have',
      { A: a({ Size: '1' }), B: a({ Size: { 'Fn::GetAtt': ['A', 'Url'] } }) },
      'does not support attribute type Url',
    ],
    [
      'an output that there is not',
      { A: a({ Size: { 'Fn::GetStackOutput': { StackName: 'x', OutputName: 'y' } } }) },
      "Output 'y' not found in stack 'x' in region 'us-east-1'",
    ],
  ])('and rolled back for %s', async (_, resources, problem) => {
    await expect(deploy({ First: a({ Name: 'first', Size: '1' }), ...resources })).rejects.toThrow(problem);
    expect(cloud.status('app', 'us-east-1')).toBe('ROLLBACK_COMPLETE');
    expect([...things]).toEqual([]);
    expect(statuses()).toContain('First DELETE_COMPLETE');
  });

  test('without what is named as not held', async () => {
    await deploy({ A: a({ Name: 'a', Size: '1', Note: { any: 'thing' } }) });
    expect([...things]).toEqual([['a', '1']]);
  });

  test('and after a roll-back not changed, because AWS asks for its removal first', async () => {
    refused = '1';
    await expect(deploy({ A: a({ Size: '1' }) })).rejects.toThrow();
    await expect(deploy({ A: a({ Size: '2' }) })).rejects.toThrow('is in ROLLBACK_COMPLETE state');
    await cloud.remove('app', 'us-east-1');
    await deploy({ A: a({ Size: '2' }) });
    expect(cloud.status('app', 'us-east-1')).toBe('CREATE_COMPLETE');
  });

  test.each([
    ['Retain', ['kept']],
    ['RetainExceptOnCreate', []],
    ['Delete', []],
  ])('a failed creation with %s leaves %j', async (DeletionPolicy, left) => {
    refused = 'no';
    await expect(
      deploy({ A: a({ Name: 'kept', Size: '1' }, { DeletionPolicy }), B: a({ Size: 'no' }, { DependsOn: 'A' }) }),
    ).rejects.toThrow('size no is not made');
    expect([...things.keys()]).toEqual(left);
  });

  test('with one name once', async () => {
    await deploy({ A: a({ Name: 'taken', Size: '1' }) });
    await expect(deploy({ B: a({ Name: 'taken', Size: '1' }) }, { name: 'other' })).rejects.toThrow(
      'taken already exists in stack app',
    );
  });
});

describe('a stack is changed', () => {
  beforeEach(() => deploy({ A: a({ Name: 'a', Size: '1' }), B: a({ Size: '1' }) }));

  test('and what is the same is left alone', async () => {
    const before = statuses().length;
    await deploy({ A: a({ Name: 'a', Size: '1' }), B: a({ Size: '2' }) });
    expect(statuses().slice(before)).toEqual(['B UPDATE_IN_PROGRESS', 'B UPDATE_COMPLETE']);
    expect(cloud.status('app', 'us-east-1')).toBe('UPDATE_COMPLETE');
    expect([...things]).toEqual([
      ['a', '1'],
      ['thing-1', '2'],
    ]);
  });

  test('another name is another resource: made first, and the old one removed at the end', async () => {
    const before = statuses().length;
    await deploy({ A: a({ Name: 'renamed', Size: '1' }), B: a({ Size: { Ref: 'A' } }) });
    expect([...things]).toEqual([
      ['thing-1', 'renamed'],
      ['renamed', '1'],
    ]);
    expect(statuses().slice(before)).toEqual([
      'A UPDATE_IN_PROGRESS',
      'A UPDATE_COMPLETE',
      'B UPDATE_IN_PROGRESS',
      'B UPDATE_COMPLETE',
      'A DELETE_IN_PROGRESS',
      'A DELETE_COMPLETE',
    ]);
  });

  test('a replaced resource stays where its policy says so', async () => {
    await deploy({ A: a({ Name: 'a', Size: '1' }, { UpdateReplacePolicy: 'Retain' }), B: a({ Size: '1' }) });
    await deploy({ A: a({ Name: 'b', Size: '1' }, { UpdateReplacePolicy: 'Retain' }), B: a({ Size: '1' }) });
    expect([...things.keys()].toSorted()).toEqual(['a', 'b', 'thing-1']);
  });

  test('what has a name cannot be replaced under it', async () => {
    await expect(deploy({ A: a({ Name: 'a', Size: '1', Inner: { A: 'x' } }), B: a({ Size: '1' }) })).rejects.toThrow(
      'cannot update a stack when a custom-named resource requires replacing. Rename a',
    );
  });

  test('what the template no longer has is removed, or stays where its policy says so', async () => {
    await deploy({
      A: a({ Name: 'a', Size: '1' }),
      B: a({ Size: '1' }),
      C: a({ Name: 'c', Size: '1' }, { DeletionPolicy: 'Retain' }),
    });
    await deploy({ A: a({ Name: 'a', Size: '1' }) });
    expect([...things.keys()]).toEqual(['a', 'c']);
    // Its name is still taken.
    await expect(deploy({ D: a({ Name: 'c', Size: '1' }) }, { name: 'other' })).rejects.toThrow('already exists');
  });

  test('and taken back as it was where one resource cannot be changed', async () => {
    refused = 'no';
    await expect(
      deploy({
        A: a({ Name: 'renamed', Size: '5' }),
        B: a({ Size: '7' }),
        C: a({ Size: '1' }, { DependsOn: 'B' }),
        D: a({ Size: 'no' }, { DependsOn: ['A', 'C'] }),
      }),
    ).rejects.toThrow('Stack app (us-east-1) is UPDATE_ROLLBACK_COMPLETE');
    expect([...things]).toEqual([
      ['a', '1'],
      ['thing-1', '1'],
    ]);
    expect(cloud.status('app', 'us-east-1')).toBe('UPDATE_ROLLBACK_COMPLETE');
    refused = null;
    await deploy({ A: a({ Name: 'a', Size: '9' }), B: a({ Size: '1' }) });
    expect(things.get('a')).toBe('9');
  });

  test('its removal takes the last made first', async () => {
    await cloud.remove('app', 'us-east-1');
    expect([...things]).toEqual([]);
    expect(statuses().filter((each) => each.endsWith('DELETE_COMPLETE'))).toEqual([
      'B DELETE_COMPLETE',
      'A DELETE_COMPLETE',
    ]);
    expect(cloud.status('app', 'us-east-1')).toBe('DELETE_COMPLETE');
  });
});

test('a rule of a template whose assertion is false stops everything', async () => {
  const template = {
    Parameters: { Version: { Type: 'String', Default: '5' } },
    Rules: {
      Check: {
        Assertions: [
          {
            Assert: { 'Fn::Not': [{ 'Fn::Contains': [['4', '5'], { Ref: 'Version' }] }] },
            AssertDescription: 'too old',
          },
        ],
      },
    },
    Resources: { A: a({ Size: '1' }) },
  };
  const order = { name: 'app', region: 'us-east-1', template };
  await expect(cloud.deploy(order)).rejects.toThrow('too old');
  expect(things.size).toBe(0);
  await cloud.deploy({ ...order, parameters: { Version: '6' } });
  expect(things.size).toBe(1);
});

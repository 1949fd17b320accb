import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeOverride,
  decodeServiceValue,
  encodeOverride,
  encodeServiceValue,
  serviceKey,
} from '../../core/routing-value.ts';

describe('a service value', () => {
  test('stands in the store as a list of pairs', () => {
    expect(serviceKey('orders')).toBe('s/orders');
    expect(encodeServiceValue({ epoch: 7, weights: { 'us-east-1': 1000, 'us-west-2': 0 } })).toEqual({
      kind: 'encoded',
      text: '{"v":1,"e":7,"w":[["us-east-1",1000],["us-west-2",0]]}',
    });
  });

  test('is read back as it was written', () => {
    fc.assert(
      fc.property(epochs, weights, (epoch, given) => {
        const encoded = encodeServiceValue({ epoch, weights: given });
        expect(encoded.kind === 'encoded' && decodeServiceValue(encoded.text)).toEqual({
          kind: 'routing',
          epoch,
          weights: given,
        });
      }),
    );
  });

  test('may have white space around it', () => {
    expect(decodeServiceValue(' {"v":1,"e":7,"w":[["us-east-1",1]]} \n')).toMatchObject({ kind: 'routing', epoch: 7 });
  });

  test.each([
    ['', 'not a value of schema 1 with a list w'],
    ['null', 'not a value of schema 1 with a list w'],
    ['https://api.example.com/ ', 'not a value of schema 1 with a list w'],
    ['{"v":2,"e":7,"w":[["us-east-1",1]]}', 'not a value of schema 1 with a list w'],
    ['{"v":1,"e":"7","w":[["us-east-1",1]]}', 'not a value of schema 1 with a list w'],
    ['{"v":1,"e":-1,"w":[["us-east-1",1]]}', 'not a value of schema 1 with a list w'],
    ['{"v":1,"e":7,"w":{"us-east-1":1}}', 'not a value of schema 1 with a list w'],
    ['{"v":1,"e":7,"w":["us-east-1"]}', '"us-east-1" names no region'],
    ['{"v":1,"e":7,"w":[null]}', 'null names no region'],
    ['{"v":1,"e":7,"w":[["us-east-1","1"]]}', 'the weight of us-east-1 is no 32-bit integer'],
    ['{"v":1,"e":7,"w":[["us-east-1",1e999]]}', 'the weight of us-east-1 is no 32-bit integer'],
    ['{"v":1,"e":7,"w":[["us-east-1",0.5]]}', 'the weight of us-east-1 is no 32-bit integer'],
    ['{"v":1,"e":7,"w":[["us-east-1",1],["us-east-1",2]]}', 'us-east-1 is named twice'],
  ])('%j is malformed: %s', (text, because) => {
    expect(decodeServiceValue(text)).toEqual({ kind: 'malformed', because });
  });

  test('is not written where the edge would not read it', () => {
    expect(encodeServiceValue({ epoch: Number.NaN, weights: {} }).kind).toBe('malformed');
    expect(encodeServiceValue({ epoch: 1, weights: { 'us-east-1': Number.POSITIVE_INFINITY } }).kind).toBe('malformed');
    expect(encodeServiceValue({ epoch: 1, weights: { 'us-east-1': 0.1 } }).kind).toBe('malformed');
  });

  test('is not written where the store would not take it', () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`region-number-${i}`, 1000]));

    expect(encodeServiceValue({ epoch: 1, weights: many })).toEqual({
      kind: 'malformed',
      because: 'longer than 1024 bytes',
    });
  });
});

describe('the override', () => {
  test('stands in the store as a record', () => {
    expect(encodeOverride({ epoch: 4, weights: { 'us-east-1': -1 } })).toEqual({
      kind: 'encoded',
      text: '{"v":1,"e":4,"x":{"us-east-1":-1}}',
    });
  });

  test('is read back as it was written', () => {
    fc.assert(
      fc.property(epochs, weights, (epoch, given) => {
        const encoded = encodeOverride({ epoch, weights: given });
        expect(encoded.kind === 'encoded' && decodeOverride(encoded.text)).toEqual({
          kind: 'routing',
          epoch,
          weights: given,
        });
      }),
    );
  });

  test.each([
    '',
    '{"v":1,"e":4}',
    '{"v":1,"e":4,"x":null}',
    '{"v":1,"e":4,"x":[]}',
    '{"v":1,"e":4,"x":{"us-east-1":"-1"}}',
  ])('%j is malformed', (text) => {
    expect(decodeOverride(text).kind).toBe('malformed');
  });
});

test.each([
  ['an epoch beyond 2^53, which would be equal to others', '{"v":1,"e":9007199254740993,"w":[]}'],
  ['a weight that cannot be made a number', '{"v":1,"e":1,"w":[["us-east-1",{"valueOf":0,"toString":0}]]}'],
])('a value with %s is malformed', (_, text) => {
  expect(decodeServiceValue(text).kind).toBe('malformed');
});

test('decoding takes anything and never throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.json(), damagedValue()), (text) => {
      expect(['routing', 'malformed']).toContain(decodeServiceValue(text).kind);
      expect(['routing', 'malformed']).toContain(decodeOverride(text).kind);
    }),
  );
});

const regions = fc.constantFrom('us-east-1', 'us-west-2', 'eu-west-1', 'ap-southeast-2', 'ca-central-1');
const weights = fc.dictionary(regions, fc.integer({ min: -1_000_000, max: 1_000_000 }), { noNullPrototype: true });
const epochs = fc.integer({ min: 0, max: 9e15 });

/** A good value with one character changed. */
function damagedValue() {
  const good = '{"v":1,"e":7,"w":[["us-east-1",1000],["us-west-2",0]],"x":{"us-east-1":-1}}';
  return fc
    .tuple(fc.nat({ max: good.length - 1 }), fc.string({ maxLength: 1 }))
    .map(([at, character]) => good.slice(0, at) + character + good.slice(at + 1));
}

import { describe, expect, test } from 'vitest';
import { parseEventPattern } from '../../../loopback/events/event-pattern.ts';

const event = {
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm State Change',
  resources: ['arn:aws:cloudwatch:us-east-1:123456789012:alarm:orders', 'arn:aws:sns:us-east-1:123456789012:t'],
  detail: {
    alarmName: 'understudy-orders-us-east-1',
    state: { value: 'ALARM', timestamp: '2026-11-20T10:00:00.000+0000' },
    nothing: null,
    empty: [],
    yes: true,
    count: 3,
    ip: '10.0.0.17',
    ip6: '2001:db8::17',
    'dotted.name': 'x',
    people: [
      { name: 'Ann', role: 'on-call', ids: [1, 2] },
      { name: 'Bob', role: 'asleep', ids: [3] },
    ],
  },
};

const matches = (pattern: object) => parseEventPattern(JSON.stringify(pattern)).matches(event);
const detail = (pattern: object) => matches({ detail: pattern });

describe('an event pattern', () => {
  test.each([
    ['a value', { alarmName: ['understudy-orders-us-east-1'] }, true],
    ['another value', { alarmName: ['understudy-payments-us-east-1'] }, false],
    ['one of several values', { state: { value: ['OK', 'ALARM'] } }, true],
    ['a name in other letters', { State: { value: ['ALARM'] } }, false],
    ['a value in other letters', { state: { value: ['alarm'] } }, false],
    ['null', { nothing: [null] }, true],
    ['null where there is a value', { count: [null] }, false],
    ['true', { yes: [true] }, true],
    ['"true"', { yes: ['true'] }, false],
    ['a number', { count: [3.0] }, true],
    ['a number as text', { count: ['3'] }, false],
    ['a name with a dot', { dotted: { name: ['x'] } }, true],
    ['a path with a dot', { 'state.value': ['ALARM'] }, true],
    ['an element of an array', { people: { name: ['Bob'] } }, true],
    ['two fields of one element', { people: { name: ['Ann'], role: ['on-call'] } }, true],
    ['fields of two elements', { people: { name: ['Ann'], role: ['asleep'] } }, false],
    ['an element of an array in an element', { people: { name: ['Ann'], ids: [2] } }, true],
    ['an element of another element’s array', { people: { name: ['Ann'], ids: [3] } }, false],
    ['a prefix', { alarmName: [{ prefix: 'understudy-' }] }, true],
    ['no prefix', { alarmName: [{ prefix: 'orders' }] }, false],
    ['an empty prefix', { alarmName: [{ prefix: '' }] }, true],
    ['a prefix of a number', { count: [{ prefix: '3' }] }, false],
    ['a prefix whatever its letters', { alarmName: [{ prefix: { 'equals-ignore-case': 'UNDER' } }] }, true],
    ['a suffix', { alarmName: [{ suffix: '-us-east-1' }] }, true],
    ['no suffix', { alarmName: [{ suffix: '-us-west-2' }] }, false],
    ['a suffix whatever its letters', { alarmName: [{ suffix: { 'equals-ignore-case': 'EAST-1' } }] }, true],
    ['anything but', { state: { value: [{ 'anything-but': 'OK' }] } }, true],
    ['anything but itself', { state: { value: [{ 'anything-but': 'ALARM' }] } }, false],
    ['anything but a list', { state: { value: [{ 'anything-but': ['OK', 'INSUFFICIENT_DATA'] }] } }, true],
    ['anything but a list with itself', { count: [{ 'anything-but': [1, 3] }] }, false],
    ['anything but, of what is absent', { absent: [{ 'anything-but': 'x' }] }, false],
    ['anything but, of null', { nothing: [{ 'anything-but': 'x' }] }, true],
    ['anything but a prefix', { alarmName: [{ 'anything-but': { prefix: 'other' } }] }, true],
    ['anything but its prefix', { alarmName: [{ 'anything-but': { prefix: ['a', 'under'] } }] }, false],
    ['anything but a suffix', { alarmName: [{ 'anything-but': { suffix: '-1' } }] }, false],
    [
      'anything but, whatever the letters',
      { state: { value: [{ 'anything-but': { 'equals-ignore-case': 'alarm' } }] } },
      false,
    ],
    ['anything but a wildcard', { alarmName: [{ 'anything-but': { wildcard: '*-us-west-*' } }] }, true],
    ['whatever its letters', { state: { value: [{ 'equals-ignore-case': 'alarm' }] } }, true],
    ['a wildcard', { alarmName: [{ wildcard: 'understudy-*-us-*' }] }, true],
    ['no wildcard', { alarmName: [{ wildcard: 'understudy-*-eu-*' }] }, false],
    ['a wildcard that is a star', { alarmName: [{ wildcard: 'understudy-\\*' }] }, false],
    ['a dot in a wildcard', { ip: [{ wildcard: '10.0.0.*' }] }, true],
    ['a dot in a wildcard is a dot', { ip: [{ wildcard: '10.0.0.1.' }] }, false],
    ['existence', { state: { value: [{ exists: true }] } }, true],
    ['existence of what is absent', { absent: [{ exists: true }] }, false],
    ['existence of null', { nothing: [{ exists: true }] }, true],
    ['existence of an empty array', { empty: [{ exists: true }] }, false],
    ['existence of what has members', { state: [{ exists: true }] }, false],
    ['absence', { absent: { deeper: [{ exists: false }] } }, true],
    ['absence of what exists', { count: [{ exists: false }] }, false],
    ['absence or a value', { absent: [{ exists: false }, 'x'] }, true],
    ['=', { count: [{ numeric: ['=', 3] }] }, true],
    ['> below', { count: [{ numeric: ['>', 3] }] }, false],
    ['>=', { count: [{ numeric: ['>=', 3] }] }, true],
    ['a range', { count: [{ numeric: ['>', 0, '<=', 3] }] }, true],
    ['a range below', { count: [{ numeric: ['>', 0, '<', 3] }] }, false],
    ['a number of text', { alarmName: [{ numeric: ['>', 0] }] }, false],
    ['a network', { ip: [{ cidr: '10.0.0.0/24' }] }, true],
    ['another network', { ip: [{ cidr: '10.0.1.0/24' }] }, false],
    ['a network of version 6', { ip6: [{ cidr: '2001:db8::/32' }] }, true],
    ['a network of text', { alarmName: [{ cidr: '10.0.0.0/24' }] }, false],
    ['one of $or', { $or: [{ count: [9] }, { yes: [true] }] }, true],
    ['none of $or', { $or: [{ count: [9] }, { yes: [false] }] }, false],
    ['$or and another field', { $or: [{ count: [3] }, { yes: [false] }], nothing: ['x'] }, false],
    ['$or inside', { state: { $or: [{ value: ['OK'] }, { timestamp: [{ prefix: '2026' }] }] } }, true],
  ])('matches %s', (_, pattern, expected) => {
    expect(detail(pattern)).toBe(expected);
  });

  test('matches an array where one of its values does', () => {
    expect(matches({ resources: [{ suffix: ':alarm:orders' }], source: ['aws.cloudwatch'] })).toBe(true);
    expect(matches({ resources: ['arn:nobody'] })).toBe(false);
  });

  test.each([
    ['{', expect.stringContaining('Event pattern is not valid. Reason: ')],
    ['[]', 'Event pattern is not valid. Reason: Filter is not an object'],
    ['{}', 'Event pattern is not valid. Reason: Empty objects are not allowed'],
    ['{"source":"x"}', 'Event pattern is not valid. Reason: "source" must be an object or an array'],
    ['{"source":[]}', 'Event pattern is not valid. Reason: Empty arrays are not allowed'],
    [
      '{"source":[["x"]]}',
      'Event pattern is not valid. Reason: Match value must be String, number, true, false, or null',
    ],
    ['{"source":[{"regex":"x"}]}', 'Event pattern is not valid. Reason: Unrecognized match type regex'],
    ['{"source":[{"EXISTS":true}]}', 'Event pattern is not valid. Reason: Unrecognized match type EXISTS'],
    [
      '{"source":[{"prefix":"a","suffix":"b"}]}',
      'Event pattern is not valid. Reason: Only one key allowed in match expression',
    ],
    ['{"source":[{"prefix":1}]}', 'Event pattern is not valid. Reason: prefix match pattern must be a string'],
    ['{"source":[{"exists":"yes"}]}', expect.stringContaining('exists match pattern must be either true or false')],
    ['{"n":[{"numeric":10}]}', 'Event pattern is not valid. Reason: Value of numeric must be an array.'],
    ['{"n":[{"numeric":[">",0,">",1]}]}', 'Event pattern is not valid. Reason: Bad numeric range operator: >'],
    ['{"n":[{"numeric":[">",0,"<"]}]}', 'Event pattern is not valid. Reason: Value of < must be numeric'],
    ['{"n":[{"numeric":["=",6e9]}]}', expect.stringContaining('between -5.0E9 and 5.0E9')],
    ['{"s":[{"wildcard":"a**"}]}', 'Event pattern is not valid. Reason: Consecutive wildcard characters at pos 2'],
    ['{"s":[{"wildcard":"*:*:*:*:*:x"}]}', expect.stringContaining('Rule is too complex')],
    ['{"s":[{"cidr":"10.0.0.0"}]}', "Event pattern is not valid. Reason: Malformed CIDR, one '/' required"],
    ['{"s":[{"wildcard":"a\\\\b"}]}', 'Event pattern is not valid. Reason: Invalid escape character at pos 1'],
    ['{"s":[{"wildcard":"a*\\\\"}]}', 'Event pattern is not valid. Reason: Invalid escape character at pos 2'],
    ['{"s":[{"cidr":"10.0.0.1/32"}]}', 'Event pattern is not valid. Reason: IPv4 mask bits must be < 32'],
    ['{"s":[{"cidr":"2001:db8::1/128"}]}', 'Event pattern is not valid. Reason: IPv6 mask bits must be < 128'],
    ['{"s":[{"anything-but":["a",1]}]}', expect.stringContaining('mixed type is not supported')],
    ['{"s":[{"cidr":"xx/8"}]}', 'Event pattern is not valid. Reason: Nonstandard IP address: xx'],
    ['{"s":[{"anything-but":null}]}', expect.stringContaining('must be an array or single string/number value')],
    ['{"s":[{"anything-but":{"numeric":["=",1]}}]}', expect.stringContaining('Unsupported anything-but pattern')],
    ['{"$or":[{"s":["x"]}]}', expect.stringContaining('at least 2')],
  ])('is refused: %s', (pattern, message) => {
    expect(() => parseEventPattern(pattern)).toThrow(
      expect.objectContaining({ code: 'InvalidEventPatternException', message }) as Error,
    );
  });
});

import { describe, expect, test } from 'vitest';
import type { EventEnvelope } from '../../../loopback/events/event.ts';
import { checkTargetInput, targetInput } from '../../../loopback/events/target-input.ts';

const event: EventEnvelope = {
  version: '0',
  id: 'e1',
  'detail-type': 'Alarm',
  source: 'test',
  account: '123456789012',
  time: '2026-11-20T10:00:00Z',
  region: 'us-east-1',
  resources: ['arn:one', 'arn:two'],
  detail: { user: 'ann', 'instance-id': 'i-1', payload: { a: 'x', b: [1, true] }, list: ['HIGH'], said: 'a "b"' },
};

const context = {
  event,
  ruleArn: 'arn:aws:events:us-east-1:123456789012:rule/r',
  ruleName: 'r',
  ingestedAt: Date.parse('2026-11-20T10:00:01Z'),
};

const paths = {
  user: '$.detail.user',
  payload: '$.detail.payload',
  list: '$.detail.list',
  first: '$.resources[0]',
  id: "$.detail['instance-id']",
  dash: '$.detail.instance-id',
  absent: '$.detail.nobody',
  flag: '$.detail.payload.b[1]',
};

const filled = (InputTemplate: string) =>
  targetInput({ Id: 't', InputTransformer: { InputPathsMap: paths, InputTemplate } }, context);

describe('a target gets', () => {
  test('the event, if it says nothing', () => {
    expect(JSON.parse(targetInput({ Id: 't' }, context) ?? '')).toEqual(event);
  });

  test('its own input', () => {
    expect(targetInput({ Id: 't', Input: '{"a":1}' }, context)).toBe('{"a":1}');
  });

  test.each([
    ['$', JSON.stringify(event)],
    ['$.detail.payload', '{"a":"x","b":[1,true]}'],
    ['$.detail.user', '"ann"'],
    ['$.nobody', 'null'],
  ])('the part of the event at %s', (InputPath, expected) => {
    expect(targetInput({ Id: 't', InputPath }, context)).toBe(expected);
  });

  test.each([
    ['"user <user> of <list>, <payload>, <absent>, <flag>"', '"user ann of [HIGH], {a:x,b:[1,true]}, , true"'],
    ['{"user": <user>, "p": <payload>, "l": <list>}', '{"user": "ann", "p": {"a":"x","b":[1,true]}, "l": ["HIGH"]}'],
    ['{"path": "users/<user>/<user>", "n": <absent>}', '{"path": "users/ann/ann", "n": ""}'],
    ['{"quoted \\" <user>": <id>, "d": <dash>, "f": <first>}', '{"quoted \\" ann": "i-1", "d": "i-1", "f": "arn:one"}'],
    ['"<aws.events.rule-name> <aws.events.rule-arn>"', `"r ${context.ruleArn}"`],
    ['{"at": <aws.events.event.ingestion-time>}', '{"at": "2026-11-20T10:00:01.000Z"}'],
    ['{"e": <aws.events.event.json>}', `{"e": ${JSON.stringify(event)}}`],
  ])('the template %s filled in', (template, expected) => {
    expect(filled(template)).toBe(expected);
  });

  // Recorded from AWS: test_put_events_with_input_transformer_nested_keys_replacement and its neighbours in LocalStack's suite.
  test.each(['{"p": "<payload>"}', '{"l": "<list>"}', '{"a": "users/<payload>", "b": <payload>}'])(
    'nothing from %s, which is no JSON once it is filled in',
    (template) => {
      expect(filled(template)).toBeNull();
    },
  );

  test('the event without its detail as <aws.events.event>', () => {
    const { e } = JSON.parse(filled('{"e": <aws.events.event>}') ?? '');

    expect(e).toMatchObject({ id: 'e1', detailType: 'Alarm' });
    expect(e).not.toHaveProperty('detail');
  });
});

describe('a target is refused', () => {
  test.each([
    [
      { Input: '{}', InputPath: '$' },
      'Only one of Input, InputPath, or InputTransformer must be provided for target t.',
    ],
    [{ Input: '{' }, 'JSON syntax error in input for target t.'],
    [{ InputPath: '$..a' }, 'The path $..a of target t is not valid, or not played by the sandbox.'],
    [{ InputPath: 'detail' }, 'The path detail of target t is not valid, or not played by the sandbox.'],
    [{ InputTransformer: { InputPathsMap: { a: '$.a[*]' }, InputTemplate: '<a>' } }, expect.stringContaining('$.a[*]')],
    [
      { InputTransformer: { InputPathsMap: {}, InputTemplate: '"<nobody>"' } },
      'InputTemplate for target t contains invalid placeholder nobody.',
    ],
  ])('with %j', (shaping, message) => {
    expect(() => checkTargetInput({ Id: 't', ...shaping })).toThrow(
      expect.objectContaining({ code: 'ValidationException', message }) as Error,
    );
  });
});

import { describe, expect, test } from 'vitest';
import { alarmsIn, holds, parseAlarmRule } from '../../../loopback/cloudwatch/alarm-rule.ts';

const states: Readonly<Record<string, 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'>> = {
  red: 'ALARM',
  green: 'OK',
  new: 'INSUFFICIENT_DATA',
  'with space': 'ALARM',
};

describe('an alarm rule', () => {
  test.each([
    ['ALARM(red)', true],
    ['ALARM(green)', false],
    ['OK(green)', true],
    ['INSUFFICIENT_DATA(new)', true],
    ['ALARM("with space")', true],
    ['ALARM("arn:aws:cloudwatch:us-east-1:123456789012:alarm:red")', true],
    ['ALARM(arn:aws:cloudwatch:us-east-1:123456789012:alarm:red)', true],
    ['ALARM(deleted)', false],
    ['OK(deleted) OR INSUFFICIENT_DATA(deleted)', false],
    ['TRUE', true],
    ['FALSE', false],
    ['NOT FALSE', true],
    ['ALARM(red) AND ALARM(green)', false],
    ['ALARM(red) OR ALARM(green)', true],
    ['FALSE AND FALSE OR TRUE', true],
    ['TRUE OR FALSE AND FALSE', true],
    ['(TRUE OR FALSE) AND FALSE', false],
    ['NOT TRUE OR TRUE', true],
    ['NOT (TRUE OR TRUE)', false],
    ['NOT NOT TRUE', true],
    ['ALARM(red)AND(OK(green)OR FALSE)', true],
  ])('%s is %s', (rule, expected) => {
    expect(holds(parseAlarmRule(rule), (name) => states[name])).toBe(expected);
  });

  test.each([
    '',
    'ALARM',
    'ALARM(',
    'ALARM()',
    'ALARM(red',
    'red',
    'TRUE FALSE',
    'TRUE AND',
    '(TRUE',
    'XOR(a)',
    'TRUE)',
  ])('is refused where it is broken: %s', (rule) => {
    expect(() => parseAlarmRule(rule)).toThrow('AlarmRule is not valid at');
  });

  test('names its alarms once each', () => {
    expect(alarmsIn(parseAlarmRule('ALARM(a) AND NOT (OK(b) OR ALARM(a))'))).toEqual(['a', 'b']);
  });
});

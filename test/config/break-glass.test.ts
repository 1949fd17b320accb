import { describe, expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import example from '../../understudy.config.ts';

const withPrincipals =
  (...principals: string[]) =>
  () =>
    parseFailover({ ...example, breakGlass: { principals } });

describe('who may assume the role for moving traffic by hand', () => {
  test.each([
    'arn:aws:iam::123456789012:role/operators',
    'arn:aws:iam::123456789012:role/people/on-call',
    'arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Operators_0123456789abcdef',
    'arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Operators_*',
    'arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Operators_*',
  ])('may be %s', (arn) => {
    expect(withPrincipals(arn)).not.toThrow();
  });

  test.each([
    ['everybody', '*'],
    ['every role', 'arn:aws:iam::123456789012:role/*'],
    ['every permission set', 'arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*'],
    ['a user', 'arn:aws:iam::123456789012:user/ana'],
    ['the account', 'arn:aws:iam::123456789012:root'],
    ['a session', 'arn:aws:sts::123456789012:assumed-role/operators/ana'],
  ])('is not %s', (_, arn) => {
    expect(withPrincipals(arn)).toThrow(/breakGlass\.principals\[0\] is no ARN of a role/);
  });

  test('is a role of the account that is deployed to', () => {
    expect(withPrincipals('arn:aws:iam::999999999999:role/operators')).toThrow(/of account 999999999999/);
  });
});

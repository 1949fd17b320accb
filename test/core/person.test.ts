import { describe, expect, test } from 'vitest';
import { isProven, nameOf, personOf, unproven } from '../../core/person.ts';

const sso = (role: string, user: string) =>
  `arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_${role}_0123456789abcdef/${user}`;
const session = (role: string, name: string, account = '123456789012') =>
  `arn:aws:sts::${account}:assumed-role/${role}/${name}`;

describe('one person', () => {
  test.each([
    ['a user of IAM Identity Center in two roles', sso('Admin', 'ada@example.com'), sso('ReadOnly', 'Ada@example.com')],
    ['that user and the name of an approver', sso('Admin', 'ada@example.com'), 'ada@example.com'],
    [
      'two sessions of a role, whose names are whoever assumes it',
      session('oncall', 'ada'),
      session('oncall', 'grace'),
    ],
    ['an IAM user', 'arn:aws:iam::123456789012:user/ada', 'arn:aws:iam::123456789012:user/Ada'],
  ])('is %s', (_, one, other) => {
    expect(personOf(one)).toBe(personOf(other));
  });
});

describe('two people', () => {
  test.each([
    ['two users of IAM Identity Center', sso('Admin', 'ada@example.com'), sso('Admin', 'grace@example.com')],
    ['two IAM users', 'arn:aws:iam::123456789012:user/ada', 'arn:aws:iam::123456789012:user/grace'],
    ['two roles', session('oncall', 'ada'), session('lead', 'ada')],
    ['roles of one name in two accounts', session('oncall', 'ada'), session('oncall', 'ada', '210987654321')],
    ['a role and a user of the same name', session('ada', 'x'), 'arn:aws:iam::123456789012:user/ada'],
    ['a role that only looks like that of Identity Center inside', session('my_AWSReservedSSO_x', 'ada'), 'ada'],
  ])('are %s', (_, one, other) => {
    expect(personOf(one)).not.toBe(personOf(other));
  });
});

test('whom AWS does not vouch for is told as that', () => {
  expect(isProven(unproven('ada on this machine'))).toBe(false);
  expect(isProven('arn:aws:iam::123456789012:user/ada')).toBe(true);
});

test('a user of IAM Identity Center is named without the role', () => {
  expect(nameOf(sso('Admin', 'ada@example.com'))).toBe('ada@example.com');
  expect(nameOf('arn:aws:iam::123456789012:user/ada')).toBe('arn:aws:iam::123456789012:user/ada');
});

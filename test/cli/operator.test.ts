import { userInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import { operator } from '../../cli/operator.ts';

/** As in a container that runs under a number without a passwd entry. */
const nobody = () => {
  throw new Error('uv_os_get_passwd returned ENOENT');
};

describe('the operator', () => {
  test('is the account, whatever the environment says', () => {
    expect(operator(undefined, { USER: 'somebody else' })).toBe(userInfo().username);
  });

  test('is what the environment says where the account has no name', () => {
    expect(operator(nobody, { USER: 'ada' })).toBe('ada');
    expect(operator(nobody, { USER: '', LOGNAME: 'grace' })).toBe('grace');
  });

  test('is a number where nothing has a name', () => {
    expect(operator(nobody, {})).toBe(`uid ${process.getuid?.() ?? 'unknown'}`);
  });
});

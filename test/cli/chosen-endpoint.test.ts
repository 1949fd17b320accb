import { describe, expect, test } from 'vitest';
import { chosenEndpoint } from '../../cli/connection.ts';

const sandbox = 'http://127.0.0.1:4566';

describe('where AWS is', () => {
  test.each([
    [undefined, {}, null],
    [undefined, { AWS_ENDPOINT_URL: '' }, null],
    [undefined, { AWS_ENDPOINT_URL: `${sandbox}/` }, sandbox],
    [undefined, { AWS_ENDPOINT_URL: sandbox, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false' }, sandbox],
    [undefined, { AWS_ENDPOINT_URL: sandbox, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }, null],
    [sandbox, { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }, sandbox],
  ])('with --endpoint %s and %o it is %s, as AWS’s own tools have it', (given, env, endpoint) => {
    expect(chosenEndpoint(given, env)).toBe(endpoint);
  });

  test('is no secret where it is nothing that can be asked', () => {
    expect(() => chosenEndpoint('', {})).toThrow(/--endpoint is no http/);
    expect(() => chosenEndpoint(undefined, { AWS_ENDPOINT_URL: 'nowhere' })).toThrow(/AWS_ENDPOINT_URL is no http/);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fleet } from '../../bench/fleet/configuration.ts';
import { parseFailover } from '../../config/define-failover.ts';
import type { FailoverInput } from '../../config/schema.ts';
import { warningsOf } from '../../config/warnings.ts';
import { defaultQuotas, environmentBytesMax } from '../../deployment/limits.ts';

describe('what AWS raises when it is asked is warned of', () => {
  const warned = (input: FailoverInput, path: RegExp) =>
    warningsOf(parseFailover(input)).filter((line) => path.test(line));

  test('as canaries of each observer', () => {
    expect(warned(fleet(66), /canaries, and/)).toEqual([]);
    expect(warned(fleet(67), /^observers\[\d\] is to run 201 canaries/)).toHaveLength(3);
  });

  test('as concurrency that is reserved', () => {
    expect(warned(fleet(60), /^concurrentMoves/)).toEqual([]);
    expect(
      warned({ ...fleet(60), concurrentMoves: 50 }, /^concurrentMoves has each control region reserve 1025/),
    ).toHaveLength(1);
  });
});

test('the page on limits has the numbers that are checked', () => {
  const page = readFileSync('docs/limits.md', 'utf8');

  for (const number of [environmentBytesMax, defaultQuotas.canaries, defaultQuotas.concurrency]) {
    expect(page).toContain(number.toLocaleString('en-US'));
  }
});

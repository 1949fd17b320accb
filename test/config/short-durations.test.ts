import { describe, expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import { pathText } from '../../config/issue-lines.ts';
import { warningsOf } from '../../config/warnings.ts';
import { exampleWith, put } from '../support/configuration.ts';

/** Every duration that a service and the configuration have, as it usually is. */
const usual = JSON.parse(
  JSON.stringify(
    parseFailover(
      exampleWith({
        'services[0].policy': {
          approval: { required: true, deadlineMs: 600_000, onDeadline: 'abort' },
          failback: { automatic: true, greenForMs: 600_000 },
        },
        'services[0].hooks': [
          {
            name: 'scale',
            when: 'prepare',
            functionArn: 'arn:aws:lambda:us-west-2:123456789012:function:scale-up',
            timeoutMs: 300_000,
          },
        ],
      }),
    ),
  ),
);

function durationsIn(value: unknown, path: (string | number)[] = []): (readonly [(string | number)[], number])[] {
  if (typeof value === 'number') return /Ms$/.test(String(path.at(-1))) ? [[path, value]] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    durationsIn(member, [...path, Array.isArray(value) ? Number(name) : name]),
  );
}

const durations = durationsIn(usual);

test('as they usually are, nothing is said', () => {
  expect(warningsOf(parseFailover(usual))).toEqual([]);
  expect(durations.length).toBeGreaterThanOrEqual(30);
});

describe('seconds where milliseconds are meant are refused or warned of:', () => {
  test.each(durations.map(([path, ms]) => [pathText(path), path, ms / 1_000] as const))('%s', (name, path, seconds) => {
    const config = structuredClone(usual);
    put(config, path, seconds);
    // A slow answer is one that comes in time.
    if (name.endsWith('healthy.timeoutMs')) put(config, [...path.slice(0, -1), 'slowMs'], seconds);

    expect(said(config)).toMatch(
      new RegExp(`^${name.replace(/[[\].]/g, '\\$&')} .*(milliseconds|\\d ms|must be at least|is ${seconds},)`, 'm'),
    );
  });
});

test('zero means what it says', () => {
  const config = structuredClone(usual);
  for (const name of ['dwellMs', 'cooldownMs']) put(config, ['services', 0, 'policy', name], 0);
  expect(said(config)).toBe('');
});

function said(config: unknown): string {
  try {
    return warningsOf(parseFailover(config)).join('\n');
  } catch (error) {
    return (error as { mistakes: readonly string[] }).mistakes.join('\n');
  }
}

/** Beyond what a date can be, arithmetic with it throws, where nobody looks for it: in every run after the first move. */
describe('a wait without an end is refused, as one that no clock can tell:', () => {
  test.each(durations.map(([path]) => [pathText(path), path] as const))('%s', (name, path) => {
    const config = structuredClone(usual);
    put(config, path, Number.MAX_SAFE_INTEGER);

    expect(said(config).split('\n')).toContainEqual(expect.stringContaining(name.replace(/\.\w+$/, '')));
    expect(() => parseFailover(config)).toThrow();
  });
});

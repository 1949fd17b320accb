import { expect, test } from 'vitest';
import { options } from '../../build/configuration-page.ts';
import type { Option, Value } from '../../build/options.ts';
import { parseFailover } from '../../config/define-failover.ts';
import { scaleFailover, unscaled } from '../../config/scale.ts';
import type { Failover } from '../../core/service.ts';
import example from '../../understudy.config.ts';

/** Paths of all durations that a configuration may have. */
function durations(members: readonly Option[], prefix = ''): string[] {
  return members.flatMap(({ name, value }) =>
    /Ms$/.test(name) ? [`${prefix}${name}`] : within(value, `${prefix}${name}`),
  );
}

function within(value: Value, path: string): string[] {
  switch (value.kind) {
    case 'object':
      return durations(value.options, `${path}.`);
    case 'list':
      return within(value.of, `${path}[]`);
    case 'record':
      return within(value.of, `${path}.*`);
    case 'any-of':
      return value.values.flatMap((variant) => within(variant, path));
    default:
      return [];
  }
}

const known = [...new Set(durations(options()))];

/** A configuration with a duration at each path, long enough for every floor. */
const dayMs = 86_400_000;
const configured: Record<string, unknown> = {};
for (const path of known) put(configured, path.split('.'));

function put(at: Record<string, unknown>, [name = '', ...rest]: readonly string[]): void {
  const member = name.replace('[]', '');
  if (rest.length === 0) {
    at[member] = dayMs;
    return;
  }
  at[member] ??= name.endsWith('[]') ? [{}] : {};
  put((name.endsWith('[]') ? (at[member] as unknown[])[0] : at[member]) as Record<string, unknown>, rest);
}

const [service] = configured['services'] as [{ lever: object; policy: { approval: object; failback: object } }];
Object.assign(service.lever, { kind: 'beacon' });
Object.assign(service.policy.approval, { required: true });
Object.assign(service.policy.failback, { automatic: true });

function valueAt(path: string, root: unknown): unknown {
  return path.split('.').reduce<unknown>((at, name) => {
    const member = (at as Record<string, unknown>)[name.replace('[]', '')];
    return name.endsWith('[]') ? (member as unknown[])[0] : member;
  }, root);
}

test.each(known)('%s passes as fast as the tempo, or is named as what does not', (path) => {
  const scaled = scaleFailover(configured as unknown as Failover, 10);

  expect(valueAt(path, scaled)).toBe(unscaled.includes(path) ? dayMs : dayMs / 10);
});

test('what is named as unscaled is there', () => {
  expect(known).toEqual(expect.arrayContaining([...unscaled]));
  expect(known.filter((path) => path.startsWith('services[].policy.')).length).toBeGreaterThan(10);
});

test('the example is valid at every tempo that a sandbox may have', () => {
  const written: unknown = JSON.parse(JSON.stringify(example));

  const refused = Array.from({ length: 1_000 }, (_, index) => index + 1).filter((tempo) => !isTaken(tempo));

  expect(refused).toEqual([]);

  function isTaken(tempo: number): boolean {
    try {
      parseFailover(JSON.parse(JSON.stringify(scaleFailover(parseFailover(written, 'example'), tempo))), 'sandbox');
      return true;
    } catch {
      return false;
    }
  }
});

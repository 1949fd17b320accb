import { ConfigurationMistake, parseFailover } from '../../config/define-failover.ts';
import { warningsOf } from '../../config/warnings.ts';
import example from '../../understudy.config.ts';

/** The example with members changed, by path (`services[0].lever.origins["us-east-1"]`); undefined takes a member away. */
export function exampleWith(changes: Readonly<Record<string, unknown>>): unknown {
  const config: unknown = structuredClone(example);
  for (const [path, value] of Object.entries(changes)) put(config, keysOf(path), value);
  return config;
}

export function keysOf(path: string): (string | number)[] {
  return [...path.matchAll(/\[(?:"([^"]*)"|(\d+))\]|([^.[\]]+)/g)].map(([, quoted, index, name]) =>
    index === undefined ? (quoted ?? name ?? '') : Number(index),
  );
}

/** Puts a value where the keys lead, and makes what is not there. */
export function put(config: unknown, keys: readonly (string | number)[], value: unknown): void {
  // biome-ignore lint/suspicious/noExplicitAny: the test writes what no type allows.
  const owner = keys.slice(0, -1).reduce((at: any, key) => (at[key] ??= {}), config as any);
  const last = keys.at(-1) ?? '';
  if (value === undefined) delete owner[last];
  else owner[last] = value;
}

export function mistakesOf(config: unknown): readonly string[] {
  try {
    parseFailover(config);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationMistake) return error.mistakes;
    throw error;
  }
}

export const warningsFor = (config: unknown): readonly string[] => warningsOf(parseFailover(config));

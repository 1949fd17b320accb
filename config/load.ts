import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Failover } from '../core/service.ts';
import { ConfigurationFault, parseFailover } from './define-failover.ts';

/**
 * Loads `understudy.config.ts` (its default export) or a `.json` file. Throws `ConfigurationFault` for anything that is
 * wrong with it, the file's absence and its syntax included.
 */
export async function loadFailover(file: string): Promise<Failover> {
  return parseFailover(file.endsWith('.json') ? await json(file) : await module(file), file);
}

async function json(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new ConfigurationFault([`cannot be read: ${messageOf(cause)}`], file);
  }
}

async function module(file: string): Promise<unknown> {
  if (!existsSync(file))
    throw new ConfigurationFault(['does not exist; copy understudy.config.ts of the repository'], file);
  let loaded: { readonly default?: unknown };
  try {
    loaded = await import(pathToFileURL(resolve(file)).href);
  } catch (cause) {
    throw new ConfigurationFault([`cannot be loaded: ${messageOf(cause)}`], file);
  }
  if (loaded.default === undefined) {
    throw new ConfigurationFault(['has no default export; write: export default defineFailover({ … })'], file);
  }
  return loaded.default;
}

const messageOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));

import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Failover } from '../core/service.ts';
import { leversStackName } from '../deployment/names.ts';
import { accountMistakes } from './arn.ts';
import {
  type CreatedLevers,
  createdOutput,
  createdVariable,
  isCreated,
  parseCreatedLevers,
  requireLevers,
  withCreated,
} from './created-levers.ts';
import { ConfigurationMistake, parseFailover, sourceOf, stageIn } from './define-failover.ts';
import { type Environment, environmentsIn, type Given } from './environments.ts';
import { readJson } from './read-json.ts';
import { warningsOf } from './warnings.ts';

/** The configuration of the folder that a command is run in. */
export const defaultFile = 'understudy.config.ts';

/** What `cdk deploy --outputs-file` is told to write there. */
export const defaultOutputs = 'cdk-outputs.json';

/** The same for a stage: one environment's would be written over another's. */
export const outputsOf = (stage: string | undefined): string =>
  stage === undefined ? defaultOutputs : `cdk-outputs.${stage}.json`;

/** The environment variable that names the stage, for `cdk`, the build and every command. Functions have none: each has its own configuration. */
export const stageVariable = 'UNDERSTUDY_STAGE';

/** Of a person's surroundings; empty is unset. */
export const chosenStage = (env: NodeJS.ProcessEnv = process.env): string | undefined =>
  env[stageVariable] || undefined;

/** Told each warning, a line with the file and the path in it. */
export type Warn = (warning: string) => void;

/** For a person who runs a command: beside what the command prints. */
const onStderr: Warn = (warning) => {
  process.stderr.write(`${warning}\n`);
};

export interface Loading {
  /** One of those in the file; left out, the environment that the file describes itself. */
  readonly stage?: string | undefined;
  /** Told what is valid and hardly meant. */
  readonly warn?: Warn | undefined;
}

/**
 * Loads `understudy.config.ts` (its default export) or a `.json` file. Throws `ConfigurationMistake` for anything that is
 * wrong with it, the file's absence and its syntax included. What a deployment makes for its levers is not in it.
 */
export async function loadFailover(file: string, loading: Loading = {}): Promise<Failover> {
  return (await loadWithInput(file, loading)).failover;
}

/** Every environment of a file, by the name of its stage, the file's own first under none. */
export async function loadStages(file: string, given: Given = {}): Promise<readonly Environment[]> {
  return environmentsIn(await contentOf(file), file, given);
}

/** The same, and what a person wrote, which has no defaults. */
export async function loadWithInput(
  file: string,
  { stage, warn = onStderr }: Loading = {},
): Promise<{ readonly failover: Failover; readonly input: unknown }> {
  const content = await contentOf(file);
  const failover = parseFailover(content, file, stage);
  const { input, written } = stageIn(content, file, stage);
  for (const warning of warningsOf(failover, written)) warn(`${sourceOf(file, stage)}: warning: ${warning}`);
  return { failover, input };
}

const contentOf = (file: string): Promise<unknown> => (file.endsWith('.json') ? json(file) : module(file));

/**
 * The same with every lever complete, as whoever moves traffic needs it. `created` is the text of `UNDERSTUDY_LEVERS`;
 * it may be absent where the configuration has every literal.
 */
export async function loadDeployed(
  file: string,
  created: string | undefined,
  loading: Loading = {},
): Promise<Failover> {
  const failover = await loadFailover(file, loading);
  if (created === undefined || created === '') return requireLevers(failover, file);
  return requireLevers(
    ofOneAccount(withCreated(failover, parseCreatedLevers(created, createdVariable)), createdVariable),
    file,
  );
}

/**
 * The same, as far as its levers are known yet: with what the last deployment made for them, from `outputs`, or else from the file of
 * the stage where it is there.
 */
export async function withOutputs(
  failover: Failover,
  { outputs, stage }: { readonly outputs?: string | undefined; readonly stage?: string | undefined } = {},
): Promise<Failover> {
  const usual = outputsOf(stage);
  const file = outputs ?? (existsSync(usual) ? usual : undefined);
  const made = file === undefined ? null : await loadOutputs(file, failover);
  return made === null ? failover : ofOneAccount(withCreated(failover, made), file ?? usual);
}

/**
 * What was made for the levers, from the file that `cdk deploy --outputs-file` wrote. Null where the deployment made
 * nothing for them; throws `ConfigurationMistake` where the file is not one.
 */
export async function loadOutputs(
  file: string,
  failover: Pick<Failover, 'name' | 'services'>,
): Promise<CreatedLevers | null> {
  const outputs = (await json(file)) as Readonly<Record<string, Readonly<Record<string, unknown>>>> | null;
  const stack = stackOfLevers(outputs ?? {}, failover);
  const value = outputs?.[stack]?.[createdOutput];
  if (value === undefined) {
    refuseOtherDeployment(Object.keys(outputs ?? {}), file, failover);
    return null;
  }
  if (typeof value !== 'string') throw new ConfigurationMistake([`${createdOutput} must be a string`], file);
  return parseCreatedLevers(value, `${file}, ${stack}.${createdOutput}`);
}

/** Under our name, or, where an app has placed the levers into a stack of its own, the one that says what it made. */
function stackOfLevers(outputs: Readonly<Record<string, object>>, failover: Pick<Failover, 'name'>): string {
  const ours = leversStackName(failover);
  if (Object.hasOwn(outputs, ours)) return ours;
  const theirs = Object.keys(outputs).filter(
    (stack) => !isLeversStack(stack) && Object.hasOwn(outputs[stack] ?? {}, createdOutput),
  );
  return theirs.length === 1 ? (theirs[0] ?? ours) : ours;
}

const isLeversStack = (stack: string): boolean => stack === leversStackName({ name: stack.replace(/-levers$/, '') });

/** Throws where what was made for the levers is of another account: the lines of a page would move somebody else's traffic. */
function ofOneAccount(failover: Failover, source: string): Failover {
  const mistakes = [...accountMistakes(failover)];
  if (mistakes.length === 0) return failover;
  throw new ConfigurationMistake(
    mistakes.map(
      ({ path, message }) =>
        `${path.join('.')} ${message}. Is it the file of another deployment? --outputs names yours`,
    ),
    source,
  );
}

/** Levers that are still to be found, and a file that has those of others alone. */
function refuseOtherDeployment(
  stacks: readonly string[],
  file: string,
  failover: Pick<Failover, 'name' | 'services'>,
): void {
  const others = stacks.filter(isLeversStack);
  if (others.length === 0 || !failover.services.some(({ lever }) => isCreated(lever))) return;
  throw new ConfigurationMistake(
    [`is of ${others.join(', ')}, and this deployment has ${leversStackName(failover)}: --outputs names its file`],
    file,
  );
}

const json = (file: string): Promise<unknown> =>
  readJson(file).catch((cause: unknown) => {
    throw new ConfigurationMistake([messageOf(cause)], file);
  });

/** When a file had been changed that was loaded under its plain address, in milliseconds. */
const loadedAsOf = new Map<string, number>();

/** A module is loaded once for each address: one that was changed since needs another. */
function freshly(file: string): string {
  const { href } = pathToFileURL(file);
  const { mtimeMs } = statSync(file);
  const plain = loadedAsOf.get(file) ?? mtimeMs;
  loadedAsOf.set(file, plain);
  return plain === mtimeMs ? href : `${href}?${mtimeMs}`;
}

async function module(file: string): Promise<unknown> {
  if (!existsSync(file))
    throw new ConfigurationMistake([`does not exist; copy ${defaultFile} of the repository`], file);
  let loaded: { readonly default?: unknown };
  try {
    loaded = await imported(freshly(resolve(file)));
  } catch (cause) {
    throw new ConfigurationMistake([`cannot be loaded: ${messageOf(cause)}`], file);
  }
  if (loaded.default === undefined) {
    throw new ConfigurationMistake(['has no default export; write: export default defineFailover({ … })'], file);
  }
  return loaded.default;
}

/** Node runs TypeScript by itself from 22.18 on. The package brings what runs it before; the repository has a Node of its own. */
async function imported(url: string): Promise<{ readonly default?: unknown }> {
  const isTypeScript = /\.[cm]?ts(\?|$)/.test(url);
  if (!isTypeScript || process.features.typescript) return import(url);
  const runner: string = 'jiti';
  const { createJiti } = (await import(runner)) as {
    createJiti(from: string): { import(url: string): Promise<{ readonly default?: unknown }> };
  };
  return createJiti(import.meta.url).import(url);
}

const messageOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));

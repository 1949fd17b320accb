import type { FailoverInput } from './failover-input.ts';
import { at, isObject, keyOf, merged } from './overlay.ts';

/*
 * Environments of one file. The file describes one, and `stages` says by name what is otherwise in the others.
 */

/** What a stage says otherwise. A list whose members have a name, or a region, may be written as an object by these. */
export type Overrides<T> = T extends readonly (infer Member)[]
  ? T | (Member extends { name: string } | { region: string } ? Record<string, Overrides<Member> | null> : never)
  : T extends object
    ? { [Key in keyof T]?: Overrides<T[Key]> | undefined }
    : T;

/** Of a service, above which nothing is free-form: what a probe sends is written whole. */
export type StageInput = Overrides<FailoverInput>;

/** What `understudy.config.ts` exports: one environment, and what others of the same file have otherwise. */
export interface StagedInput extends FailoverInput {
  /** Other environments, by name: each has everything of this one but what it says. Chosen by `--stage` or `UNDERSTUDY_STAGE`. */
  stages?: Readonly<Record<string, StageInput>> | undefined;
}

/** A stage was asked for that is not there, or `stages` is none; the message follows the name of the file. */
export class StageMistake extends Error {
  override readonly name = 'StageMistake';
}

/** One environment out of a file. */
export interface Staged {
  /** As if it alone had been written. */
  readonly input: unknown;
  /** Where in the file the member is that stands at this path of `input`. */
  readonly written: (path: readonly PropertyKey[]) => readonly PropertyKey[];
}

/** Throws `StageMistake`. Without a `stage`, the environment that the file describes itself. */
export function staged(file: unknown, stage: string | undefined): Staged {
  if (!isObject(file)) return { input: file, written: (path) => path };
  const { stages, ...base } = file;
  if (stage === undefined) return { input: stages === undefined ? file : base, written: (path) => path };
  const overrides = at(stagesOf(file), stage);
  if (!isObject(overrides)) {
    const known = Object.keys(stagesOf(file));
    const there = known.length === 0 ? 'it has no stages' : `there are ${known.join(', ')}`;
    throw new StageMistake(`stages.${stage} is missing; ${there}`);
  }
  const named = { name: stage, ...overrides };
  const input = merged(base, named);
  return { input, written: (path) => written(path, { base, named, input }, stage) };
}

/** By name. Throws `StageMistake` where they are none. */
export function stagesOf(file: unknown): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const stages = isObject(file) ? (file['stages'] ?? {}) : {};
  if (!isObject(stages)) throw new StageMistake('stages must be an object, with a stage by each name');
  for (const [name, stage] of Object.entries(stages)) {
    if (!/^[a-z][a-z0-9-]{0,39}$/.test(name)) {
      throw new StageMistake(`stages.${name} must have a name of 1 to 40 lower-case letters, digits or -`);
    }
    if (!isObject(stage)) throw new StageMistake(`stages.${name} must be an object, with what is otherwise there`);
  }
  return stages as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface Layers {
  readonly base: unknown;
  readonly named: unknown;
  readonly input: unknown;
}

/** Of the stage where it says anything there, or where its owner is there alone; else of the environment that it inherits. */
function written(path: readonly PropertyKey[], layers: Layers, stage: string): readonly PropertyKey[] {
  let { base, named, input } = layers;
  const inBase: PropertyKey[] = [];
  const inStage: PropertyKey[] = ['stages', stage];
  let isSaid = true;
  for (const part of path) {
    const member = at(input, part);
    const isKeyed = typeof part === 'number' && Array.isArray(input);
    const key = isKeyed ? keyOf(member) : undefined;
    const index = key === undefined || !Array.isArray(base) ? part : base.findIndex((each) => keyOf(each) === key);
    const name = key !== undefined && isObject(named) ? key : part;
    const next = at(named, name);
    const inherited = at(base, index);
    if (next === undefined && !(isSaid && base === undefined)) isSaid = false;
    inBase.push(index);
    inStage.push(name);
    base = inherited;
    named = next;
    input = member;
  }
  return isSaid ? inStage : inBase;
}

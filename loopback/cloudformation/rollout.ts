import { isDeepStrictEqual } from 'node:util';
import { ResourceError } from './error.ts';
import { evaluate, type Scope } from './intrinsics.ts';
import { removal } from './removal.ts';
import type { Made, ResourceType } from './resource-type.ts';
import type { StackResource } from './stack.ts';
import type { Template } from './template.ts';
import { whereOf } from './where.ts';
import { teller, typeOf, type Work } from './work.ts';

/** A stack on its way to what a template says. */
export interface Rollout extends Work {
  readonly template: Template;
  readonly order: readonly string[];
  readonly scope: Scope;
  /** Takes back what was done so far, the last first. */
  undo?: () => Promise<void>;
  /** Removes what the template no longer has, and what was replaced. */
  cleanUp?: () => Promise<void>;
}

/**
 * Makes and changes resources in order. What is no longer wanted goes at the end, by `cleanUp`, as CloudFormation does it: nothing
 * is taken away before all that is new is there. Rejects with the first failure.
 */
export async function rollout(work: Rollout): Promise<void> {
  const { stack, template, order, scope } = work;
  const before = new Map(stack.resources);
  const undone: (() => Promise<unknown>)[] = [];
  const replaced: [string, StackResource][] = [];
  work.undo = async () => {
    for (const step of undone.reverse()) await step().catch(() => undefined);
  };
  work.cleanUp = async () => {
    const gone = [...before].filter(([id]) => !stack.resources.has(id));
    await removal(work, [...replaced.reverse(), ...gone.reverse()], { replaced: new Set(replaced.map(([id]) => id)) });
  };
  const next = new Map<string, StackResource>();
  // References see what stands now: what was there before, and what this rollout made of it.
  for (const id of order) {
    const described = template.Resources[id];
    if (described === undefined) continue;
    if (described.Condition !== undefined && !scope.condition(described.Condition)) continue;
    const existing = before.get(id);
    const resource = await settle(work, id, existing, { undone, replaced });
    next.set(id, resource);
    stack.resources.set(id, resource);
  }
  stack.resources = next;
}

interface Ledger {
  readonly undone: (() => Promise<unknown>)[];
  readonly replaced: [string, StackResource][];
}

async function settle(
  work: Rollout,
  id: string,
  existing: StackResource | undefined,
  { undone, replaced }: Ledger,
): Promise<StackResource> {
  const { stack, template, scope, providers } = work;
  const described = template.Resources[id];
  if (described === undefined) throw new ResourceError(`there is no resource ${id}`);
  const { Type: type, DeletionPolicy, UpdateReplacePolicy } = described;
  const tell = teller(work, id, type);
  const verb = existing === undefined ? 'CREATE' : 'UPDATE';
  try {
    const played = typeOf(work, type);
    const given = evaluate(described.Properties, scope);
    const properties = played.read(given);
    const resource = (made: Made): StackResource => ({
      type,
      given,
      properties,
      made,
      deletionPolicy: DeletionPolicy,
      updateReplacePolicy: UpdateReplacePolicy,
    });
    if (existing !== undefined && existing.type !== type) {
      throw new ResourceError(
        `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${id}]`,
      );
    }
    if (existing !== undefined && isDeepStrictEqual(existing.given, given))
      return { ...resource(existing.made), properties };
    const where = whereOf(work, id);
    if (
      existing !== undefined &&
      played.update !== undefined &&
      !isReplacement(played, existing.properties, properties)
    ) {
      tell('UPDATE_IN_PROGRESS', existing.made.id);
      const made = await played.update(properties, existing.made, where, providers, existing.properties);
      undone.push(async () => {
        stack.resources.set(id, existing);
        await played.update?.(existing.properties, made, where, providers, properties);
      });
      tell('UPDATE_COMPLETE', made.id);
      return resource(made);
    }
    const name = played.claim(properties);
    if (existing !== undefined && name !== undefined && name === played.claim(existing.properties)) {
      throw new ResourceError(
        `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${name} and update the stack again.`,
      );
    }
    const release = claim(work, type, name);
    tell(`${verb}_IN_PROGRESS`, '');
    let made: Made;
    try {
      made = await played.create(properties, where, providers);
    } catch (thrown) {
      release();
      throw thrown;
    }
    const created = resource(made);
    undone.push(async () => {
      if (existing !== undefined) stack.resources.set(id, existing);
      else stack.resources.delete(id);
      // What a failed creation leaves is kept only where the policy says so without exception.
      await removal(work, [[id, { ...created, deletionPolicy: DeletionPolicy === 'Retain' ? 'Retain' : 'Delete' }]]);
    });
    if (existing !== undefined) replaced.push([id, existing]);
    tell(`${verb}_COMPLETE`, made.id);
    return created;
  } catch (thrown) {
    const because = thrown instanceof Error ? thrown.message : String(thrown);
    tell(`${verb}_FAILED`, existing?.made.id ?? '', because);
    throw new ResourceError(`${stack.name} (${stack.region}), ${id} (${type}): ${because}`, { cause: thrown });
  }
}

function isReplacement(
  type: ResourceType,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): boolean {
  return type.immutable.some((property) => !isDeepStrictEqual(before[property], after[property]));
}

/** Two resources of a type cannot have one name in a region. Returns what gives the name back. */
function claim({ claims, stack }: Work, type: string, name: string | undefined): () => void {
  if (name === undefined) return () => {};
  const key = `${type}/${stack.region}/${name}`;
  const holder = claims.get(key);
  if (holder !== undefined) {
    throw new ResourceError(`${name} already exists in stack ${holder}`);
  }
  claims.set(key, stack.name);
  return () => claims.delete(key);
}

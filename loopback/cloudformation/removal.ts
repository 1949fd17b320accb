import type { StackResource } from './stack.ts';
import { whereOf } from './where.ts';
import { teller, typeOf, type Work } from './work.ts';

/**
 * Removes resources in the order given, and goes on where one cannot be removed. What a policy retains stays, with its name.
 * Returns the logical ids of those that are still there and should not be.
 */
export async function removal(
  work: Work,
  resources: readonly (readonly [string, StackResource])[],
  { replaced = new Set() }: { readonly replaced?: ReadonlySet<string> } = {},
): Promise<readonly string[]> {
  const { stack, claims, providers } = work;
  const failed: string[] = [];
  for (const [id, { type, properties, made, deletionPolicy, updateReplacePolicy }] of resources) {
    const tell = teller(work, id, type);
    const policy = replaced.has(id) ? updateReplacePolicy : deletionPolicy;
    if (policy !== 'Delete') {
      tell('DELETE_SKIPPED', made.id);
      continue;
    }
    tell('DELETE_IN_PROGRESS', made.id);
    try {
      const played = typeOf(work, type);
      await played.remove(properties, made, whereOf(work, id), providers);
      const name = played.claim(properties);
      if (name !== undefined) claims.delete(`${type}/${stack.region}/${name}`);
      tell('DELETE_COMPLETE', made.id);
    } catch (thrown) {
      failed.push(id);
      tell('DELETE_FAILED', made.id, thrown instanceof Error ? thrown.message : String(thrown));
    }
  }
  return failed;
}

/** One statement of a function's policy: always an Allow, of data-plane actions alone. */
export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** None where there is nothing to allow it on: a policy without resources is refused. */
export const allowAny = (actions: readonly string[], resources: readonly string[]): readonly Permission[] =>
  resources.length === 0 ? [] : [allow(actions, [...new Set(resources)])];

export const allow = (
  actions: readonly string[],
  resources: readonly string[],
  conditions?: Permission['conditions'],
): Permission => ({ actions, resources, ...(conditions !== undefined && { conditions }) });

/** Statements that differ in their resources alone, as one: several services may share a store. */
export function merged(permissions: readonly Permission[]): readonly Permission[] {
  const byRest = new Map<string, Permission>();
  for (const permission of permissions) {
    const rest = JSON.stringify([permission.actions, permission.conditions]);
    const resources = [...(byRest.get(rest)?.resources ?? []), ...permission.resources];
    byRest.set(rest, { ...permission, resources: [...new Set(resources)] });
  }
  return [...byRest.values()];
}

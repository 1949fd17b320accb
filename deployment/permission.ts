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

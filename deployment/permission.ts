/** One statement of a function's policy: always an Allow, of data-plane actions alone. */
export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export const allow = (
  actions: readonly string[],
  resources: readonly string[],
  conditions?: Permission['conditions'],
): Permission => ({ actions, resources, ...(conditions !== undefined && { conditions }) });

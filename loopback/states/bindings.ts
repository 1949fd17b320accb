import type { Json } from './json.ts';

/** What an expression may name, besides jsonata's own functions. */
export interface Bindings {
  /** `$states`, made when an expression asks for it. */
  readonly states: () => unknown;
  readonly variables: Readonly<Record<string, Json>>;
  readonly functions: Readonly<Record<string, unknown>>;
}

import type { Report } from './report.ts';

export type Raw = { readonly [field: string]: unknown };

/** What the parts of one definition share. */
export interface Surroundings {
  readonly report: Report;
  /** What states without a language of their own speak; a Map's or Parallel's own says nothing for those inside. */
  readonly language: 'JSONata' | 'JSONPath';
  /** Whether any state at all is in JSONata. */
  readonly someJsonata: boolean;
  /** State names are unique in the whole definition. */
  readonly names: Set<string>;
  /** For the states inside a state: those of a branch or of an item processor, whose `path` is given. */
  diagnoseStates(raw: Raw, otherFields: readonly string[], path: string): void;
}

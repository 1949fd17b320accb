export interface Diagnostic {
  readonly code: string;
  readonly message: string;
  /** Where in the definition, as `/States/X/Output/a`. */
  readonly location: string;
}

export function diagnose(definition: string): Diagnostic[] {
  JSON.parse(definition);
  return [];
}

/** One reason why a definition is refused. https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinitionDiagnostic.html */
export interface Diagnostic {
  readonly code: Code;
  readonly message: string;
  /** Where in the definition, as `/States/X/Output/a`; absent where it is about all of it. */
  readonly location?: string;
}

export type Code =
  | 'INVALID_JSON_DESCRIPTION'
  | 'SCHEMA_VALIDATION_FAILED'
  | 'INVALID_RESOURCE'
  | 'MISSING_END_STATE'
  | 'DUPLICATE_STATE_NAME'
  | 'INVALID_STATE_NAME'
  | 'MISSING_TRANSITION_TARGET'
  | 'INVALID_JSONATA_EXPRESSION'
  | 'UNSUPPORTED_JSONATA_EXPRESSION';

/** Takes down what is wrong, in the order in which it was found. */
export class Report {
  readonly diagnostics: Diagnostic[] = [];

  add(code: Code, message: string, location?: string): void {
    this.diagnostics.push({ code, message, ...(location !== undefined && { location }) });
  }

  schema(message: string, location: string): void {
    this.add('SCHEMA_VALIDATION_FAILED', message, location);
  }

  /** Answers whether all of them are there. */
  require(raw: object, fields: readonly string[], location: string): boolean {
    const missing = fields.filter((field) => !Object.hasOwn(raw, field));
    if (missing.length > 0) this.schema(`These fields are required: [${missing.join(', ')}]`, location);
    return missing.length === 0;
  }
}

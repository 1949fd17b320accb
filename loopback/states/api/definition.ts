import { AwsError } from '../../aws/service.ts';
import { compile } from '../compile.ts';
import type { Machine } from '../machine.ts';
import { diagnose } from '../validate/diagnose.ts';
import type { Diagnostic } from '../validate/report.ts';

export function compileDefinition(definition: string): Machine {
  refuse(diagnose(definition));
  return compile(JSON.parse(definition));
}

/** Throws what the service answers where a definition has faults. */
export function refuse(diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length === 0) return;
  const said = diagnostics
    .map(({ code, message, location }) => `${code}: ${message} at ${location ?? null}`)
    .join(', ');
  throw new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${said}'`);
}

import { isObject } from '../json.ts';
import { diagnoseMachine } from './machine.ts';
import type { Diagnostic } from './report.ts';
import { Report } from './report.ts';

/**
 * Everything for which a definition must be refused: what the service refuses, in its words where they are known, and
 * what the sandbox does not run (JSONPath, distributed maps, services that it lacks), in its own.
 */
export function diagnose(definition: string): readonly Diagnostic[] {
  const report = new Report();
  const raw = parse(definition, report);
  if (raw !== undefined) {
    if (isObject(raw)) diagnoseMachine(raw, report);
    else report.schema('A state machine must be a JSON object', '/');
  }
  return report.diagnostics;
}

function parse(definition: string, report: Report): unknown {
  try {
    return JSON.parse(definition);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    report.add('INVALID_JSON_DESCRIPTION', error.message, '/');
    return undefined;
  }
}

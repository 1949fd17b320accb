import { isObject } from '../json.ts';
import type { Report } from './report.ts';
import { diagnoseState } from './state.ts';
import type { Raw, Surroundings } from './surroundings.ts';
import { diagnoseTransitions } from './transitions.ts';

export function diagnoseMachine(raw: Raw, report: Report): void {
  const language = raw['QueryLanguage'] ?? 'JSONPath';
  if (language !== 'JSONata' && language !== 'JSONPath') {
    report.schema("'QueryLanguage' must be one of [JSONPath, JSONata]", '/QueryLanguage');
    return;
  }
  const timeout = raw['TimeoutSeconds'];
  if (
    timeout !== undefined &&
    !(Number.isInteger(timeout) && (timeout as number) > 0 && (timeout as number) <= 99_999_999)
  ) {
    report.schema("The field 'TimeoutSeconds' must be an integer from 1 to 99999999", '/TimeoutSeconds');
  }
  const surroundings: Surroundings = {
    report,
    language,
    someJsonata: language === 'JSONata' || JSON.stringify(raw).includes('"QueryLanguage":"JSONata"'),
    names: new Set(),
    diagnoseStates: (inner, otherFields, path) => diagnoseStates(inner, otherFields, path, surroundings),
  };
  surroundings.diagnoseStates(raw, ['Version', 'TimeoutSeconds', 'QueryLanguage'], '');
  if (report.diagnostics.length === 0 && !hasEnd(raw))
    report.add('MISSING_END_STATE', 'Workflow has no terminal state');
}

/** The states of a definition, of a branch or of an item processor; `path` is where it stands. */
function diagnoseStates(raw: Raw, otherFields: readonly string[], path: string, surroundings: Surroundings): void {
  const { report, names } = surroundings;
  const allowed = ['Comment', 'StartAt', 'States', ...otherFields];
  for (const field of Object.keys(raw)) {
    if (!allowed.includes(field)) report.schema(`Field '${field}' is not supported`, path || '/');
  }
  if (!report.require(raw, ['States', 'StartAt'], path || '/')) return;
  const states = raw['States'];
  if (!isObject(states) || Object.keys(states).length === 0) {
    report.schema("The field 'States' must be an object with at least one state", `${path}/States`);
    return;
  }
  for (const [name, state] of Object.entries(states)) {
    const location = `${path}/States/${name}`;
    if (name.length === 0 || name.length > 80)
      report.add('INVALID_STATE_NAME', 'A state name has 1 to 80 characters', location);
    if (names.has(name)) report.add('DUPLICATE_STATE_NAME', `Duplicate state name: ${name}`, location);
    names.add(name);
    if (isObject(state)) diagnoseState(state, location, surroundings);
    else report.schema('A state must be a JSON object', location);
  }
  diagnoseTransitions(raw, path, report);
}

function hasEnd(raw: Raw): boolean {
  return Object.values(raw['States'] as Record<string, Raw>).some(
    (state) => state['End'] === true || state['Type'] === 'Succeed' || state['Type'] === 'Fail',
  );
}

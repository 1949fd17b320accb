import { isObject } from '../json.ts';
import type { Report } from './report.ts';
import type { Raw } from './surroundings.ts';

interface Target {
  readonly field: string;
  readonly name: unknown;
  readonly location: string;
}

/** Every target is a state of the same machine, and every state is some other's target or the start. */
export function diagnoseTransitions(raw: Raw, path: string, report: Report): void {
  const states = raw['States'] as Record<string, unknown>;
  const targets: Target[] = [{ field: 'StartAt', name: raw['StartAt'], location: `${path}/StartAt` }];
  for (const [name, state] of Object.entries(states)) {
    if (isObject(state)) targets.push(...targetsOf(state, `${path}/States/${name}`));
  }
  for (const { field, name, location } of targets) {
    if (typeof name === 'string' && !Object.hasOwn(states, name)) {
      report.add('MISSING_TRANSITION_TARGET', `Missing '${field}' target: ${name}`, location);
    }
  }
  const reached = new Set(targets.map((target) => target.name));
  for (const name of Object.keys(states)) {
    if (reached.has(name)) continue;
    report.add('MISSING_TRANSITION_TARGET', `State "${name}" is not reachable.`, `${path}/States/${name}`);
  }
}

function targetsOf(state: Raw, location: string): Target[] {
  const found: Target[] = [];
  const look = (raw: Raw, field: string, at: string): void => {
    if (raw[field] !== undefined) found.push({ field, name: raw[field], location: `${at}/${field}` });
  };
  look(state, 'Next', location);
  look(state, 'Default', location);
  for (const list of ['Choices', 'Catch']) {
    const entries = Array.isArray(state[list]) ? state[list] : [];
    for (const [index, entry] of entries.entries())
      if (isObject(entry)) look(entry, 'Next', `${location}/${list}[${index}]`);
  }
  return found;
}

import type { Flow } from '../../asl.ts';
import { assignedBy, edgesIn, flowsIn } from '../../flows.ts';
import { expressionsOf, namesOf } from '../expressions.ts';
import type { Rule } from '../finding.ts';
import { isKnownFunction } from './known-functions.ts';

/**
 * A variable that is read must have been assigned, whichever way led there: reading one that was not ends the execution.
 * A Parallel's branch and a Map's inside see the variables around them and keep their own; they may not use a name twice.
 * https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
 */
export const assignedVariables: Rule = {
  name: 'assigned-variables',
  check: (machine) => checkFlow(machine, new Set(), new Set()),
};

type Problem = { readonly state: string; readonly message: string };

function checkFlow(flow: Flow, inherited: ReadonlySet<string>, outer: ReadonlySet<string>): Problem[] {
  const problems: Problem[] = [];
  const own = Object.values(flow.States).flatMap((state) => [...assignedBy(state)]);
  const visible = new Set([...outer, ...own]);
  const there = assignedAt(flow, inherited);
  for (const [state, definition] of Object.entries(flow.States)) {
    const assigned = there.get(state);
    // What cannot be reached is another rule's concern.
    if (assigned === undefined) continue;
    for (const { place, expression } of expressionsOf(definition)) {
      for (const name of namesOf(expression)?.variables ?? []) {
        if (name === 'states' || name === 'eval' || assigned.has(name) || isKnownFunction(name)) continue;
        const why = visible.has(name) ? 'which is not assigned on every way there' : 'which nothing assigns';
        problems.push({ state, message: `${place} reads $${name}, ${why}` });
      }
    }
    for (const name of assignedBy(definition)) {
      if (outer.has(name)) problems.push({ state, message: `assigns $${name}, a variable of the flow around it` });
    }
    for (const inner of flowsIn(definition)) problems.push(...checkFlow(inner, assigned, visible));
  }
  return problems;
}

/** The variables that are assigned when a state is entered, whichever way led there; states that no way leads to are left out. */
function assignedAt(flow: Flow, inherited: ReadonlySet<string>): Map<string, ReadonlySet<string>> {
  const edges = edgesIn(flow);
  const there = new Map<string, ReadonlySet<string>>([[flow.StartAt, inherited]]);
  // Sets only shrink, so this ends.
  for (let changed = true; changed; ) {
    changed = false;
    for (const { from, to, assigned } of edges) {
      const before = there.get(from);
      if (before === undefined) continue;
      const after = new Set([...before, ...assigned]);
      const known = there.get(to);
      const both = known === undefined ? after : new Set([...known].filter((name) => after.has(name)));
      if (known?.size === both.size) continue;
      there.set(to, both);
      changed = true;
    }
  }
  return there;
}

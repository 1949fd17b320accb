import type { Flow, State, StateMachine } from './asl.ts';
import { type Edge, edgesOf, flowsIn } from './flows.ts';

/** A machine as a Mermaid `stateDiagram-v2`. A way that only errors lead is labelled with them. */
export function diagram(machine: StateMachine): string {
  return ['stateDiagram-v2', ...indented(flowLines(machine))].join('\n');
}

function flowLines(flow: Flow): string[] {
  return [
    `[*] --> ${idOf(flow.StartAt)}`,
    ...Object.entries(flow.States).flatMap(([name, state]) => [...stateLines(name, state), ...wayLines(name, state)]),
  ];
}

function stateLines(name: string, state: State): string[] {
  const id = idOf(name);
  const flows = flowsIn(state);
  if (flows.length > 0) {
    const inside = flows.flatMap((flow, index) => [...(index > 0 ? ['--'] : []), ...flowLines(flow)]);
    return [`state ${id} {`, ...indented(inside), '}'];
  }
  if (id !== name) return [`state "${name}" as ${id}`];
  return [];
}

/** Ways between the same two states are one arrow, with the reasons for each. */
function wayLines(name: string, state: State): string[] {
  const byTarget = new Map<string, Set<string>>();
  for (const edge of edgesOf(name, state)) {
    const labels = byTarget.get(edge.to) ?? new Set();
    byTarget.set(edge.to, labels.add(labelOf(edge)));
  }
  const ways = [...byTarget].map(([to, labels]) => {
    const label = labels.has('') ? '' : ` : ${[...labels].join(', ')}`;
    return `${idOf(name)} --> ${idOf(to)}${label}`;
  });
  const ends = state.Type === 'Succeed' || state.Type === 'Fail' || ('End' in state && state.End === true);
  return ends ? [...ways, `${idOf(name)} --> [*]`] : ways;
}

/** Empty for the way that is meant. */
function labelOf({ kind, errors = [] }: Edge): string {
  if (kind === 'default') return 'else';
  return errors
    .map((error) => (error === 'States.ALL' ? 'error' : error.replace('States.', '').toLowerCase()))
    .join(', ');
}

const idOf = (name: string): string => name.replaceAll(/[^A-Za-z0-9]/g, '_');

const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

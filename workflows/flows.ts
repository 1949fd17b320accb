import type { Assign, Flow, State } from './asl.ts';

/** A machine's own flow, then every flow inside its states, however deep. */
export function allFlows(flow: Flow): Flow[] {
  return [flow, ...Object.values(flow.States).flatMap((state) => flowsIn(state).flatMap(allFlows))];
}

export function allStates(flow: Flow): [name: string, state: State][] {
  return allFlows(flow).flatMap(({ States }) => Object.entries(States));
}

/** The flows inside a state: branches of a Parallel, the inside of a Map. */
export function flowsIn(state: State): readonly Flow[] {
  if (state.Type === 'Parallel') return state.Branches;
  return state.Type === 'Map' ? [state.ItemProcessor] : [];
}

/** A way from a state to another one of its flow. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'next' | 'rule' | 'default' | 'catch';
  /** Names of the variables that it sets. */
  readonly assigned: readonly string[];
  /** Of a Choice's rule. */
  readonly condition?: string;
  /** Of a Catch. */
  readonly errors?: readonly string[];
}

export function edgesIn(flow: Flow): Edge[] {
  return Object.entries(flow.States).flatMap(([name, state]) => edgesOf(name, state));
}

export function edgesOf(from: string, state: State): Edge[] {
  const edges: Edge[] = [];
  if (state.Type === 'Choice') {
    for (const { Next: to, Assign, Condition: condition } of state.Choices) {
      edges.push({ from, to, kind: 'rule', assigned: namesIn(Assign), condition });
    }
    if (state.Default !== undefined) {
      edges.push({ from, to: state.Default, kind: 'default', assigned: namesIn(state.Assign) });
    }
  }
  if ('Next' in state && state.Next !== undefined) {
    edges.push({ from, to: state.Next, kind: 'next', assigned: namesIn(state.Assign) });
  }
  if ('Catch' in state) {
    for (const { Next: to, Assign, ErrorEquals: errors } of state.Catch ?? [])
      edges.push({ from, to, kind: 'catch', assigned: namesIn(Assign), errors });
  }
  return edges;
}

const namesIn = (assign: Assign | undefined): string[] => Object.keys(assign ?? {});

/** Every variable that a state may set, whichever way it is left. */
export function assignedBy(state: State): Set<string> {
  const places = [
    state,
    ...(state.Type === 'Choice' ? state.Choices : []),
    ...('Catch' in state ? (state.Catch ?? []) : []),
  ];
  return new Set(places.flatMap((place) => ('Assign' in place ? namesIn(place.Assign) : [])));
}

/** The names that can be come to from `start`, itself included. */
export function reachableFrom(start: string, edges: readonly Edge[]): Set<string> {
  const reached = new Set([start]);
  for (const name of reached) for (const { from, to } of edges) if (from === name) reached.add(to);
  return reached;
}

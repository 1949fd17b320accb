import { expressionOf } from '../../asl.ts';
import { allFlows, type Edge, edgesIn, reachableFrom } from '../../flows.ts';
import { namesOf } from '../expressions.ts';
import type { Rule } from '../finding.ts';

/**
 * Every way round passes a Choice's rule whose condition reads a declared bound, and the bound changes on the way: else
 * the loop may turn for ever, or until the history is full.
 */
export const boundedCycles: Rule = {
  name: 'bounded-cycles',
  check: (machine, { bounds }) =>
    allFlows(machine).flatMap((flow) => {
      const edges = edgesIn(flow);
      const unbounded = edges.filter((edge) => !isBounded(edge, edges, bounds));
      return Object.keys(flow.States)
        .filter((state) => unbounded.some(({ from, to }) => from === state && reachableFrom(to, unbounded).has(state)))
        .map((state) => ({ state, message: `is in a cycle that none of ${bounds.join(', ')} ends` }));
    }),
};

function isBounded(edge: Edge, edges: readonly Edge[], bounds: readonly string[]): boolean {
  const read = namesOf(expressionOf(edge.condition ?? '') ?? '')?.variables;
  if (edge.kind !== 'rule' || read === undefined) return false;
  const loop = edges.filter(({ from, to }) => connected(edge.to, from, edges) && connected(to, edge.from, edges));
  return bounds.some((bound) => read.has(bound) && loop.some(({ assigned }) => assigned.includes(bound)));
}

const connected = (from: string, to: string, edges: readonly Edge[]): boolean => reachableFrom(from, edges).has(to);

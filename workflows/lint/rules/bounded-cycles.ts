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
  if (edge.condition === undefined) return false;
  const read = namesOf(expressionOf(edge.condition) ?? '')?.variables;
  // What lies on a way round over this edge can be come to from its end, and can come to its start.
  const after = reachableFrom(edge.to, edges);
  const before = reachableFrom(edge.from, edges.map(reversed));
  const loop = edges.filter(({ from, to }) => after.has(from) && before.has(to));
  return bounds.some((bound) => read?.has(bound) && [edge, ...loop].some(({ assigned }) => assigned.includes(bound)));
}

const reversed = (edge: Edge): Edge => ({ ...edge, from: edge.to, to: edge.from });

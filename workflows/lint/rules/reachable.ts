import { allFlows, edgesIn, reachableFrom } from '../../flows.ts';
import type { Rule } from '../finding.ts';

export const reachable: Rule = {
  name: 'reachable',
  check: (machine) =>
    allFlows(machine).flatMap((flow) => {
      const reached = reachableFrom(flow.StartAt, edgesIn(flow));
      return Object.keys(flow.States)
        .filter((state) => !reached.has(state))
        .map((state) => ({ state, message: 'no way leads here' }));
    }),
};

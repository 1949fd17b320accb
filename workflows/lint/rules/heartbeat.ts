import { allStates } from '../../flows.ts';
import type { Rule } from '../finding.ts';

/** A heartbeat that is due after the timeout never counts. */
export const heartbeat: Rule = {
  name: 'heartbeat',
  check: (machine) =>
    allStates(machine).flatMap(([state, definition]) => {
      if (definition.Type !== 'Task') return [];
      const { HeartbeatSeconds: beat, TimeoutSeconds: timeout } = definition;
      if (typeof beat !== 'number' || typeof timeout !== 'number' || beat < timeout) return [];
      return [{ state, message: `HeartbeatSeconds ${beat} is not below TimeoutSeconds ${timeout}` }];
    }),
};

import type { Policy } from './service.ts';

/**
 * How long one run keeps looking, in milliseconds, before it ends as held and people hear why. Alarms of one request a minute begin it up
 * to a minute late, and an outage is told within two: so it is no sum, and a long dwell leaves time for three bursts after it.
 */
export const looksForMs = ({ dwellMs, recheckForMs }: Pick<Policy, 'dwellMs' | 'recheckForMs'>): number =>
  Math.max(recheckForMs, dwellMs + afterDwellMs);

const afterDwellMs = 15_000;

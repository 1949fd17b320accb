import type { RecordSet } from './record.ts';

/**
 * Which of the record sets with one name and type are answered: for a failover pair the primary while it is healthy, else
 * the secondary while that is; and when nothing is healthy Route 53 treats everything as healthy, so the primary again.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
 */
export function choose(
  sets: readonly RecordSet[],
  isHealthy: (healthCheckId: string) => boolean,
): readonly RecordSet[] {
  const failover = sets.filter((set) => set.failover !== undefined);
  if (failover.length === 0) return sets;

  const ranked = [...failover].sort((a, b) => rank(a) - rank(b));
  const chosen = ranked.find((set) => set.healthCheckId === undefined || isHealthy(set.healthCheckId)) ?? ranked[0];
  return chosen === undefined ? [] : [chosen];
}

const rank = (set: RecordSet) => (set.failover === 'PRIMARY' ? 0 : 1);

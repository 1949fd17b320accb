import type { Service } from './service.ts';

/** Services by the tier that they name, the lowest first; those that name none are of the first. */
export function tiersOf(services: readonly Service[]): readonly (readonly Service[])[] {
  const byTier = Map.groupBy(services, ({ tier }) => tier ?? 1);
  return [...byTier].sort(([a], [b]) => a - b).map(([, tier]) => tier);
}

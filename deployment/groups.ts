import { createHash } from 'node:crypto';
import type { Service } from '../core/service.ts';

/** Two digits, `00` to `99`. */
export type Group = string;

/**
 * So many that a thousand services are about ten in each group and hardly more than twenty, whose resources fill no stack. The number
 * may never change: services would go to other stacks, and CloudFormation would make what it has not taken away yet.
 */
const groups = 100;

/** The group of a name, by the name alone: whatever else is added, removed or put in another order, it stays where it is. */
export const groupOf = (name: string): Group =>
  String(createHash('sha256').update(name).digest().readUInt32BE(0) % groups).padStart(2, '0');

/** The services of ten groups, `0` to `9`. */
export const tenthOf = (name: string): string => groupOf(name).slice(0, 1);

/** Services by group, those groups alone that have one, in the order of their names; within a group as they were given. */
export function grouped(
  services: readonly Service[],
  nameOf: (service: Service) => string = ({ name }) => name,
): readonly (readonly [group: Group, services: readonly Service[]])[] {
  const found = Map.groupBy(services, (service) => groupOf(nameOf(service)));
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

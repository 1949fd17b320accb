import type { Service } from '../../core/service.ts';

/**
 * Why a step that acts does not. `decide` lets no run of a service in shadow come this far; a configuration that changes
 * while a run is under way may.
 */
export function inShadow({ name }: Pick<Service, 'name'>): string {
  return `${name} is in shadow: nothing is written, and no hook is set in motion`;
}

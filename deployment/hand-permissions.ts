import type { Failover } from '../core/service.ts';
import { assumedFor, otherOperations, readsLever, writesLever } from './lever-permissions.ts';
import { merged, type Permission } from './permission.ts';

/**
 * What a person may do who moves traffic without the orchestrator: every lever, also of a service in shadow. Overriding
 * safety rules only where the configuration says so.
 */
export function byHand(failover: Failover): readonly Permission[] {
  const override = failover.breakGlass?.overrideSafetyRules === true;
  return merged([
    ...failover.services.flatMap((service) => [
      ...readsLever(service),
      ...writesLever(service).map((permission) => (override ? withoutSafety(permission) : permission)),
      ...(assumedFor(service) === undefined ? otherOperations(service, failover) : []),
    ]),
  ]);
}

function withoutSafety({ actions, resources, conditions }: Permission): Permission {
  const { Bool: _, ...others } = conditions ?? {};
  return Object.keys(others).length === 0 ? { actions, resources } : { actions, resources, conditions: others };
}

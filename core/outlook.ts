import type { Instant, Region } from './brand.ts';
import { observersSaying } from './evidence.ts';
import { type Freeze, freezeOf } from './freeze.ts';
import { fenceOf } from './hands.ts';
import { type Standing, unreadiness } from './readiness.ts';
import { lastServing } from './record.ts';
import { activeRegion } from './routing.ts';
import { regionNames, type Service } from './service.ts';

/** Whether a service could be moved now, if the region that has most of its traffic were lost this minute. */
export interface Outlook {
  /** Where to; null where no standby is fit by the alarms of a quorum and what was just seen. */
  readonly to: Region | null;
  /** What would keep automation from it; empty where nothing does. */
  readonly because: readonly string[];
  /** The freeze that it is under: automation moves there only where the region that serves is down for every observer. Null where none holds. */
  readonly frozen: Freeze | null;
}

/** `bad`: regions that were just seen to be bad, whatever their alarms say yet. */
export function outlook(
  standing: Standing,
  service: Service,
  now: Instant,
  bad: readonly string[],
  freezes: readonly Freeze[] = [],
): Outlook {
  const { record, routing, alarms } = standing;
  const leading = routing.kind === 'read' ? activeRegion(routing.routing.weights) : null;
  const lost = leading ?? lastServing(record, service)[0] ?? null;
  const fit = regionNames(service).filter(
    (region) =>
      region !== lost &&
      !bad.includes(region) &&
      fenceOf(record, region) === null &&
      observersSaying(alarms, region, 'OK') >= service.policy.quorum,
  );
  const to = fit.find((region) => freezeOf(freezes, region) === null) ?? fit[0] ?? null;
  const frozen = to === null ? null : freezeOf(freezes, to);
  return { to, because: unreadiness(standing, service, now), frozen };
}

import { disagreement } from './agreement.ts';
import type { Instant } from './brand.ts';
import { type AlarmReading, observersSaying, type RoutingReading, unevaluable } from './evidence.ts';
import { fenceOf } from './hands.ts';
import { automationLimit } from './limit.ts';
import { type LedgerRecord, lastServing } from './record.ts';
import { servingRegions } from './routing.ts';
import { regionNames, type Service } from './service.ts';
import { type UserReading, usersText, usersVetoing } from './users.ts';

/** How things are, seen between incidents. */
export interface Standing {
  readonly record: LedgerRecord;
  readonly routing: RoutingReading;
  readonly alarms: readonly AlarmReading[];
  /** Of what users see; left out where nobody asked. */
  readonly users?: readonly UserReading[];
}

/**
 * What would keep a service from being moved now by automation, if its region were lost this minute; empty where it is
 * ready. A service that people move themselves is ready without automation.
 */
export function unreadiness(
  { record, routing, alarms, users = [] }: Standing,
  service: Service,
  now: Instant,
): readonly string[] {
  const findings: string[] = [];
  if (service.policy.automatic) {
    const limit = automationLimit(record, { mode: 'automatic', force: false, policy: service.policy }, now);
    if (limit !== null) findings.push(limit.because);
  }
  if (routing.kind !== 'read') findings.push(`the lever cannot be read: ${routing.because}`);
  const apart = disagreement(record, routing);
  if (apart !== null) findings.push(apart);
  const serving = routing.kind === 'read' ? servingRegions(routing.routing.weights) : lastServing(record, service);
  if (serving.length === 0) findings.push('the lever gives no region any traffic');
  const { quorum } = service.policy;
  const fenced = record.fences.map(({ region, by }) => `${region} is fenced by ${by}`);
  // Each region with a share may be lost, and the others with one are standbys for it.
  for (const lost of serving.length === 0 ? [null] : serving) {
    const standbys = regionNames(service).filter((region) => region !== lost && fenceOf(record, region) === null);
    if (standbys.some((region) => observersSaying(alarms, region, 'OK') >= quorum)) continue;
    const seen = [...standbys.map((region) => `${region} in ${observersSaying(alarms, region, 'OK')}`), ...fenced].join(
      ', ',
    );
    findings.push(`no standby${serving.length > 1 ? ` of ${lost}` : ''} is green in ${quorum} observers: ${seen}`);
  }
  for (const { region, observer, evaluation } of unevaluable(alarms)) {
    findings.push(`the alarm of ${region} in ${observer} cannot be evaluated: ${evaluation}`);
  }
  for (const region of regionNames(service).filter((name) => !serving.includes(name))) {
    const vetoing = usersVetoing(users, region);
    if (vetoing.length > 0) findings.push(`${region} is vetoed by what users see: ${usersText(vetoing)} is red`);
  }
  return findings;
}

import { disagreement } from './agreement.ts';
import type { Instant } from './brand.ts';
import type { AlarmReading, RoutingReading } from './evidence.ts';
import { fenceOf } from './hands.ts';
import { automationLimit } from './limit.ts';
import type { LedgerRecord } from './record.ts';
import { activeRegion } from './routing.ts';
import { regionNames, type Service } from './service.ts';

/** How things are, seen between incidents. */
export interface Standing {
  readonly record: LedgerRecord;
  readonly routing: RoutingReading;
  readonly alarms: readonly AlarmReading[];
}

/**
 * What would keep a service from being moved now by automation, if its region were lost this minute; empty where it is
 * ready. A service that people move themselves is ready without automation.
 */
export function unreadiness({ record, routing, alarms }: Standing, service: Service, now: Instant): readonly string[] {
  const findings: string[] = [];
  if (service.policy.automatic) {
    const limit = automationLimit(record, { mode: 'automatic', force: false, policy: service.policy }, now);
    if (limit !== null) findings.push(limit.because);
  }
  if (routing.kind !== 'read') findings.push(`the lever cannot be read: ${routing.because}`);
  const apart = disagreement(record, routing);
  if (apart !== null) findings.push(apart);
  const active = routing.kind === 'read' ? activeRegion(routing.routing.weights) : record.activeRegion;
  const { quorum } = service.policy;
  const standbys = regionNames(service).filter((region) => region !== active && fenceOf(record, region) === null);
  const green = (name: string) => alarms.filter(({ region, state }) => region === name && state === 'OK').length;
  if (!standbys.some((region) => green(region) >= quorum)) {
    const fenced = record.fences.map(({ region, by }) => `${region} is fenced by ${by}`);
    const seen = [...standbys.map((region) => `${region} in ${green(region)}`), ...fenced].join(', ');
    findings.push(`no standby is green in ${quorum} observers: ${seen}`);
  }
  return findings;
}

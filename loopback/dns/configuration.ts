import type { HealthCheck } from './health-check.ts';
import { canonicalName, isWithin, type RecordSet, type Zone } from './record.ts';

/** Everything that Route 53 would refuse, one sentence each. */
export function configurationFaults(zones: readonly Zone[], checks: readonly HealthCheck[]): string[] {
  const ids = new Map(checks.map((check) => [check.id, check]));
  const faults: string[] = [];
  if (ids.size < checks.length) faults.push('two health checks have the same id');
  for (const check of checks) faults.push(...checkFaults(check, ids));
  for (const zone of zones) {
    for (const set of zone.records) faults.push(...recordFaults(set, zone, ids));
    faults.push(...nameFaults(zone));
  }
  return faults;
}

function checkFaults(check: HealthCheck, ids: ReadonlyMap<string, HealthCheck>): string[] {
  const at = `health check ${check.id}`;
  switch (check.kind) {
    case 'ENDPOINT': {
      const threshold = check.failureThreshold;
      const faults = URL.canParse(check.url) ? [] : [`${at}: ${check.url} is no URL`];
      if (!(threshold >= 1 && threshold <= 10))
        faults.push(`${at}: failureThreshold must be 1 to 10, not ${threshold}`);
      return faults;
    }
    case 'CALCULATED': {
      const faults = check.children.filter((id) => !ids.has(id)).map((id) => `${at}: there is no child ${id}`);
      return descendants(check.id, ids).has(check.id) ? [...faults, `${at}: is calculated from itself`] : faults;
    }
    default:
      return [];
  }
}

/** Everything that a check is calculated from, however deep. */
function descendants(id: string, ids: ReadonlyMap<string, HealthCheck>): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (parent: string) => {
    const check = ids.get(parent);
    for (const child of check?.kind === 'CALCULATED' ? check.children : []) {
      if (found.has(child)) continue;
      found.add(child);
      visit(child);
    }
  };
  visit(id);
  return found;
}

function recordFaults(set: RecordSet, zone: Zone, ids: ReadonlyMap<string, HealthCheck>): string[] {
  const at = `record ${set.name} ${set.type}${set.failover ? ` ${set.failover}` : ''}`;
  const faults: string[] = [];
  if (!isWithin(canonicalName(set.name), canonicalName(zone.name))) faults.push(`${at}: not within ${zone.name}`);
  if (set.values.length === 0) faults.push(`${at}: has no value`);
  if (set.type === 'CNAME' && set.values.length > 1) faults.push(`${at}: a CNAME has one value`);
  if (!(set.ttlSeconds >= 0)) faults.push(`${at}: ttlSeconds must be 0 or more, not ${set.ttlSeconds}`);
  if (set.healthCheckId !== undefined && !ids.has(set.healthCheckId)) {
    faults.push(`${at}: there is no health check ${set.healthCheckId}`);
  }
  return faults;
}

function nameFaults(zone: Zone): string[] {
  const seen = new Set<string>();
  const faults: string[] = [];
  const simple = new Set(zone.records.filter((set) => !set.failover).map(nameAndType));
  for (const set of zone.records) {
    const key = `${nameAndType(set)} ${set.failover ?? 'simple'}`;
    if (seen.has(key)) faults.push(`record ${key}: is there twice`);
    seen.add(key);
    if (set.failover && simple.has(nameAndType(set)))
      faults.push(`record ${key}: shares its name with a simple record`);
  }
  return faults;
}

const nameAndType = (set: RecordSet) => `${canonicalName(set.name)} ${set.type}`;

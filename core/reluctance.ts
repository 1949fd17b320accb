import type { Instant } from './brand.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Evidence } from './evidence.ts';
import { isOwnMove } from './hands.ts';
import { abstentionsText, observersText, writesText } from './health.ts';
import type { Incident } from './incident.ts';
import { homeRegion, type Service } from './service.ts';
import type { Objection } from './verdict.ts';

/** Why automation leaves the traffic where it is, or null. A person's run needs no such reason. */
export function reluctance(
  service: Service,
  incident: Incident,
  diagnosis: Diagnosis,
  evidence: Evidence,
  now: Instant,
): Objection | null {
  return isFailback(service, incident, diagnosis)
    ? failbackLimit(service, diagnosis, evidence, now)
    : sourceLimit(service, diagnosis, now);
}

/** Home from a region that is not bad. From one that is, it is a move like any other, with the same patience. */
function isFailback(service: Service, incident: Incident, { source }: Diagnosis): boolean {
  return incident.to === homeRegion(service) && source.state !== 'bad';
}

/** Going home by itself: only where the policy asks for it, and home was green for long enough for a quorum. */
function failbackLimit(service: Service, { source }: Diagnosis, evidence: Evidence, now: Instant): Objection | null {
  const { policy } = service;
  const home = homeRegion(service);
  if (!policy.failback.automatic) {
    return {
      reason: 'failback-not-automatic',
      because: `the policy of ${service.name} leaves the way home to people`,
      wouldChange: `understudy start ${service.name} --to ${home}`,
    };
  }
  const away = source.target.kind === 'regional' ? source.target.region : null;
  if (!isOwnMove(evidence.ledger, away)) {
    return {
      reason: 'moved-by-a-person',
      because: `automation undoes its own moves alone, and a person moved ${service.name} to ${away}`,
      wouldChange: `understudy start ${service.name} --to ${home}`,
    };
  }
  const { greenForMs } = policy.failback;
  const green = evidence.alarms.filter(
    ({ region, state, since }) => region === home && state === 'OK' && now - since >= greenForMs,
  );
  if (green.length >= policy.quorum) return null;
  return {
    reason: 'home-not-green-long-enough',
    because: `${green.length} of ${policy.quorum} observers have seen ${home} green for ${greenForMs} ms`,
    wouldChange: `${policy.quorum} observers that see ${home} green for that long`,
  };
}

/** The source must be bad, by quorum, for long enough: the case for an automatic move away. */
function sourceLimit({ policy: { quorum, dwellMs } }: Service, diagnosis: Diagnosis, now: Instant): Objection | null {
  const { name, source } = diagnosis;
  const where = source.target.kind === 'regional' ? source.target.region : 'the source';
  switch (name) {
    case 'healthy':
      return {
        reason: 'source-healthy',
        because: `${where} is good from ${observersText(source.good)}`,
        wouldChange: `${quorum} observers that see ${where} bad`,
      };
    case 'front-door-down':
      return {
        reason: 'front-door-down',
        because: `the front door is bad from ${observersText(diagnosis.frontDoor.bad)} while ${where} itself is good`,
        wouldChange: 'a region that is bad: moving between good regions does not mend a front door',
      };
    case 'path-broken':
    case 'observers-blind':
      return {
        reason: name,
        because: `${where}: bad from ${observersText(source.bad)}, good from ${observersText(source.good)}${abstentionsText(source)}`,
        wouldChange: `${quorum} observers that agree`,
      };
    case 'all-regions-down':
    case 'everything-down':
      return {
        reason: name,
        because:
          name === 'everything-down'
            ? 'no observer reaches anything, the control target included: suspect the observers'
            : `every region is bad, ${where} too: there is nowhere better to go${readsOnly(diagnosis)}`,
        wouldChange: 'one region that a quorum sees good',
      };
    case 'region-down':
    case 'region-degraded': {
      const badForMs = now - (source.badSince ?? now);
      if (badForMs >= dwellMs) return null;
      return {
        reason: 'dwell',
        because: `${where} is bad for ${badForMs} ms; the policy waits ${dwellMs} ms`,
        wouldChange: `${where} still bad in ${dwellMs - badForMs} ms`,
        afterMs: dwellMs - badForMs,
      };
    }
  }
}

/** Regions that still answer reads: people may have more use for them than a rule. */
function readsOnly({ candidates }: Diagnosis): string {
  return candidates
    .filter(({ health }) => health.writesBad.length > 0)
    .map(({ region, health }) => `; ${region}${writesText(health)}`)
    .join('');
}

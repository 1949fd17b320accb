import type { Instant } from './brand.ts';
import type { Spell } from './brown-out.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Evidence } from './evidence.ts';
import { greenObservers } from './green.ts';
import { isOwnMove } from './hands.ts';
import { abstentionsText, observersText, writesText } from './health.ts';
import type { Incident } from './incident.ts';
import { burstMs } from './policy.ts';
import { homeRegion, type Service } from './service.ts';
import type { SpellOf } from './source.ts';
import { usersText } from './users.ts';
import type { Objection } from './verdict.ts';

/** Why automation leaves the traffic where it is, or null. A person's run needs no such reason. */
export function reluctance(
  service: Service,
  incident: Incident,
  diagnosis: Diagnosis,
  evidence: Evidence,
  spellOf: SpellOf,
  now: Instant,
): Objection | null {
  return isFailback(service, incident, diagnosis)
    ? failbackLimit(service, diagnosis, evidence, spellOf, now)
    : sourceLimit(service, diagnosis, spellOf, now);
}

/** Home from a region that is not bad. From one that is, it is a move like any other, with the same patience. */
function isFailback(service: Service, incident: Incident, { source }: Diagnosis): boolean {
  return incident.to === homeRegion(service) && source.state !== 'bad';
}

/** Going home by itself: only where the policy asks for it, and home was green for long enough for a quorum. */
function failbackLimit(
  service: Service,
  { source }: Diagnosis,
  evidence: Evidence,
  spellOf: SpellOf,
  now: Instant,
): Objection | null {
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
      because: `automation undoes its own moves alone, and a person had a hand in how ${service.name} came to ${away}`,
      wouldChange: `understudy start ${service.name} --to ${home}`,
    };
  }
  const { greenForMs } = policy.failback;
  const green = greenObservers(evidence.alarms, evidence.ledger, home, greenForMs, now);
  const spell = spellOf(home);
  const isBrown = spell.state === 'half' || spell.state === 'over';
  if (green.length >= policy.quorum && !isBrown) return null;
  return {
    reason: 'home-not-green-long-enough',
    because: isBrown
      ? `${home} fails ${percent(spell.share)} of its probes`
      : `${green.length} of ${policy.quorum} observers have seen ${home} green for ${greenForMs} ms, without a bad answer and since the last move`,
    wouldChange: `${policy.quorum} observers that see ${home} green for that long`,
  };
}

/**
 * The source must be bad, by quorum, for long enough: the case for an automatic move away. Where it answers some and fails
 * others, the window of looks says whether that is enough, and no single look does.
 */
function sourceLimit(service: Service, diagnosis: Diagnosis, spellOf: SpellOf, now: Instant): Objection | null {
  const { quorum, dwellMs, brownOut, burst } = service.policy;
  const { name, source } = diagnosis;
  const where = source.target.kind === 'regional' ? source.target.region : 'the source';
  const spell = source.target.kind === 'regional' ? spellOf(source.target.region) : null;
  if (spell?.state === 'over' && !isHopeless.has(name) && isStillFailing(source, quorum)) return null;
  if (isAnswering.has(name) && (spell?.state === 'over' || spell?.state === 'half')) {
    return {
      reason: 'brown-out',
      because: `${where} fails ${percent(spell.share)} of its probes, ${spell.probes} to an observer, as ${quorum} observers see it; the policy leaves at ${percent(brownOut.share)}`,
      wouldChange: `${percent(brownOut.share)} over ${brownOut.windowMs} ms of looks, or every answer bad for ${dwellMs} ms`,
    };
  }
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
    case 'users-disagree':
      return {
        reason: name,
        because: `${where} is good from ${observersText(source.good)}, and of what users see ${usersText(source.usersRed)} is red: no vote of probes, no move`,
        wouldChange: `${quorum - 1} observers that see ${where} bad, or a person; aws cloudwatch disable-alarm-actions leaves the alarm out`,
      };
    case 'path-broken':
    case 'observers-blind':
      return {
        reason: name,
        because: `${where}: bad from ${observersText(source.bad)}, good from ${observersText(source.good)}${abstentionsText(source)}${redText(source)}`,
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
      const waitMs = spell !== null && hasBeenAnswering(spell) ? Math.max(dwellMs, unluckyForMs) : dwellMs;
      if (badForMs >= waitMs) return null;
      return {
        reason: 'dwell',
        because: `${where} is bad for ${badForMs} ms; the policy waits ${dwellMs} ms${waitMs > dwellMs ? `, and ${waitMs} ms after so many good answers` : ''}`,
        wouldChange: `${where} still bad in ${waitMs - badForMs} ms`,
        // The probes of the next look reach to the end of the dwell, and its verdict comes right after.
        afterMs: Math.max(0, waitMs - badForMs - burstMs(burst)),
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
/** What users see and no observer's vote was enough for, to end a sentence with. */
const redText = ({ usersRed }: Diagnosis['source']): string =>
  usersRed.length === 0 ? '' : `; of what users see ${usersText(usersRed)} is red`;

/** Diagnoses of a region that answers at least some. */
const isAnswering: ReadonlySet<Diagnosis['name']> = new Set([
  'healthy',
  'users-disagree',
  'front-door-down',
  'path-broken',
  'observers-blind',
]);

const isHopeless: ReadonlySet<Diagnosis['name']> = new Set(['all-regions-down', 'everything-down']);

/** What the window says is over, unless this very look shows it again. */
const isStillFailing = ({ failing }: Diagnosis['source'], quorum: number): boolean => failing.length >= quorum;

/** Where the window says that most is answered, a burst that is all bad may be ill luck; three in a row are not. */
const hasBeenAnswering = ({ state }: Spell): boolean => state === 'under' || state === 'half';

const unluckyForMs = 10_000;

/** `42 %`. */
const percent = (share: number): string => `${Math.round(share * 100)} %`;

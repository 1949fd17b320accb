import { type Instant, type Region, unreachable } from './brand.ts';
import type { Evidence } from './evidence.ts';
import type { Incident } from './incident.ts';
import { automationLimit, type Limit } from './limit.ts';
import type { Policy } from './policy.ts';
import type { Service } from './service.ts';
import type { Objection } from './verdict.ts';

export interface Limitation {
  readonly refusal: Limit | 'look-only';
  readonly because: string;
}

/** What keeps this run from moving whatever it sees; null where nothing does. */
export function limitation(incident: Incident, { ledger }: Evidence, policy: Policy, now: Instant): Limitation | null {
  const limit = automationLimit(ledger, { ...incident, policy }, now);
  if (limit !== null) return limit;
  const isLook = ledger.lease?.holder === incident.holder && ledger.lease.purpose === 'look';
  return isLook ? { refusal: 'look-only', because: 'this run was let in to look alone; the next one may move' } : null;
}

/** What is wrong first, then why automation does nothing about it, then what would. */
export function limited(
  { refusal, because }: Limitation,
  wrong: Pick<Objection, 'because'>,
  service: Service,
  incident: Incident,
  to: Region | null,
): Objection {
  const byHand = `understudy start ${service.name}${to === null ? '' : ` --to ${to}`}${refusal === 'paused' ? ' --force' : ''} --reason "…"`;
  return {
    reason: refusal,
    because: `${wrong.because}; automation does nothing: ${because}`,
    wouldChange: wouldLift(refusal, service.name, incident.mode === 'automatic' ? byHand : null),
  };
}

function wouldLift(limit: Limitation['refusal'], name: string, byHand: string | null): string {
  const or = byHand === null ? '' : `, or by hand: ${byHand}`;
  switch (limit) {
    case 'paused':
      return `understudy resume ${name}${or}`;
    case 'disarmed':
      return `understudy ack ${name}${or}`;
    case 'cooldown':
    case 'declined':
    case 'unanswered':
    case 'look-only':
      return `time${or}`;
    case 'not-automatic':
      return `a run by hand${byHand === null ? '' : `: ${byHand}`}`;
    default:
      return unreachable(limit);
  }
}

import type { Instant } from './brand.ts';
import { moreText } from './consent.ts';
import type { DrillOrder } from './drill-record.ts';
import { type Entry, type Happening, isConsentOf } from './entry.ts';
import type { Incident } from './incident.ts';
import { sharesText } from './routing.ts';

/** Something that a person or automation did to a service: moved it, or said what may move it. */
export interface Act {
  readonly at: Instant;
  readonly service: string;
  readonly incident: string | null;
  /** An IAM identity where a person used the command; `automation` where nobody asked. */
  readonly who: string;
  readonly what: string;
}

/** Oldest first. Looks, decisions and messages are no acts; a write of a run is one of whoever asked for the run. */
export function actsOf(entries: readonly Entry[]): readonly Act[] {
  const asked = new Map<string, Incident>();
  for (const { what } of entries) if (what.kind === 'admitted') asked.set(what.incident.id, what.incident);
  const acts = entries.filter((entry) => !isSumOfConsents(entry, entries));
  return acts.flatMap((entry) => actOf(entry, asked) ?? []);
}

/** What the run was answered, where each of the people who did stands there on their own. */
const isSumOfConsents = ({ id, what }: Entry, entries: readonly Entry[]): boolean =>
  what.kind === 'approval' && entries.some((other) => isConsentOf(other.id, id));

function actOf(entry: Entry, asked: ReadonlyMap<string, Incident>): Act | null {
  const { at, service, incident, text, what } = entry;
  const about = { at, service, incident };
  const run = incident === null ? undefined : asked.get(incident);
  const asker = run === undefined ? 'unknown' : whoAsked(run);
  switch (what.kind) {
    case 'operator': {
      // The sentence begins with who it was.
      const said = text.startsWith(`${what.by}: `) ? text.slice(what.by.length + 2) : text;
      return { ...about, who: what.by, what: said };
    }
    case 'approval':
      return {
        ...about,
        who: what.by ?? automation,
        what: approvalText(what),
      };
    case 'admitted': {
      const { mode, to, force, reason, drill } = what.incident;
      if (mode === 'automatic') return null;
      const way = `${drill === undefined ? (mode === 'rehearsal' ? 'rehearse' : 'move') : drillText(drill)}${to === undefined ? '' : ` to ${to}`}${force ? ', by force' : ''}`;
      return { ...about, who: asker, what: `asked to ${way}: ${reason}` };
    }
    case 'refused': {
      const { request } = what;
      if (request === null || request.mode === 'automatic') return null;
      return { ...about, who: request.requestedBy, what: `asked for a run, ${text}` };
    }
    case 'region':
      return what.did === 'wrote' || what.did === 'undone' || what.did === 'ended'
        ? { ...about, who: what.by, what: text }
        : null;
    case 'shifted':
      if (!what.wrote || run?.mode === 'rehearsal') return null;
      return { ...about, who: asker, what: `wrote ${sharesText(what.weights)}` };
    case 'rolled-back':
      if (!what.restored || what.routing === null) return null;
      return { ...about, who: automation, what: `wrote ${sharesText(what.routing.weights)} back: ${what.detail}` };
    default:
      return null;
  }
}

const drillText = (order: DrillOrder): string =>
  order.kind === 'return' ? 'lead the drill back' : `practise a move of ${order.percent} %`;

function approvalText({ decision, more }: Extract<Happening, { kind: 'approval' }>): string {
  if (decision === 'deadline') return 'nobody answered in time';
  return more === undefined ? decision : `${decision}; ${moreText(more)}`;
}

const automation = 'automation';

const whoAsked = ({ mode, requestedBy }: Incident): string => (mode === 'automatic' ? automation : requestedBy);

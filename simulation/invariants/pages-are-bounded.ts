import type { Instant } from '../../core/brand.ts';
import type { FaultKind } from '../faults/catalogue.ts';
import { isFault } from '../plan.ts';
import { heardMessages } from '../world/heard.ts';
import type { CheckerOf } from './checker.ts';

/** Of one trouble, in any hour. */
export const pagesMax = 8;

/** Of all troubles together: a trouble that takes a new name each time is none of its own. */
const pagesInAllMax = 24;

const hourMs = 60 * 60_000;

/** Messages that people get, by whichever channel, other than those that answer a run which a person has started. */
export const pagesAreBounded: CheckerOf = ({ plan, violated }) => {
  if (plan.items.some((item) => isFault(item) && forgetful.has(item.fault.fault))) return { see() {} };
  const byTrouble = new Map<string, Instant[]>();
  const all: Instant[] = [];
  const heard = heardMessages();
  return {
    see(seen) {
      const message = heard(seen);
      if (message === null) return;
      const { mode, trouble } = message;
      if (mode === 'manual' || mode === 'rehearsal' || mode === 'drill') return;
      const id = trouble?.id ?? 'no trouble';
      const pages = byTrouble.get(id) ?? [];
      byTrouble.set(id, pages);
      if (countLately(pages, seen.at) > pagesMax)
        violated('pages-are-bounded', `people got ${pages.length} messages of ${id} within an hour`);
      if (countLately(all, seen.at) > pagesInAllMax)
        violated('pages-are-bounded', `people got ${all.length} messages within an hour`);
    },
  };
};

/** What could not be written down the next run does not know, and then twice is better than never. */
const forgetful: ReadonlySet<FaultKind> = new Set([
  'kill',
  'pause',
  'request-late',
  'region-lost',
  'control-skew',
  'stopped',
  'stopped-in',
  'redriven',
  'ledger-majority-cut',
  'ledger-conflicts',
  'ledger-answers-lost',
  'record-lost',
  'ledger-restored',
]);

/** With the one that has come now. */
function countLately(pages: Instant[], now: Instant): number {
  pages.push(now);
  while ((pages[0] ?? now) <= now - hourMs) pages.shift();
  return pages.length;
}

import type { Instant, Region } from '../../core/brand.ts';
import type { Message } from '../../core/messages.ts';
import type { FaultKind } from '../faults/catalogue.ts';
import type { CheckerOf } from './checker.ts';

/** What a run could not write down the next one does not know, and then twice is better than never: such stories do not count. */
export const tellsOnce: CheckerOf = ({ plan, world, violated }) => {
  const { remindAfterMs } = world.failover.notify;
  const leaves = new Map<string | null, Region | undefined>();
  let heard: { readonly subject: string; readonly from: Region | undefined; readonly at: Instant }[] = [];
  if (plan.items.some((item) => 'fault' in item && forgetful.has(item.fault.fault))) return { see() {} };
  return {
    see(seen) {
      if (seen.kind === 'recorded' && seen.entry.what.kind === 'admitted') {
        leaves.set(seen.entry.incident, seen.entry.what.incident.from);
      }
      // Whoever moved the service, its trouble is another one now.
      if (seen.kind === 'lever') heard = [];
      if (seen.kind !== 'told' || seen.channel !== 'slack' || !isAutomatic(seen.message)) return;
      const { subject, thread } = seen.message;
      if (subject.includes('is well again')) heard = [];
      if (!troubles.test(subject)) return;
      const from = leaves.get(thread);
      // A run that names no region means the one that serves.
      const isSame = (other?: Region) => from === undefined || other === undefined || other === from;
      const last = heard.findLast((known) => known.subject === subject && isSame(known.from));
      if (last !== undefined && seen.at - last.at < remindAfterMs) {
        violated('tells-once', `people heard twice in ${(seen.at - last.at) / 1000} s: ${subject}`);
      }
      heard.push({ subject, from, at: seen.at });
    },
  };
};

const troubles = /stays where it is|vetoed the move|was not approved|the run failed/;

const isAutomatic = ({ facts }: Message): boolean =>
  facts.some(({ name, value }) => name === 'Mode' && value === 'automatic');

const forgetful: ReadonlySet<FaultKind> = new Set([
  'kill',
  'pause',
  'request-late',
  'region-lost',
  'control-skew',
  'stopped',
  'redriven',
  'stale-writer',
  'ledger-minority-cut',
  'ledger-majority-cut',
  'ledger-conflicts',
  'ledger-answers-lost',
  'notify-down',
  'notify-hangs',
]);

import type { Instant, Region } from './brand.ts';
import type { EvacuationDirection } from './evacuation.ts';
import type { Message } from './messages.ts';
import { notice } from './notices.ts';

interface About {
  readonly direction: EvacuationDirection;
  readonly region: Region;
  readonly by: string;
  readonly reason: string;
  readonly id: string;
}

interface Stays {
  readonly service: string;
  readonly because: string;
}

/** Told once, however many services there are: runs of single services tell of themselves. */
export function evacuationBegan(about: About, of: number, stays: readonly Stays[], at: Instant): Message {
  const { direction, region, by, reason } = about;
  const what = direction === 'leave' ? `${of} services leave ${region}` : `${of} services go back to ${region}`;
  return told(about, [`${what}.`, `${by} asked for it: ${reason}.`, ...staying(stays, region, direction)], at);
}

export function evacuationEnded(about: About, headline: string, stays: readonly Stays[], at: Instant): Message {
  const { direction, region } = about;
  const lines = [
    `${headline}.`,
    ...staying(stays, region, direction),
    ...(direction === 'leave'
      ? [
          `The region stays fenced. To bring everything back where it is well again: understudy return ${region}`,
          `To open it and move nothing: understudy unfence ${region}`,
        ]
      : []),
  ] as const;
  return told(about, lines, at);
}

function told(about: About, lines: readonly [string, ...string[]], at: Instant): Message {
  return { ...notice('all services', 'info', lines, at), person: about.by, thread: about.id };
}

function staying(stays: readonly Stays[], region: Region, direction: EvacuationDirection): string[] {
  const where = direction === 'leave' ? `in ${region}` : `out of ${region}`;
  const shown = stays.slice(0, shownMax).map(({ service, because }) => `${service} stays ${where}: ${because}.`);
  return stays.length > shownMax ? [...shown, `And ${stays.length - shownMax} more stay.`] : shown;
}

const shownMax = 20;

import type { DrillTimes, PastDrill } from './drill-record.ts';
import { lasting } from './lasting.ts';

/** How a drill came out, in a sentence, beside the one before it. */
export function drilledText({ incident, result, because, outMs, backMs, before, detects }: PastDrill): string {
  const took = timesText({ incident, outMs, backMs });
  const compared =
    before === null || took === '' ? '' : `; the one before, ${before.incident}: ${timesText(before) || 'not proven'}`;
  return `${detects == null ? '' : 'detection '}drill ${incident} ${result}: ${because}${took === '' ? '' : ` (${took}${compared})`}`;
}

function timesText({ outMs, backMs }: DrillTimes): string {
  const parts = [
    ...(outMs === null ? [] : [`out in ${lasting(outMs)}`]),
    ...(backMs === null ? [] : [`back in ${lasting(backMs)}`]),
  ];
  return parts.join(', ');
}

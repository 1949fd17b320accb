import type { Instant } from './brand.ts';
import { markdownText } from './markdown-text.ts';
import type { Report } from './report.ts';

/** The report as a page: what happened first, then how long it took, then why, then every line. */
export function reportMarkdown(report: Report): string {
  return [
    `# ${markdownText(report.incident)}: ${markdownText(report.headline)}`,
    '',
    table(
      ['', ''],
      [
        ['Ending', report.ending],
        ['Service', report.service],
        ['Moved', report.from === null ? 'nothing' : `${report.from} → ${report.to}`],
        ['Asked by', `${report.requestedBy ?? 'nobody'} (${report.mode ?? 'no mode'}): ${report.reason ?? ''}`],
        ['Why', report.because],
        ['Started', iso(report.startedAt)],
        ['Ended', iso(report.endedAt)],
      ],
    ),
    '',
    '## How long it took',
    '',
    table(
      report.tempo === 1 ? ['milestone', 'after'] : ['milestone', 'after', `at the pace of AWS (× ${report.tempo})`],
      report.milestones.map(({ name, afterMs }) =>
        report.tempo === 1 ? [name, seconds(afterMs)] : [name, seconds(afterMs), seconds(afterMs * report.tempo)],
      ),
    ),
    '',
    ...trafficLines(report),
    '## What was seen when it was decided',
    '',
    sightTable(report),
    '',
    '## Timeline',
    '',
    ...report.timeline.map(({ at, text }) => `- \`${iso(at)}\` ${markdownText(text)}`),
    '',
    '## Who was told',
    '',
    ...(report.deliveries.length === 0 ? ['Nobody yet.'] : report.deliveries.map(deliveryLine)),
    '',
  ].join('\n');
}

function trafficLines({ traffic }: Report): string[] {
  if (traffic === null) return [];
  const { requests, lost, lostReads, lostWrites } = traffic;
  return [
    '## What callers saw',
    '',
    `${requests} requests, ${lost} lost (${lostReads} reads, ${lostWrites} writes).`,
    '',
  ];
}

function sightTable({ sights }: Report): string {
  const targets = [...new Set(sights.map(({ target }) => target))];
  const observers = [...new Set(sights.map(({ observer }) => observer))];
  if (sights.length === 0) return 'Nothing: no decision was reached.';
  const cell = (observer: string, target: string) =>
    sights.find((sight) => sight.observer === observer && sight.target === target)?.vote ?? '';
  return table(
    ['seen from', ...targets],
    observers.map((observer) => [observer, ...targets.map((target) => cell(observer, target))]),
  );
}

function deliveryLine({ channel, delivered, attempts, because }: Report['deliveries'][number]): string {
  const tries = attempts === 1 ? '' : ` after ${attempts} attempts`;
  return delivered
    ? `- ${markdownText(channel)}: told${tries}`
    : `- ${markdownText(channel)}: NOT told${tries}: ${markdownText(because ?? '')}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(markdownText).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

const iso = (at: Instant | null) => (at === null ? '' : new Date(at).toISOString());

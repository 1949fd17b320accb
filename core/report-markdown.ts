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
    ...rtoLines(report),
    ...trafficLines(report),
    ...nextLines(report),
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
    ...(report.told.length === 0 ? ['Nobody yet.'] : report.told.map(toldLine)),
    '',
  ].join('\n');
}

function trafficLines({ traffic, milestones, tempo }: Report): string[] {
  if (traffic === null) return [];
  const { requests, lost, lostReads, lostWrites } = traffic;
  return [
    '## What callers saw',
    '',
    `${requests} requests, ${lost} lost (${lostReads} reads, ${lostWrites} writes).`,
    ...kindLines(traffic, beginning(milestones), tempo),
    ...(lostWrites === 0
      ? []
      : [
          '',
          'A lost write got no answer, or an error: it may have been done all the same. Callers that repeat it do it twice unless it is idempotent, and callers that gave up do not know.',
        ]),
    '',
  ];
}

/** The same callers by how their clients keep connections and addresses: a move reaches each kind at another time. */
function kindLines({ byKind = [] }: NonNullable<Report['traffic']>, since: number, tempo: number): string[] {
  if (byKind.length === 0) return [];
  const rows = byKind.map(({ kind, requests, lost, recoveredAt }) => {
    const served = recoveredAt === null ? 'not while they were watched' : seconds((recoveredAt - since) * tempo);
    return `| ${kind} | ${requests} | ${lost} | ${served} |`;
  });
  return ['', "| callers | requests | lost | 99 % served again, at AWS's pace |", '|---|---|---|---|', ...rows];
}

const beginning = (milestones: Report['milestones']): number => {
  const [first] = milestones;
  return first === undefined ? 0 : first.at - first.afterMs;
};

/** Times are said at the pace of AWS, as the target is. */
function rtoLines({ rto, tempo }: Report): string[] {
  if (rto === null) return [];
  const target = `The target is ${seconds(rto.targetMs * tempo)} from the fault until callers are served.`;
  const outcome =
    rto.tookMs === null
      ? '**Cannot be said**: it was not proven that callers are served again.'
      : `**${rto.met === true ? 'Met' : 'Not met'}**: it took ${seconds(rto.tookMs * tempo)}.`;
  return [`${target} ${outcome}`, ''];
}

function nextLines({ next }: Report): string[] {
  return next.length === 0 ? [] : ['## What to do now', '', ...next.map((line) => `- ${markdownText(line)}`), ''];
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

function toldLine({ at, channel, delivered, attempts, because, subject }: Report['told'][number]): string {
  const tries = attempts === 1 ? '' : ` after ${attempts} attempts`;
  const what = `\`${iso(at)}\` ${markdownText(subject)}`;
  return delivered
    ? `- ${markdownText(channel)}: told${tries}: ${what}`
    : `- ${markdownText(channel)}: NOT told${tries}: ${markdownText(because ?? '')}: ${what}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(markdownText).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

const iso = (at: Instant | null) => (at === null ? '' : new Date(at).toISOString());

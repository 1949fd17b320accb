import type { Rto } from '../../simulation/rto/rto.ts';
import { seconds } from './table.ts';

/** Parts of a recovery, one after the other. */
const parts = [
  { name: 'until a run starts', color: '#c2410c', end: ({ detected }: Rto) => detected },
  { name: 'until it decides', color: '#ca8a04', end: ({ decided }: Rto) => decided },
  { name: 'until the lever has its write', color: '#4d7c0f', end: ({ written }: Rto) => written },
  { name: 'until edges or name servers follow', color: '#0f766e', end: ({ followed }: Rto) => followed },
  { name: 'until 99 % of callers do', color: '#1d4ed8', end: ({ callers }: Rto) => callers.fresh },
] as const;

const barHeight = 22;
const rowHeight = 40;
const left = 210;
const right = 90;
const top = 54;
const pictureWidth = 960;

/** A bar for each service and outage: medians of its parts, and a line to the 99th percentile. Light and dark follow the reader's choice. */
export function picture(rtos: readonly Rto[]): string {
  const finite = rtos.flatMap(({ callers }) => [callers.fresh.p50, callers.fresh.p99]).filter(Number.isFinite);
  const mostMs = Math.max(1_000, ...finite);
  const x = (ms: number) => left + (Math.min(ms, mostMs) / mostMs) * (pictureWidth - left - right);
  const height = top + rtos.length * rowHeight + 40;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${pictureWidth}" height="${height}" viewBox="0 0 ${pictureWidth} ${height}" role="img" aria-label="Time to recovery by service and outage" font-family="system-ui, sans-serif" font-size="13">`,
    '<style>text{fill:#111}path,line{stroke:#111}@media(prefers-color-scheme:dark){text{fill:#eee}path,line{stroke:#eee}}</style>',
    ...parts.map(({ name, color }, index) => legend(name, color, legendAt(index))),
    ...rtos.flatMap((rto, index) => bar(rto, top + index * rowHeight, x)),
    '</svg>',
    '',
  ].join('\n');
}

/** Text of this size is about so wide; SVG knows no flow. */
const letterWidth = 5.8;

const legendAt = (index: number): number =>
  parts.slice(0, index).reduce((at, { name }) => at + 34 + Math.ceil(name.length * letterWidth), 10);

function legend(name: string, color: string, at: number): string {
  return `<rect x="${at}" y="12" width="12" height="12" fill="${color}"/><text x="${at + 17}" y="23" font-size="11">${name}</text>`;
}

function bar(rto: Rto, y: number, x: (ms: number) => number): string[] {
  const { p50, p99 } = rto.callers.fresh;
  const middle = y + barHeight / 2;
  const label = `<text x="${left - 10}" y="${middle + 4}" text-anchor="end">${escaped(`${rto.service} (${rto.lever}), ${rto.outage}`)}</text>`;
  if (!Number.isFinite(p50)) return [label, `<text x="${left}" y="${middle + 4}">does not move by itself</text>`];
  let from = 0;
  const rects = parts.map(({ color, end }) => {
    const to = Math.max(from, end(rto).p50);
    const rect = `<rect x="${x(from).toFixed(1)}" y="${y}" width="${(x(to) - x(from)).toFixed(1)}" height="${barHeight}" fill="${color}"/>`;
    from = to;
    return rect;
  });
  const until = Number.isFinite(p99)
    ? `<path d="M${x(p50).toFixed(1)} ${middle}H${x(p99).toFixed(1)}m0 -6v12" fill="none" stroke-width="1.5"/>`
    : '';
  const numbers = `<text x="${(x(Number.isFinite(p99) ? p99 : p50) + 6).toFixed(1)}" y="${middle + 4}" font-size="11">${seconds(p50)} / ${seconds(p99)}</text>`;
  return [label, ...rects, until, numbers];
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

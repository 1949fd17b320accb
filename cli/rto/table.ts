import { callerKinds } from '../../core/caller-kinds.ts';
import { namedLatencies } from '../../simulation/rto/latencies.ts';
import { type OutageName, outages } from '../../simulation/rto/outage.ts';
import type { Percentiles } from '../../simulation/rto/percentiles.ts';
import type { Rto } from '../../simulation/rto/rto.ts';
import type { Remedy } from './remedies.ts';

/** What came of a service, each outage a column. */
export function serviceLines(rtos: readonly Rto[]): readonly string[] {
  const [first] = rtos;
  if (first === undefined) return [];
  const row = (name: string, of: (rto: Rto) => Percentiles) =>
    [name.padEnd(nameWidth), ...rtos.map((rto) => percentilesText(of(rto)))].join('   ');
  const head = rtos.map(({ outage }) => outage.padStart(width));
  const under = rtos.map(() => ['p50', 'p90', 'p99'].map((each) => each.padStart(cell)).join(' '));
  const kinds = Object.keys(callerKinds) as (keyof typeof callerKinds)[];
  return [
    `${first.service}: ${first.lever}, home ${first.home}, ${first.incidents.toLocaleString('en-US')} outages a column, from the fault on`,
    '',
    [''.padEnd(nameWidth), ...head].join('   '),
    [''.padEnd(nameWidth), ...under].join('   '),
    row('a run has started', ({ detected }) => detected),
    row('it has decided to move', ({ decided }) => decided),
    row('the lever has its write', ({ written }) => written),
    row(first.lever === 'kvs' ? 'the edges follow' : 'name servers follow', ({ followed }) => followed),
    ...(first.lever === 'kvs'
      ? [row('99 % of all callers', ({ callers }) => callers.fresh)]
      : kinds.map((kind) => row(`99 % of callers: ${kind}`, ({ callers }) => callers[kind]))),
    [
      `within ${seconds(first.targetMs)} (rtoTargetMs)`.padEnd(nameWidth),
      ...rtos.map(({ withinTarget }) => `${(100 * withinTarget).toFixed(1)} %`.padStart(width)),
    ].join('   '),
  ];
}

/** What would shorten it, each with what it came to. */
export function remedyLines(
  is: Rto,
  tried: readonly { readonly remedy: Remedy; readonly rto: Rto }[],
): readonly string[] {
  const row = (name: string, { callers }: Rto, rest: string) =>
    `  ${name.padEnd(26)}${seconds(callers.fresh.p50).padStart(cell)}${seconds(callers.fresh.p99).padStart(cell + 1)}   ${rest}`.trimEnd();
  return [
    `What would shorten it: ${is.outage}, 99 % of callers who make a connection for each request, p50 and p99`,
    row('as it is', is, ''),
    ...tried.map(({ remedy, rto }) =>
      row(remedy.change, rto, `${dollars(remedy.usdMonthly)} a month; ${remedy.price}`),
    ),
  ];
}

/** What the numbers stand on. */
export function assumptionLines(names: readonly OutageName[], ttlMs: number): readonly string[] {
  return [
    ...names.map((name) => `${name}: ${outages[name].says}`),
    '',
    'Latencies, each evenly spread; nobody measured them in an account:',
    ...Object.values(namedLatencies).map(
      ({ what, leastMs, mostMs, source }) => `  ${span(leastMs, mostMs).padStart(13)}  ${what} (${source})`,
    ),
    `  ${seconds(ttlMs).padStart(13)}  TTL of the records that callers look up, behind routing controls (--ttl)`,
  ];
}

const nameWidth = 30;
const cell = 6;
const width = 3 * cell + 2;

const percentilesText = ({ p50, p90, p99 }: Percentiles): string =>
  [p50, p90, p99].map((ms) => seconds(ms).padStart(cell)).join(' ');

/** `never` for what does not come. */
export const seconds = (ms: number): string => (Number.isFinite(ms) ? `${Math.round(ms / 1_000)} s` : 'never');

const span = (leastMs: number, mostMs: number): string =>
  mostMs < 1_000 ? `${leastMs}–${mostMs} ms` : `${leastMs / 1_000}–${mostMs / 1_000} s`;

const dollars = (usd: number): string => `${usd < 0 ? '-' : '+'}$${Math.abs(usd).toFixed(2)}`;

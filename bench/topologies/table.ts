import type { CallerKindName } from '../../core/caller-kinds.ts';
import type { Measurement, Served } from './measure.ts';

/**
 * Markdown: a row for each topology and fault, of callers who make a connection for each request; and for those behind DNS, one for each
 * other kind of caller, of whom the edge does not care.
 */
export function table(measurements: readonly Measurement[]): string {
  const others = measurements.filter(({ topology }) => behindDns.has(topology));
  return [
    '| system | fault | reads: document | reads: Understudy | writes: document | writes: Understudy |',
    '|---|---|---|---|---|---|',
    ...measurements.map((one) => row([`\`${one.topology}\``, one.fault], one, 'fresh')),
    ...(others.length > 0
      ? [
          '',
          'Behind DNS, at the same time, by [kind of caller](../callers.md):',
          '',
          '| system | fault | callers | reads: document | reads: Understudy | writes: document | writes: Understudy |',
          '|---|---|---|---|---|---|---|',
          ...others.flatMap((one) =>
            otherKinds.map((kind) => row([`\`${one.topology}\``, one.fault, `\`${kind}\``], one, kind)),
          ),
        ]
      : []),
  ].join('\n');
}

const behindDns: ReadonlySet<string> = new Set(['arc-rest-apis', 'failover-records']);
const otherKinds = ['kept', 'jvm', 'libcurl', 'floor'] as const satisfies readonly CallerKindName[];

function row(of: readonly string[], { documented, understudy, watchedMs }: Measurement, kind: CallerKindName): string {
  const cells = (['readsMs', 'writesMs'] as const).flatMap((member) =>
    [documented, understudy].map((served) => seconds(served[kind][member], watchedMs)),
  );
  return `| ${[...of, ...cells].join(' | ')} |`;
}

const seconds = (ms: Served['readsMs'], watchedMs: number) =>
  ms === null ? `not within ${watchedMs / 60_000} min` : `${Math.round(ms / 1_000)} s`;

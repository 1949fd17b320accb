import type { ColdImportBench } from './cold-import.ts';
import type { EdgeBench, EngineCost } from './edge.ts';
import type { FailoverBench } from './failover.ts';
import type { InterpreterBench } from './interpreter.ts';
import type { SandboxStart } from './sandbox-start.ts';
import type { SimulationBench } from './simulation.ts';
import type { Spread } from './spread.ts';

type Row = readonly [label: string, value: string, note?: string];

/** Each section as lines for people: medians, and from the least to the most in brackets. */
export function edgeLines({ bytes, lookupBytes, vm, njs }: EdgeBench): string[] {
  const engine = (name: string, cost: EngineCost): Row[] => [
    [`${name}: against one store read`, times(cost.ratios.toOneRead), goal(cost.ratios.toOneRead, 2)],
    [`${name}: against a coin flip`, times(cost.ratios.toCoinFlip), goal(cost.ratios.toCoinFlip, 2)],
    [
      `${name}: µs a request`,
      `${fixed(cost.microseconds.shipped.median)} shipped`,
      `${fixed(cost.microseconds.oneRead.median)} one read, ${fixed(cost.microseconds.coinFlip.median)} coin flip, ` +
        `${fixed(cost.microseconds.eventAlone.median)} the event alone (it is in all of them)`,
    ],
    [`${name}: added to one store read`, `${range(cost.addedToOneRead)} µs`],
    [
      `${name}: a thousand services by host, against one`,
      times(cost.ratios.thousandHosts),
      goal(cost.ratios.thousandHosts, 1.3),
    ],
    [
      `${name}: a thousand services by path, against one`,
      times(cost.ratios.thousandPaths),
      goal(cost.ratios.thousandPaths, 1.3),
    ],
  ];
  return section(`Edge function, as shipped (${bytes} bytes; ${lookupBytes} of several services, however many)`, [
    ...('skipped' in njs ? [['njs', 'skipped', njs.skipped] as const] : engine('njs', njs)),
    ...engine('vm', vm),
  ]);
}

export function failoverLines(bench: FailoverBench): string[] {
  const { awsCalls, transitions, stepsMs } = bench;
  return [
    ...section(`Alarm event to lever write accepted (tempo ${bench.tempo}, ${bench.ratio.count} runs)`, [
      ['event to write', ms(bench.eventToWriteMs)],
      ['sum of the chain, each call alone', ms(bench.sumAloneMs)],
      ['ratio', times(bench.ratio), goal(bench.ratio, 1.5)],
      [
        'ratio of what is work',
        times(bench.ratioWithoutWaiting),
        `both without the ${bench.waitingMs} ms between probes`,
      ],
      ['ratio without records, too', times(bench.ratioWithoutRecords), 'the sum without the rows marked *'],
      ['transitions to the write', `${transitions.onTheWay}`, `and ${transitions.beside} beside it`],
      [
        'AWS calls to the write',
        range(awsCalls.total, 0),
        `of them Lambda invokes ${range(awsCalls.lambdaInvokes, 0)}; announcement and parallel reads included`,
      ],
      ['one after another', `${awsCalls.sequential}`, `of them Lambda invokes ${awsCalls.sequentialInvokes}`],
      [
        'where a run spends it',
        '',
        Object.entries(stepsMs)
          .map(([step, took]) => `${step} ${fixed(took.median)}`)
          .join(', '),
      ],
      ['cold: every function, before', `${fixed(bench.warmingMs, 0)} ms`, 'in none of the above'],
    ]),
    ...section(
      'The chain: calls that must follow one another, each alone',
      bench.chain.map(({ name, calls, because, aloneMs }) => [
        `${calls} × ${name}${name.includes('entry') ? ' *' : ''}`,
        ms(aloneMs),
        because,
      ]),
    ),
  ];
}

export function sandboxLines({ coldProcessMs, inProcessMs }: SandboxStart): string[] {
  return section('Sandbox to ready', [
    ['a cold process', ms(coldProcessMs, 0), goal(coldProcessMs, 3_000)],
    ['in a process that has the code', ms(inProcessMs, 0), goal(inProcessMs, 3_000)],
  ]);
}

export function interpreterLines({ failover, thirtyEvents, expressionsPerExecution }: InterpreterBench): string[] {
  const machine = (name: string, { events, executionsPerSecond, eventsPerSecond }: typeof failover): Row => [
    `${name}, ${events} events`,
    `${range(executionsPerSecond, 0)}/s`,
    `${fixed(eventsPerSecond.median, 0)} events/s`,
  ];
  return section('Step Functions interpreter, executions on one core', [
    machine('the failover machine', failover),
    machine('Pass and Choice', thirtyEvents),
    [
      'one execution costs',
      `${fixed(expressionsPerExecution.failover.median, 0)} and ${fixed(expressionsPerExecution.thirtyEvents.median, 0)}`,
      'evaluations of a small JSONata expression',
    ],
  ]);
}

export function simulationLines({
  plainIncidentsPerSecond,
  falseAlarmsPerSecond,
  drawnIncidentsPerSecond,
  drawnRunsPerSecond,
}: SimulationBench): string[] {
  return section('Simulation in virtual time, on one core', [
    ['a plain loss, moved and verified', `${range(plainIncidentsPerSecond, 0)}/s`, 'goal ≥ 1000/s'],
    ['a false alarm, looked at and held', `${range(falseAlarmsPerSecond, 0)}/s`, ''],
    [
      'incidents as a soak draws them',
      `${range(drawnIncidentsPerSecond, 0)}/s`,
      `${range(drawnRunsPerSecond, 0)} runs/s, refused ones included`,
    ],
  ]);
}

export function coldImportLines({ bundles, emptyProcessMs, slowestToEmptyProcess }: ColdImportBench): string[] {
  return section('Bundles: size, and import in a fresh process', [
    ...bundles.map(
      ({ name, bytes, gzipBytes, importMs }): Row => [name, ms(importMs, 0), `${kilo(bytes)}, gzip ${kilo(gzipBytes)}`],
    ),
    ['an empty process', ms(emptyProcessMs, 0), `the slowest import is ${times(slowestToEmptyProcess)} of it`],
  ]);
}

function section(title: string, rows: readonly Row[]): string[] {
  const [label, value] = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length))) as [
    number,
    number,
  ];
  return [
    title,
    ...rows.map(([name, text, note = '']) => `  ${name.padEnd(label)}  ${text.padStart(value)}  ${note}`.trimEnd()),
    '',
  ];
}

const fixed = (value: number, digits = value < 100 ? 1 : 0) => value.toFixed(digits);
const range = ({ median, min, max }: Spread, digits?: number) =>
  min === max ? fixed(median, digits) : `${fixed(median, digits)} (${fixed(min, digits)}–${fixed(max, digits)})`;
const ms = (spread: Spread, digits?: number) => `${range(spread, digits)} ms`;
const times = (spread: Spread) => `${range(spread, 2)} ×`;
const kilo = (bytes: number) => `${(bytes / 1024).toFixed(0)} KiB`;

const goal = ({ median }: Spread, most: number) => `goal ≤ ${most}: ${median <= most ? 'met' : 'missed'}`;

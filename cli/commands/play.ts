import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultFile } from '../../config/load.ts';
import { topologyConfiguration, topologyNames } from '../../config/topology-names.ts';
import type { CallerShares } from '../../core/caller-kinds.ts';
import { fileName } from '../../core/incident.ts';
import type { Report } from '../../core/report.ts';
import { reportMarkdown } from '../../core/report-markdown.ts';
import type { Failover, Service } from '../../core/service.ts';
import { type Fault, faults, parseFault } from '../../sandbox/regions/fault.ts';
import { type Command, type Invocation, operandOr, text, UsageError } from '../command.ts';
import { writtenFailover } from '../configuration.ts';
import { connectTo, serviceNamed } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import { tempoOf } from '../number.ts';
import { callerShares } from '../play/caller-shares.ts';
import { failBack } from '../play/fail-back.ts';
import { isLate, latenessLines, measureLateness } from '../play/lateness.ts';
import { outage } from '../play/outage.ts';
import { affordableTempo, measurePressure, paceLines, slowerTempo } from '../play/pace.ts';
import { openStage } from '../play/stage.ts';
import { summaryLines } from '../play/summary.ts';
import { OutOfTime } from '../play/waits.ts';
import { isTheRegions, reaching, Unreachable } from '../unreachable.ts';

export const play: Command = {
  name: 'play',
  operands: '[service]',
  summary: 'play a regional outage on this machine, from end to end (npm start)',
  options: {
    fault: {
      value: 'FAULT',
      help: `what happens to the home region: ${faults.join(', ')} (default: lost)`,
    },
    tempo: { value: 'N', help: 'how many times as fast as AWS periods pass, from 1 to 1000 (default: 20)' },
    topology: { value: 'NAME', help: 'play one of infra/topologies/ with its application, and then bring it home' },
    callers: {
      value: 'SHARES',
      help: `how callers keep connections and addresses, like kept=30,fresh=70, or mixed (default: fresh); see docs/callers.md`,
    },
    fast: { help: 'with fast probes beside the canaries, whatever the configuration says (`fastProbe`)' },
    plain: { help: 'lines instead of the live picture' },
  },
  example: 'understudy play orders --fault hang',
  run,
};

async function run(invocation: Invocation): Promise<number> {
  const topology = text(invocation, 'topology');
  const file = text(invocation, 'config') ?? (topology === undefined ? defaultFile : configOf(topology));
  const loaded = await writtenFailover(invocation, file);
  const failover = invocation.values['fast'] === true ? { ...loaded, fastProbe: true } : loaded;
  const service = serviceNamed(failover, operandOr(failover.services[0]?.name ?? '', invocation, 'service'));
  const fault = parseFault(text(invocation, 'fault') ?? 'lost');
  if (typeof fault !== 'string')
    throw new UsageError(`there is no fault ${fault.unknown}; there are ${fault.known.join(', ')}`);
  const shares = callerShares(text(invocation, 'callers'));
  const asked = tempoOf(invocation);
  let tempo = affordableTempo(asked, await measurePressure());
  const say = (lines: readonly string[]) => {
    if (invocation.values['json'] !== true) for (const line of lines) invocation.out(line);
  };
  say(paceLines(asked, tempo));

  for (;;) {
    const played = await playAt(tempo, { invocation, failover, service, topology, fault, shares });
    const slower = slowerTempo(tempo);
    if (played.isVerified || !isLate(played.lateMs) || slower === tempo) {
      const lines = played.isVerified ? played.lines : [...played.lines, ...latenessLines(played.lateMs, tempo)];
      invocation.out(invocation.values['json'] === true ? JSON.stringify(played.reports) : lines.join('\n'));
      return played.isVerified ? exitCodes.done : exitCodes.otherwise;
    }
    say([...latenessLines(played.lateMs, tempo).slice(0, 1), `It is played again, at tempo ${slower}.`]);
    tempo = slower;
  }
}

interface Wanted {
  readonly invocation: Invocation;
  readonly failover: Failover;
  readonly service: Service;
  readonly topology: string | undefined;
  readonly fault: Fault;
  readonly shares: CallerShares;
}

interface Played {
  readonly reports: readonly Report[];
  readonly lines: readonly string[];
  readonly isVerified: boolean;
  /** How late this machine's timers came. */
  readonly lateMs: number;
}

/** One play, from the start of a sandbox to its end. What it waited for in vain is no mistake of anybody, and a play that is not verified. */
async function playAt(
  tempo: number,
  { invocation, failover, service, topology, fault, shares }: Wanted,
): Promise<Played> {
  // Loaded here, or every command would wait for a sandbox that only this one needs.
  const { startSandbox } = await import('../../sandbox/sandbox.ts');
  const sandbox = await reaching('the sandbox could not start', () => startSandbox({ failover, tempo, topology }));
  const stage = openStage({ invocation, sandbox, service, tempo, shares });
  const connection = connectTo({
    failover: sandbox.failover,
    endpoint: sandbox.addresses.aws,
    region: sandbox.failover.controlRegions[0] ?? sandbox.failover.ledger.region,
  });
  const lateness = measureLateness();
  try {
    const services = topology === undefined ? [service] : failover.services;
    const acts = { sandbox, connection, stage, service, services, fault, tempo, signal: invocation.signal };
    const away = await outage(acts);
    const lines = await summaryOf(away, 'the fault', topology);
    const goesHome = topology !== undefined && away.every(isVerified);
    const home = goesHome ? await failBack(acts) : null;
    if (home !== null) lines.push(...(await summaryOf(home, 'going home', topology)));
    const reports = [...away, ...(home ?? [])];
    return { reports, lines, isVerified: reports.every(isVerified), lateMs: lateness.ms() };
  } catch (error) {
    if (invocation.signal.aborted || !isOutOfTime(error)) throw error;
    const lines = [`NOT verified: the play did not come to its end: ${error.message}.`, ''];
    return { reports: [], lines, isVerified: false, lateMs: lateness.ms() };
  } finally {
    stage.close();
    await connection[Symbol.asyncDispose]();
    await sandbox.close();
  }
}

const isOutOfTime = (error: unknown): error is Error =>
  error instanceof OutOfTime || error instanceof Unreachable || isTheRegions(error);

function configOf(topology: string): string {
  const known = topologyNames();
  if (known.includes(topology)) return topologyConfiguration(topology);
  throw new UsageError(`there is no topology ${topology}; there are ${known.join(', ')}`);
}

/** The measured service at length, the others in a line each. */
async function summaryOf(
  [first, ...others]: readonly [Report, ...Report[]],
  since: string,
  topology = '',
): Promise<string[]> {
  const folder = await writeReport(first, topology);
  const lines = await Promise.all(
    others.map(
      async (report) =>
        `  ${isVerified(report) ? '' : 'NOT verified: '}${report.headline} (${await writeReport(report, topology)})`,
    ),
  );
  return [...summaryLines(first, folder, since), ...lines];
}

/** Moved, verified by the machine itself, and, where callers were measured, seen by them. */
function isVerified({ ending, traffic }: Report): boolean {
  return ending === 'recovered' && (traffic === null || traffic.recoveredAt !== null);
}

async function writeReport(report: Report, topology: string): Promise<string> {
  const folder = join('out', 'incidents', topology, fileName(report.incident));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(join(folder, 'report.md'), reportMarkdown(report));
  return folder;
}

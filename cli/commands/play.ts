import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadFailover } from '../../config/load.ts';
import { fileName } from '../../core/incident.ts';
import { type Report, reportOf } from '../../core/report.ts';
import { reportMarkdown } from '../../core/report-markdown.ts';
import { homeRegion, type Service } from '../../core/service.ts';
import { faults, parseFault } from '../../sandbox/regions/fault.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { type Command, type Invocation, operandOr, text, UsageError } from '../command.ts';
import { connectTo, serviceNamed } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import { tempoOf } from '../number.ts';
import { openStage, type Stage } from '../play/stage.ts';
import { summaryLines } from '../play/summary.ts';
import { reaching } from '../unreachable.ts';

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
    plain: { help: 'lines instead of the live picture' },
  },
  example: 'understudy play orders --fault hang',
  run,
};

/** The outage must be over, and verified, by then; otherwise the play has failed. */
const deadlineMs = 60_000;

/** Long enough for every canary to have passed once, and for callers to be served well. */
const calmMs = 2_000;

async function run(invocation: Invocation): Promise<number> {
  const failover = await loadFailover(text(invocation, 'config') ?? 'understudy.config.ts');
  const service = serviceNamed(failover, operandOr(failover.services[0]?.name ?? '', invocation, 'service'));
  const fault = parseFault(text(invocation, 'fault') ?? 'lost');
  if (typeof fault !== 'string')
    throw new UsageError(`there is no fault ${fault.unknown}; there are ${fault.known.join(', ')}`);
  const tempo = tempoOf(invocation);

  // Loaded here, or every command would wait for a sandbox that only this one needs.
  const { startSandbox } = await import('../../sandbox/sandbox.ts');
  const sandbox = await reaching('the sandbox could not start', () => startSandbox({ failover, tempo }));
  const stage = openStage({ invocation, sandbox, service, tempo });
  try {
    const report = await outage({ invocation, sandbox, stage, service, fault, tempo });
    const folder = await writeReport(report);
    stage.close();
    invocation.out(summaryLines(report, folder).join('\n'));
    return isVerified(report) ? exitCodes.done : exitCodes.otherwise;
  } finally {
    stage.close();
    await sandbox.close();
  }
}

interface Outage {
  readonly invocation: Invocation;
  readonly sandbox: Sandbox;
  readonly stage: Stage;
  readonly service: Service;
  readonly fault: Exclude<ReturnType<typeof parseFault>, { unknown: string }>;
  readonly tempo: number;
}

/** Calm, fault, and then hands off: from here on only Understudy acts. */
async function outage({ invocation, sandbox, stage, service, fault, tempo }: Outage): Promise<Report> {
  const { signal } = invocation;
  const home = homeRegion(service);
  stage.phase('getting ready: functions start, canaries make their first runs');
  await unlessAborted(sandbox.warm(), signal);
  stage.phase('all is well; waiting until every canary has passed');
  await stage.calm(calmMs, signal);
  stage.phase(`${home}: ${fault}. From here on only Understudy acts`);
  await sandbox.setFault(home, fault);
  const faultAt = stage.faultAt ?? Date.now();

  await using connection = connectTo({
    failover: sandbox.failover,
    endpoint: sandbox.addresses.aws,
    region: sandbox.failover.controlRegions[0] ?? sandbox.failover.ledger.region,
  });
  const giveUpAt = faultAt + deadlineMs;
  let incident: string | null = null;
  while (incident === null && Date.now() < giveUpAt) {
    await delay(250, undefined, { signal });
    const entries = await connection.ledger.entries(service.name);
    incident =
      entries.find(({ what }) => what.kind === 'concluded' && what.ending !== 'refused' && what.ending !== 'held')
        ?.incident ?? null;
  }
  stage.phase(
    incident === null ? 'the deadline is over' : `${incident} is concluded; watching callers a little longer`,
  );
  // Callers are watched a little longer: 99 % must not only be reached but kept.
  await delay(incident === null ? 0 : calmMs, undefined, { signal });
  const entries = await connection.ledger.entries(service.name);
  const found = incident ?? entries.findLast((entry) => entry.incident !== null)?.incident ?? `${service.name}#0`;
  return reportOf(found, entries, {
    faultAt,
    firstRedAt: stage.firstRedAt,
    tempo,
    traffic: stage.traffic(faultAt),
    events: stage.events(),
  });
}

/** Getting ready takes seconds: whoever presses Ctrl-C meanwhile does not wait for it. */
function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<unknown> {
  signal.throwIfAborted();
  return Promise.race([work, once(signal, 'abort').then(() => signal.throwIfAborted())]);
}

/** Moved, verified by the machine itself, and seen by callers. */
function isVerified({ ending, traffic }: Report): boolean {
  return ending === 'recovered' && traffic !== null && traffic.recoveredAt !== null;
}

async function writeReport(report: Report): Promise<string> {
  const folder = join('out', 'incidents', fileName(report.incident));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(join(folder, 'report.md'), reportMarkdown(report));
  return folder;
}

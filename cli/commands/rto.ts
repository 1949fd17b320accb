import { writeFile } from 'node:fs/promises';
import { aliasTtlMs } from '../../core/caller-kinds.ts';
import type { Failover, Service } from '../../core/service.ts';
import type { OutageName } from '../../simulation/rto/outage.ts';
import type { Rto } from '../../simulation/rto/rto.ts';
import { type Command, type Invocation, text, UsageError } from '../command.ts';
import { writtenFailover } from '../configuration.ts';
import { servicesNamed } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import { number } from '../number.ts';

const outageNames: readonly OutageName[] = ['lost', 'dark', '500'];

export const rto: Command = {
  name: 'rto',
  operands: '[service …]',
  summary: 'how long outages would last with the configuration, from virtual ones with named latencies; asks nobody',
  options: {
    fault: {
      value: 'NAME',
      help: `${outageNames.join(', ')}: what happens to the home region (default: each of them)`,
    },
    incidents: { value: 'N', help: 'so many outages of each service and fault (default: 10000)' },
    ttl: { value: 'SECONDS', help: 'TTL of the records that callers look up behind routing controls (default: 60)' },
    svg: { value: 'FILE', help: 'write a picture of it, too' },
  },
  example: 'understudy rto orders --fault dark',
  run,
};

async function run(invocation: Invocation): Promise<number> {
  const failover = await writtenFailover(invocation);
  const services = servicesNamed(failover, invocation.operands);
  const names = faultsOf(invocation);
  const incidents = number(invocation, 'incidents', { least: 100, most: 1_000_000, otherwise: 10_000, whole: true });
  const ttlMs = number(invocation, 'ttl', { least: 0, most: 86_400, otherwise: aliasTtlMs / 1_000 }) * 1_000;
  // The simulation brings the product and the interpreter with it: only this command and `simulate` wait for them.
  const [{ rtoOf }, { remediesFor }, lines, { picture }] = await Promise.all([
    import('../../simulation/rto/rto.ts'),
    import('../rto/remedies.ts'),
    import('../rto/table.ts'),
    import('../rto/picture.ts'),
  ]);
  const { out, err, signal, values } = invocation;
  const json = values['json'] === true;
  const played = new Map<string, Rto>();
  const play = async (of: Failover, service: Service, outage: OutageName, count: number): Promise<Rto> => {
    const key = JSON.stringify([likeness(of, service), outage, count]);
    const known = played.get(key) ?? (await rtoOf(of, service, { outage, incidents: count, ttlMs, signal }));
    played.set(key, known);
    return { ...known, service: service.name };
  };
  // Nobody reads the stacks of errors that are played.
  Error.stackTraceLimit = 0;
  const all: Rto[] = [];
  const remedies: object[] = [];
  for (const service of services) {
    const rtos: Rto[] = [];
    for (const name of names) {
      if (!json && process.stderr.isTTY) err(`${service.name}, ${name}: ${incidents} outages …`);
      rtos.push(await play(failover, service, name, incidents));
      if (signal.aborted) return exitCodes.interrupted;
    }
    all.push(...rtos);
    const [is = rtos[0]] = rtos.filter(({ outage }) => outage === 'dark');
    if (is === undefined) continue;
    const tried: { remedy: ReturnType<typeof remediesFor>[number]; rto: Rto }[] = [];
    for (const remedy of remediesFor(failover, service)) {
      tried.push({ remedy, rto: await play(remedy.failover, remedy.service, is.outage, Math.min(incidents, 2_000)) });
      if (signal.aborted) return exitCodes.interrupted;
    }
    if (json) {
      remedies.push(
        ...tried.map(({ remedy: { change, price, usdMonthly }, rto }) => ({ change, price, usdMonthly, rto })),
      );
    } else out([...lines.serviceLines(rtos), '', ...lines.remedyLines(is, tried), ''].join('\n'));
  }
  const file = text(invocation, 'svg');
  if (file !== undefined) await writeFile(file, picture(all));
  if (json) out(JSON.stringify({ rtos: all, remedies, latencies: (await latencies()).namedLatencies, ttlMs }, finite));
  else out(lines.assumptionLines(names, ttlMs).join('\n'));
  return exitCodes.done;
}

const latencies = () => import('../../simulation/rto/latencies.ts');

/** JSON knows no infinity. */
const finite = (_: string, value: unknown): unknown => (value === Infinity ? null : value);

function faultsOf(invocation: Invocation): readonly OutageName[] {
  const given = text(invocation, 'fault');
  if (given === undefined) return outageNames;
  const found = outageNames.find((name) => name === given);
  if (found !== undefined) return [found];
  throw new UsageError(`--fault takes ${outageNames.join(', ')}, not ${given}`);
}

/** Of services that are alike in this one is played: a fleet has a thousand of a handful of kinds. */
function likeness(
  failover: Failover,
  { regions, policy, canaries, lever, healthy, hooks, writeProbe }: Service,
): object {
  const { fastProbe, observers, controlRegions } = failover;
  const names = regions.map(({ region }) => region);
  return {
    ...{ fastProbe, observers, controlRegions, names, policy, canaries },
    ...{ lever: lever.kind, healthy: [healthy.timeoutMs, healthy.slowMs], hooks, writes: writeProbe !== undefined },
  };
}

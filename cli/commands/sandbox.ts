import { once } from 'node:events';
import { commandLine } from '../../config/installation.ts';
import { loadFailover } from '../../config/load.ts';
import { pageFile } from '../../console/page-file.ts';
import type { Console } from '../../console/server.ts';
import type { Failover } from '../../core/service.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { lineOf } from '../../sandbox/world-event.ts';
import { type Command, type Invocation, noOperands, text, UsageError } from '../command.ts';
import { configFile, writtenFailover } from '../configuration.ts';
import { connectTo } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import { number, tempoOf } from '../number.ts';
import { affordableTempo, measurePressure, paceLines } from '../play/pace.ts';
import { Unreachable } from '../unreachable.ts';
import { consolePage } from './console.ts';

export const sandbox: Command = {
  name: 'sandbox',
  operands: '',
  summary: 'keep AWS on loopback up, with the example deployed, until Ctrl-C',
  options: {
    port: { value: 'N', help: 'port of all AWS services; ARC’s five endpoints take the next five (default: any free)' },
    tempo: { value: 'N', help: 'how many times as fast as AWS periods pass, from 1 to 1000 (default: 20)' },
    beside: { value: 'STAGE,…', help: 'other stages of the configuration to deploy in the same account' },
    quiet: { help: 'print the addresses only, not what happens' },
  },
  example: 'understudy sandbox --port 4566',
  run,
};

async function run(invocation: Invocation): Promise<number> {
  noOperands(invocation);
  // ARC's five endpoints take the ports above it.
  const port = number(invocation, 'port', { least: 0, most: 65_530, otherwise: 0, whole: true });
  const asked = tempoOf(invocation);
  const tempo = affordableTempo(asked, await measurePressure());
  const file = configFile(invocation);
  const failover = await writtenFailover(invocation, file);
  // Loaded here, or every command would wait for a sandbox that only this one needs.
  const [{ startSandbox }, { openConsole }] = await Promise.all([
    import('../../sandbox/sandbox.ts'),
    import('../console/open.ts'),
  ]);
  const configuration = () => writtenFailover(invocation, file);
  let opened: Console | null = null;
  const started = await startSandbox({
    failover,
    beside: await othersOf(invocation, file, failover),
    port,
    tempo,
    configuration,
    console: () => opened?.url ?? null,
  }).catch((cause: unknown) => {
    throw new Unreachable('the sandbox could not start', cause);
  });
  try {
    const { addresses } = started;
    const [region = failover.ledger.region] = failover.controlRegions;
    await using connection = connectTo({ failover: started.failover, endpoint: addresses.aws, region });
    const { signal } = invocation;
    await using page = await openConsole(
      connection,
      { values: { endpoint: addresses.aws }, signal },
      await pageFile(consolePage),
      0,
    );
    opened = page;
    if (invocation.values['json'] === true) invocation.out(JSON.stringify({ ...addresses, console: page.url }));
    else invocation.out([...paceLines(asked, tempo), welcome(addresses, page.url)].join('\n'));
    if (invocation.values['quiet'] !== true && invocation.values['json'] !== true) {
      started.watch((event) => {
        if (event.kind !== 'canary' && event.kind !== 'state')
          invocation.out(`${new Date(event.at).toISOString().slice(11, 23)}  ${lineOf(event)}`);
      });
    }
    if (!invocation.signal.aborted) await once(invocation.signal, 'abort');
    return exitCodes.interrupted;
  } finally {
    await started.close();
  }
}

/** The stages that `--beside` names. An account that is not this one has no loopback yet. */
async function othersOf(invocation: Invocation, file: string, { account }: Failover): Promise<readonly Failover[]> {
  const names = text(invocation, 'beside')?.split(',') ?? [];
  const others = await Promise.all(names.map((stage) => loadFailover(file, { stage })));
  for (const { name, account: theirs } of others) {
    if (theirs !== account) {
      throw new UsageError(`${name} is in account ${theirs}, and one sandbox has the deployments of one: ${account}`);
    }
  }
  return others;
}

function welcome(addresses: Sandbox['addresses'], consoleUrl: string): string {
  const { aws, arc, edge, dns, regions, services, tempo } = addresses;
  const row = (name: string, value: string) => `  ${name.padEnd(22)} ${value}`;
  return [
    `AWS on loopback, ready; periods pass ${tempo} times as fast. Ctrl-C ends it, and everything that it started.`,
    '',
    row('console', consoleUrl),
    row('AWS_ENDPOINT_URL', aws),
    row('ARC cluster endpoints', arc.join(' ')),
    row('edge (CloudFront)', edge),
    row('DNS (Route 53)', dns),
    ...Object.entries(regions).map(([name, url]) => row(`region ${name}`, url)),
    ...Object.entries(services).map(([name, { frontDoor }]) => row(`service ${name}`, frontDoor)),
    '',
    'Try:',
    `  export AWS_ENDPOINT_URL=${aws} AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox`,
    `  ${commandLine} status`,
    `  curl ${edge}/`,
    `  curl -X POST ${aws}/_sandbox/faults -d '{"region":"${Object.keys(regions)[0]}","fault":"dark"}'`,
    `  curl -X DELETE ${aws}/_sandbox/faults`,
    `  curl -X POST ${aws}/_sandbox/deploy    # after a change of the configuration`,
    '',
  ].join('\n');
}

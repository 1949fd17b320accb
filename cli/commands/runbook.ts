import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { defaultFile } from '../../config/load.ts';
import { breakGlassPage } from '../../runbook/page.ts';
import { type Command, type Invocation, noOperands, text } from '../command.ts';
import { plannedFailover, stageOf } from '../configuration.ts';
import { chosenEndpoint, deploymentIn, sandboxConfiguration } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';

const defaultOut = 'cdk.out/break-glass.md';

export const runbook: Command = {
  name: 'runbook',
  operands: '',
  summary: 'write the page for moving traffic by hand, with the orchestrator dead',
  options: { out: { value: 'FILE', help: `where to (default: ${defaultOut}; - prints it)` } },
  example: 'understudy runbook --out break-glass.md',
  async run(invocation) {
    noOperands(invocation);
    const page = await pageFor(invocation);
    const out = text(invocation, 'out') ?? defaultOut;
    if (out === '-') {
      invocation.out(page.trimEnd());
      return exitCodes.done;
    }
    await mkdir(dirname(out), { recursive: true });
    await writeFile(out, page);
    invocation.out(
      invocation.values['json'] === true ? JSON.stringify({ file: out }) : `${out} is written; keep a copy outside AWS`,
    );
    return exitCodes.done;
  },
};

/** For AWS; for a sandbox, with its addresses, where one is named and a file is not, or by the option. */
async function pageFor(invocation: Invocation): Promise<string> {
  const stage = stageOf(invocation);
  const given = text(invocation, 'config') ?? process.env['UNDERSTUDY_CONFIG'];
  const endpoint = chosenEndpoint(text(invocation, 'endpoint'));
  if (endpoint !== null && (given === undefined || text(invocation, 'endpoint') !== undefined)) {
    return breakGlassPage(await sandboxConfiguration(endpoint, await deploymentIn(invocation)), {
      config: given ?? defaultFile,
      stage,
      endpoint,
    });
  }
  const config = given ?? defaultFile;
  return breakGlassPage(await plannedFailover(invocation, config), {
    config,
    stage,
    outputs: text(invocation, 'outputs'),
  });
}

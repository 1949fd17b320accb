import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { defaultFile } from '../../config/load.ts';
import { breakGlassPage } from '../../runbook/page.ts';
import { type Command, noOperands, text } from '../command.ts';
import { plannedFailover } from '../configuration.ts';
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
    const file = text(invocation, 'config') ?? process.env['UNDERSTUDY_CONFIG'] ?? defaultFile;
    const page = breakGlassPage(await plannedFailover(invocation, file));
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

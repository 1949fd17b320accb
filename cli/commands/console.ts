import { once } from 'node:events';
import { dist } from '../../config/installation.ts';
import { pageFile } from '../../console/page-file.ts';
import { type Command, type Invocation, noOperands } from '../command.ts';
import { connect } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import { number } from '../number.ts';

/** Where the build writes the page. */
export const consolePage = dist('console', 'index.html');

export const consoleCommand: Command = {
  name: 'console',
  operands: '',
  summary: 'a page in the browser: every service, why nothing happens, what waits, and what a person may do',
  options: {
    port: { value: 'N', help: 'of 127.0.0.1 (default: any that is free)' },
  },
  example: 'understudy console',
  run,
};

async function run(invocation: Invocation): Promise<number> {
  noOperands(invocation);
  const port = number(invocation, 'port', { least: 0, most: 65_535, otherwise: 0, whole: true });
  // Loaded here: it brings the server and every command that the page offers.
  const { openConsole } = await import('../console/open.ts');
  await using connection = await connect(invocation);
  await using opened = await openConsole(connection, invocation, await pageFile(consolePage), port);
  if (invocation.values['json'] === true) invocation.out(JSON.stringify({ url: opened.url }));
  else invocation.out(`the console is at ${opened.url}\nOpen it in a browser of this machine; Ctrl-C ends it.`);
  if (!invocation.signal.aborted) await once(invocation.signal, 'abort');
  return exitCodes.interrupted;
}

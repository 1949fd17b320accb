import { parseArgs } from 'node:util';
import { ConfigurationMistake } from '../config/define-failover.ts';
import { type Command, common, parseOptions, UsageError } from './command.ts';
import { allCommands, commandNamed, commands } from './commands.ts';
import { didYouMean } from './did-you-mean.ts';
import { exitCodes } from './exit-codes.ts';
import { helpOf, overview } from './help.ts';
import { whenOrphaned } from './orphaned.ts';
import { printable } from './printable.ts';
import { Unreachable } from './unreachable.ts';

const out = (text: string) => process.stdout.write(`${printable(text)}\n`);
const err = (text: string) => process.stderr.write(`${printable(text)}\n`);

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    out(overview(await allCommands()));
    return name === undefined ? exitCodes.usage : exitCodes.done;
  }
  if (name === '--version' || name === '-V' || name === 'version') {
    out(await version());
    return exitCodes.done;
  }
  const command = await commandNamed(name);
  if (command === undefined) {
    const near = didYouMean(name, Object.keys(commands));
    throw new UsageError(`there is no command ${name}${near}; understudy --help lists them`);
  }
  const { values, positionals } = parse(command, rest);
  if (values['help'] === true) {
    out(helpOf(command));
    return exitCodes.done;
  }
  const interrupted = interruption();
  // A sandbox has a quiet of its own: it still says where it is.
  const isQuiet = values['quiet'] === true && command.options['quiet'] === undefined;
  if (isQuiet && values['json'] === true)
    throw new UsageError('--quiet prints nothing, and --json prints JSON; leave one out');
  try {
    const say = isQuiet ? () => {} : out;
    return await command.run({ operands: positionals, values, out: say, err, signal: interrupted });
  } catch (error) {
    if (interrupted.aborted) return exitCodes.interrupted;
    throw error;
  }
}

async function version(): Promise<string> {
  const { default: about } = await import('../package.json', { with: { type: 'json' } });
  return `understudy ${about.version}, Node ${process.version}`;
}

function parse(command: Command, args: readonly string[]) {
  try {
    const options = { ...parseOptions(common), ...parseOptions(command.options) };
    const parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    return { values: parsed.values as Record<string, string | boolean | undefined>, positionals: parsed.positionals };
  } catch (cause) {
    const known = [...Object.keys(command.options), ...Object.keys(common)].map((name) => `--${name}`);
    throw new UsageError(`${complaint(cause, known)}; see understudy ${command.name} --help`);
  }
}

/** Node's own words, as one line, and without advice that a person cannot use here. */
function complaint(cause: unknown, known: readonly string[]): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const ambiguous = /^Option '(--[\w-]+)/.exec(text)?.[1];
  if (text.includes('is ambiguous'))
    return `the value of ${ambiguous} starts with a dash; if it is meant so, write ${ambiguous}=…`;
  const unknown = /^Unknown option '(--[\w-]+)/.exec(text)?.[1];
  const said = text.split(/\n|\. To specify/)[0]?.replace(/\.$/, '') ?? text;
  return unknown === undefined ? said : `${said}${didYouMean(unknown, known)}`;
}

/** Ctrl-C, being told to end, and a terminal that is closed are one thing: what was started must go. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  const end = (why: string) => controller.abort(new Interrupted(why));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end(signal));
  whenOrphaned(() => end('npm is gone'));
  // Writing to a terminal or a pipe that is gone is an error event; nobody listening to it would end us without cleaning up.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ({ message }) => end(message));
  return controller.signal;
}

class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** People get a sentence; a stack trace only where the fault is ours. */
function report(error: unknown): number {
  if (error instanceof UsageError || error instanceof ConfigurationMistake) {
    err(`understudy: ${error.message}`);
    return exitCodes.usage;
  }
  if (error instanceof Unreachable) {
    err(`understudy: ${error.message}`);
    return exitCodes.unreachable;
  }
  err(error instanceof Error ? `understudy: this is a bug of ours: ${error.stack}` : `understudy: ${String(error)}`);
  return exitCodes.otherwise;
}

process.exitCode = await main(process.argv.slice(2)).catch(report);
leaveSoon();

/** Whatever is still open then, a socket or a thread, keeps nobody waiting; what a slow reader has not taken yet does. */
function leaveSoon(): void {
  const leave = () => {
    if (process.stdout.writableLength + process.stderr.writableLength > 0) leaveSoon();
    else process.exit();
  };
  setTimeout(leave, 5_000).unref();
}

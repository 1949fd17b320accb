import type { ParseArgsOptionsConfig } from 'node:util';
import { reasonMax } from '../core/incident.ts';
import { printableLine } from './printable.ts';

/** One word after `understudy`. */
export interface Command {
  readonly name: string;
  /** What follows the name, such as `<service>`. */
  readonly operands: string;
  /** One line. */
  readonly summary: string;
  /** Options of its own; those of all commands are in `common`. */
  readonly options: Readonly<Record<string, OptionHelp>>;
  readonly example: string;
  /** Resolves to the exit status. */
  run(invocation: Invocation): Promise<number>;
}

export interface Invocation {
  readonly operands: readonly string[];
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Aborts on Ctrl-C, on SIGTERM, and when nobody is there any more to read. */
  readonly signal: AbortSignal;
}

export interface OptionHelp {
  /** Placeholder of its value, such as `REGION`; none for a switch. */
  readonly value?: string;
  readonly help: string;
}

/** Options that every command takes. */
export const common: Readonly<Record<string, OptionHelp>> = {
  config: { value: 'FILE', help: 'the configuration (default: understudy.config.ts, or the sandbox’s own)' },
  stage: {
    value: 'NAME',
    help: 'the environment of the configuration, where it has stages (also UNDERSTUDY_STAGE; default: its own)',
  },
  endpoint: {
    value: 'URL',
    help: 'where AWS is: a sandbox’s address, or AWS itself without it (also AWS_ENDPOINT_URL)',
  },
  region: {
    value: 'REGION',
    help: 'the control region to work through (default: the first; for a run, the first that answers)',
  },
  outputs: {
    value: 'FILE',
    help: 'what cdk deploy --outputs-file wrote (default: cdk-outputs.json, of a stage cdk-outputs.<stage>.json, where it is there)',
  },
  json: { help: 'print JSON, and nothing else' },
  quiet: { help: 'print only what is wrong; the exit status says the rest' },
  help: { help: 'show this' },
};

/** The command was not understood. The message says what to write instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function parseOptions(options: Readonly<Record<string, OptionHelp>>): ParseArgsOptionsConfig {
  return Object.fromEntries(
    Object.entries(options).map(([name, { value }]) => [name, { type: value === undefined ? 'boolean' : 'string' }]),
  );
}

/** The value of a text option, or undefined where it was not given. */
export function text(invocation: Invocation, name: string): string | undefined {
  const value = invocation.values[name];
  return typeof value === 'string' ? value : undefined;
}

/** Prints a line for people: nothing with `--json`, beside which nothing is printed. */
export const printerOf =
  ({ values, out }: Invocation) =>
  (line: string): void => {
    if (values['json'] !== true) out(printableLine(line));
  };

/** Why, in a person's words. Throws `UsageError` where they are more than the record and the messages have room for. */
export function reasonOf(invocation: Invocation): string | undefined {
  const reason = text(invocation, 'reason');
  if (reason !== undefined && reason.length > reasonMax) {
    throw new UsageError(
      `--reason has ${reason.length} characters, of at most ${reasonMax}: say the rest where it can be linked to`,
    );
  }
  return reason;
}

/** The one operand that a command cannot do without. */
export function operand(invocation: Invocation, what: string): string {
  const [first, ...more] = invocation.operands;
  if (first === undefined) throw new UsageError(`say which ${what}; understudy --help shows how`);
  if (more.length > 0) throw new UsageError(`only one ${what} at a time; ${more.join(' ')} is too much`);
  return first;
}

/** The one operand, or what stands for it where it was left out. */
export function operandOr(otherwise: string, invocation: Invocation, what: string): string {
  return invocation.operands.length === 0 ? otherwise : operand(invocation, what);
}

/** What a command would not use it refuses: it was meant for something. */
export function noOperands({ operands }: Invocation): void {
  if (operands.length > 0) throw new UsageError(`${operands.join(' ')} is too much; this command takes options alone`);
}

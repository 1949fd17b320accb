import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  /** What it has written so far. */
  stdout(): string;
  readonly finished: Promise<Finished>;
}

/** `understudy …` as a process and a process group of its own, without this one's AWS settings. */
export function startCli(
  args: readonly string[],
  { env = {} }: { readonly env?: Readonly<Record<string, string>> } = {},
): Started {
  const entry = resolve('cli/understudy.ts');
  const child = spawn(process.execPath, [entry, ...args], {
    detached: true,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], USER: 'ada', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written.stderr += text;
  });
  const finished = once(child, 'close').then(([code]) => ({ code: code as number | null, ...written }));
  return { child, stdout: () => written.stdout, finished };
}

export const understudy = (args: readonly string[], options?: Parameters<typeof startCli>[1]): Promise<Finished> =>
  startCli(args, options).finished;

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Failover } from '../core/service.ts';
import { startSandbox } from '../sandbox/sandbox.ts';
import { inTurn, type Rounds, type Spread, spread } from './spread.ts';

/** To ready: everything answers and everything is deployed. Functions are cold then. Milliseconds; the goal is 3000. */
export interface SandboxStart {
  /** `understudy sandbox` as a person starts it, Node's own start and the loading of the code in it. */
  readonly coldProcessMs: Spread;
  /** In a process that has the code already, as in a test. */
  readonly inProcessMs: Spread;
}

export async function benchSandboxStart(failover: Failover, rounds: Rounds): Promise<SandboxStart> {
  const ways = { coldProcess: startProcess, inProcess: () => startHere(failover) };
  const names = ['coldProcess', 'inProcess'] as const;
  const { coldProcess, inProcess } = await inTurn(names, rounds, (name) => ways[name]());
  return { coldProcessMs: spread(coldProcess), inProcessMs: spread(inProcess) };
}

async function startProcess(): Promise<number> {
  const start = performance.now();
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('../cli/understudy.ts', import.meta.url)), 'sandbox', '--json'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const exited = once(child, 'exit');
  try {
    const lines = createInterface(child.stdout);
    const said = await Promise.race([once(lines, 'line').then(([line]) => String(line)), exited.then(() => 'nothing')]);
    const readyMs = performance.now() - start;
    if (!said.includes('"ready":true')) throw new Error(`the sandbox is not ready; it said: ${said}`);
    return readyMs;
  } finally {
    child.kill('SIGINT');
    await exited;
  }
}

async function startHere(failover: Failover): Promise<number> {
  const start = performance.now();
  const sandbox = await startSandbox({ failover });
  const readyMs = performance.now() - start;
  await sandbox.close();
  return readyMs;
}

import { setTimeout as delay } from 'node:timers/promises';
import { parseFailover } from '../../config/define-failover.ts';
import type { StagedInput } from '../../config/stages.ts';
import { parseFault } from '../regions/fault.ts';
import { type Sandbox, startSandbox as start } from '../sandbox.ts';
import { lineOf } from '../world-event.ts';
import { startCallers } from './callers.ts';
import type { World } from './world.ts';

export interface SandboxOptions {
  /** What is protected: what `defineFailover` returned, the default export of `understudy.config.ts`. */
  readonly failover: StagedInput;
  /** One of its `stages`; left out, the environment that it describes itself. */
  readonly stage?: string;
  /**
   * The folder that the synthesis of your app wrote, such as `cdk.out`: its stacks are deployed, yours beside Understudy's, with your viewer-request
   * function. Of what loopback does not know it says which resource that is. Left out, the stacks of the configuration alone.
   */
  readonly assembly?: string;
  /** How many times as fast as AWS periods pass, from 1 to 1000; work takes what this machine needs. Default: 20. */
  readonly tempo?: number;
}

/**
 * Deploys a configuration on AWS on loopback, with the templates, functions, canaries and the edge function that ship. Services are
 * played: they answer what the configuration calls healthy. Resolves once every canary has passed, from which moment on a test
 * may break things. Rejects with `ConfigurationMistake`, and with what keeps canaries from passing.
 *
 * @example
 * const world = await startSandbox({ failover });
 * await world.lose('us-east-1');
 * await world.served('orders').by('us-west-2');
 * await world.close();
 */
export async function startSandbox({ failover: input, stage, assembly, tempo = 20 }: SandboxOptions): Promise<World> {
  const failover = parseFailover(input, 'failover', stage);
  const sandbox = await start({ failover, assembly, tempo });
  const lines: string[] = [];
  sandbox.watch((event) => {
    if (event.kind !== 'canary' || !event.passed)
      lines.push(`${new Date(event.at).toISOString().slice(11, 23)} ${lineOf(event)}`);
  });
  const callers = new Map(failover.services.map((service) => [service.name, startCallers(sandbox, service)]));
  let changedAt = Date.now();
  const close = async () => {
    await Promise.all([...callers.values()].map((each) => each.stop()));
    await sandbox.close();
  };
  try {
    const passed = canariesPass(sandbox, calmWithinMs + 10 * (60_000 / tempo));
    await Promise.all([sandbox.warm(), passed]);
  } catch (error) {
    await close();
    throw error;
  }
  const spoil = async (region: string, fault: string | null) => {
    const parsed = fault === null ? null : parseFault(fault);
    if (parsed !== null && typeof parsed !== 'string') {
      throw new Error(`there is no fault ${parsed.unknown}; there are ${parsed.known.join(', ')}`);
    }
    await sandbox.setFault(region, parsed);
    changedAt = Date.now();
  };
  return {
    addresses: sandbox.addresses,
    clock: {
      tempo,
      pass: async (periodMs) => {
        if (!(periodMs >= 0)) throw new Error(`a period has a number of milliseconds, not ${periodMs}`);
        await delay(periodMs / tempo);
      },
    },
    lose: (region) => spoil(region, 'lost'),
    spoil,
    heal: (region) => spoil(region, null),
    served(name) {
      const found = callers.get(name);
      if (found === undefined)
        throw new Error(`there is no service ${name}; there are ${[...callers.keys()].join(', ')}`);
      return found.served(
        () => changedAt,
        () => lines,
      );
    },
    happened: () => [...lines],
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** A machine that is busy with something else takes minutes to start some thirty functions. */
const calmWithinMs = 300_000;

/** Rejects with the last words of those that do not. */
async function canariesPass(sandbox: Sandbox, withinMs: number): Promise<void> {
  const waiting = new Map(
    sandbox.loopback.canaries.list().map(({ name, observer }) => [`${name} from ${observer}`, 'it has not run']),
  );
  const stop = sandbox.watch((event) => {
    if (event.kind !== 'canary') return;
    const name = `${event.canary} from ${event.observer}`;
    if (event.passed) waiting.delete(name);
    else if (waiting.has(name)) waiting.set(name, event.detail);
  });
  const giveUpAt = Date.now() + withinMs;
  try {
    while (waiting.size > 0) {
      if (Date.now() >= giveUpAt) {
        const why = [...waiting].map(([name, detail]) => `  canary ${name}: ${detail}`);
        throw new Error([`not every canary passed within ${withinMs} ms:`, ...why].join('\n'));
      }
      await delay(50);
    }
  } finally {
    stop();
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { region as regionNamed } from '../../core/brand.ts';
import type { Service } from '../../core/service.ts';
import { recoveredAt, type Sample } from '../../core/traffic.ts';
import { wallClock } from '../../loopback/clock.ts';
import type { Sandbox } from '../sandbox.ts';
import { callersOf } from '../viewers/callers.ts';
import { startViewers } from '../viewers/viewers.ts';
import type { Served } from './world.ts';

/** Callers of one service, and what they get. */
export interface Callers {
  served(since: () => number, happened: () => readonly string[]): Served;
  stop(): Promise<void>;
}

export function startCallers(sandbox: Sandbox, service: Service): Callers {
  const samples: Sample[] = [];
  const viewers = startViewers({
    ...callersOf(sandbox, service),
    ratePerSecond: 10,
    viewers: 100,
    methodMix: { get: 1, post: 1 },
    timeoutMs: 5_000,
    clock: wallClock,
    random: Math.random,
    onResult: (sample) => samples.push(sample),
  });
  return {
    served: (since, happened) => ({
      async by(region, { withinMs = 300_000 } = {}) {
        const known = service.regions.map((each) => each.region as string);
        if (!known.includes(region))
          throw new Error(`${service.name} has no region ${region}; it has ${known.join(', ')}`);
        const giveUpAt = Date.now() + withinMs;
        while (recoveredAt(samples, { since: since(), by: regionNamed(region), windowMs: 1_000 }) === null) {
          if (Date.now() >= giveUpAt) throw new Error(otherwise(service.name, region, withinMs, samples, happened()));
          await delay(100);
        }
      },
    }),
    stop: () => viewers.stop(),
  };
}

/** What callers got in the last seconds, and the last that happened. */
function otherwise(
  service: string,
  region: string,
  withinMs: number,
  samples: readonly Sample[],
  happened: readonly string[],
): string {
  const lately = samples.slice(-100);
  const counts = Map.groupBy(lately, ({ error, servedBy }) => error ?? `answered by ${servedBy}`);
  const got = [...counts].map(([what, those]) => `${those.length} ${what}`).join(', ') || 'none was answered';
  return [
    `${service} is not served by ${region} after ${withinMs} ms: of the last ${lately.length} requests ${got}`,
    ...happened.slice(-20).map((line) => `  ${line}`),
  ].join('\n');
}

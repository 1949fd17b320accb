import type { Region } from '../core/brand.ts';
import { judge, judgeStatus } from '../core/judge.ts';
import type { Answer, Observation } from '../core/observation.ts';
import type { ProbeRequest } from './probe.ts';
import type { VantageAim } from './vantage-contract.ts';

export interface BurstPorts {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
  /** A string that was never given before. */
  readonly unique: () => string;
  readonly probe: (request: ProbeRequest) => Promise<Answer>;
}

/**
 * Probes every target `count` times, started `intervalMs` apart whether or not the one before has answered, all targets
 * in parallel, and judges what came back. Grouped by target, in the order in which the probes were started.
 */
export async function burst(
  observer: Region,
  aims: readonly VantageAim[],
  { count, intervalMs }: { readonly count: number; readonly intervalMs: number },
  ports: BurstPorts,
): Promise<Observation[]> {
  const volleys = await Promise.all(
    Array.from({ length: count }, async (_, turn) => {
      if (turn > 0) await ports.wait(turn * intervalMs);
      return Promise.all(aims.map((aim) => observe(observer, aim, ports)));
    }),
  );
  return aims.flatMap((_, of) => volleys.flatMap((volley) => volley[of] ?? []));
}

async function observe(observer: Region, aim: VantageAim, ports: BurstPorts): Promise<Observation> {
  const { target, url, timeoutMs, resolvers, healthy, expectedRegion } = aim;
  const at = ports.now();
  const answer = await ports.probe({ url, timeoutMs, resolvers, cacheBuster: ports.unique() });
  const outcome =
    target.kind === 'control' ? judgeStatus(answer, healthy.status) : judge(answer, healthy, expectedRegion);
  return { observer, target, at, latencyMs: answer.latencyMs, outcome };
}

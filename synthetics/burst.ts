import { type Region, unreachable } from '../core/brand.ts';
import { judge, judgeEdge, judgeStatus } from '../core/judge.ts';
import type { Answer, Observation, Outcome } from '../core/observation.ts';
import type { Ask } from './ask.ts';
import { type FlagPlace, heeding } from './flag.ts';
import type { VantageAim } from './vantage-contract.ts';

export interface BurstPorts {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
  /** A string that was never given before. */
  readonly unique: () => string;
  readonly ask: Ask;
  /** What lies where the flag of a detection drill is. */
  readonly flag?: ((place: FlagPlace) => Promise<string | null>) | undefined;
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
  const { target, method, send, url, timeoutMs, resolvers, access, host } = aim;
  const region = target.kind === 'regional' ? target.region : null;
  const at = ports.now();
  const asked = { method, send, url, timeoutMs, resolvers, access, host, signedFor: region };
  const [answer, flag] = await Promise.all([
    ports.ask({ ...asked, cacheBuster: ports.unique() }),
    aim.flag === undefined ? null : ports.flag?.(aim.flag),
  ]);
  const outcome = heeding(flag, aim.flag, outcomeOf(answer, aim), region, at);
  return { observer, target, at, latencyMs: answer.latencyMs, outcome };
}

function outcomeOf(answer: Answer, { target, healthy, expectedRegion }: VantageAim): Outcome {
  switch (target.kind) {
    case 'control':
      return judgeStatus(answer, healthy.status);
    case 'edge':
      return judgeEdge(answer, healthy);
    case 'regional':
    case 'front-door':
      return judge(answer, healthy, expectedRegion);
    default:
      return unreachable(target);
  }
}

import type { Region } from '../../core/brand.ts';
import { type Answer, isWrite, type Observation, type Target } from '../../core/observation.ts';
import type { Service } from '../../core/service.ts';
import type { Aim, Vantages } from '../../handlers/ports.ts';
import { burst as vantageBurst } from '../../synthetics/burst.ts';
import { aimOf } from '../../synthetics/vantage-contract.ts';
import type { VirtualTime } from '../engine/time.ts';
import type { ActiveFaults } from '../faults/active.ts';
import type { Apis } from './apis.ts';
import type { Caller, Way } from './caller.ts';
import type { Happening } from './happening.ts';
import type { Network } from './network.ts';

/** The observers' vantages: the real burst, over simulated answers. */
export class Observers {
  readonly #service: Service;
  readonly #apis: Apis;
  readonly #time: VirtualTime;
  readonly #network: Network;
  readonly #faults: ActiveFaults;
  readonly #tell: (happening: Happening) => void;
  #requests = 0;

  constructor(
    service: Service,
    apis: Apis,
    around: { time: VirtualTime; network: Network; faults: ActiveFaults },
    tell: (happening: Happening) => void,
  ) {
    this.#service = service;
    this.#apis = apis;
    this.#time = around.time;
    this.#network = around.network;
    this.#faults = around.faults;
    this.#tell = tell;
  }

  vantagesFor(caller: Caller): Vantages {
    return {
      burst: async (observer, aims, burst) => {
        const way: Way = { to: observer, operation: 'lambda:Invoke', timeoutMs: 3_000 };
        const observations = await caller.call(way, async () => {
          const silent = this.#faults.bite('observers-silent', ({ observers }) => observers.includes(observer));
          if (silent !== undefined) return caller.unanswered(way);
          const seen = await this.look(observer, aims, burst);
          // The way back.
          return this.#network.reaches(observer, caller.region) ? seen : caller.unanswered(way);
        });
        this.#tell({ kind: 'looked', run: caller.writer.run, observer, observations });
        return observations;
      },
    };
  }

  /** The burst of a function that runs there. */
  look(
    observer: Region,
    aims: readonly Aim[],
    burst: Parameters<Vantages['burst']>[2],
  ): Promise<readonly Observation[]> {
    return vantageBurst(observer, aims.map(aimOf), burst, {
      now: () => this.now(observer),
      wait: this.#time.wait,
      unique: () => '',
      ask: async ({ url, method }) => {
        const aim = aims.find((candidate) => candidate.url === url && candidate.method === method);
        if (aim === undefined) throw new Error(`nobody aimed at ${url}`);
        const answer = this.answer(observer, aim.target);
        // A good answer takes milliseconds, which change nothing; no answer takes seconds, which do.
        if (answer.kind === 'failed' && answer.latencyMs > 1_000) await this.#time.wait(answer.latencyMs);
        return answer;
      },
    });
  }

  /** What one request of an observer gets. */
  answer(observer: Region, target: Target): Answer {
    const { timeoutMs } = this.#service.healthy;
    const cut = this.#faults.bite('observers-cut', ({ observers }) => observers.includes(observer));
    if (cut !== undefined) return { kind: 'failed', because: 'timeout', detail: 'timeout', latencyMs: timeoutMs };
    switch (target.kind) {
      case 'regional': {
        const path = this.#faults.bite(
          'path-cut',
          (of) => of.region === target.region && of.observers.includes(observer),
        );
        if (path !== undefined) return { kind: 'failed', because: 'timeout', detail: 'timeout', latencyMs: timeoutMs };
        return this.#apis.regional(observer, target.region, isWrite(target));
      }
      case 'front-door':
        return this.#apis.frontDoor(observer, this.#requests++, isWrite(target));
      case 'edge':
        return this.#apis.edge(observer, this.#requests++);
      case 'control':
        return this.#apis.control(observer);
    }
  }

  /** An observer's own clock. */
  now(observer: Region): number {
    const skew = this.#faults.bite('observer-skew', ({ observers }) => observers.includes(observer));
    return this.#time.now() + (skew?.by ?? 0);
  }
}

export type { Observation };

import type { Instant, Region } from '../../../core/brand.ts';
import type { Observation, Outcome } from '../../../core/observation.ts';
import type { Aim, Clock, Vantages, Wait } from '../../../handlers/ports.ts';

export interface Probe {
  readonly observer: Region;
  readonly aim: Aim;
  readonly at: Instant;
}

/** What one probe would see. May throw: then the observer cannot be asked. */
export type Script = (probe: Probe) => Outcome;

/** Observers that see what the script says, and take the time that a burst takes. */
export class ScriptedVantages implements Vantages {
  script: Script;
  readonly #clock: Clock;
  readonly #wait: Wait;

  constructor(script: Script, clock: Clock, wait: Wait) {
    this.script = script;
    this.#clock = clock;
    this.#wait = wait;
  }

  async burst(
    observer: Region,
    aims: readonly Aim[],
    { count, intervalMs }: { count: number; intervalMs: number },
  ): Promise<readonly Observation[]> {
    const byAim = aims.map((): Observation[] => []);
    for (let turn = 0; turn < count; turn++) {
      if (turn > 0) await this.#wait(intervalMs);
      const at = this.#clock.now();
      for (const [index, aim] of aims.entries()) {
        byAim[index]?.push({
          observer,
          target: aim.target,
          at,
          latencyMs: 20,
          outcome: this.script({ observer, aim, at }),
        });
      }
    }
    return byAim.flat();
  }
}

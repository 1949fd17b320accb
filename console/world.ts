import type { World } from './view.ts';
import { whileAsked } from './while-asked.ts';

/** The world around a sandbox. */
export interface WorldControl {
  read(): Promise<World>;
  /** Null clears. Throws with a sentence for people. */
  setFault(region: string, fault: string | null): Promise<void>;
}

export interface WorldWatch {
  /** As it was read last; null before the first time. Keeps reading for a while. */
  last(): World | null;
  refresh(): Promise<void>;
  close(): void;
}

const everyMs = 1_000;

/** A sandbox that stands still keeps no page waiting: it sees what was read before. */
export function watchWorld(control: WorldControl, now: () => number): WorldWatch {
  let world: World | null = null;
  const refresh = async () => {
    world = await control.read().catch(() => world);
  };
  const reading = whileAsked(refresh, everyMs, now);
  return {
    last() {
      reading.asked();
      return world;
    },
    refresh,
    close: () => reading.close(),
  };
}

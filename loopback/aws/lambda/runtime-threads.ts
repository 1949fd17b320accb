import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { RuntimeThread } from './runtime-thread.ts';

/** What is to be started, as far as it decides where. */
export interface Placed {
  readonly region: string;
  readonly codeDir: string;
  readonly handler: string;
  readonly memoryMb: number;
  readonly reaches?: readonly string[] | undefined;
}

/** So many environments are started in a shared thread in its life, because modules stay loaded until it ends. */
const startsMax = 24;

/** All environments of a shared thread together may take what so many may take by themselves. */
const memoryShares = 4;

/**
 * Where execution environments run. By default each has a thread of its own; with `perRegion` those of a region share so many: a
 * thread costs two to four times the memory of what it runs, and most of its start's time.
 */
export class RuntimeThreads {
  readonly #perRegion: number | undefined;
  readonly #shared = new Map<string, RuntimeThread[]>();

  constructor(perRegion: number | undefined) {
    this.#perRegion = perRegion;
  }

  /** The one that has the fewest, or a new one. */
  place(wanted: Placed): RuntimeThread {
    const { region, memoryMb } = wanted;
    if (this.#perRegion === undefined || !mayShare(wanted)) return new RuntimeThread({ memoryMb });
    const threads = (this.#shared.get(region) ?? []).filter((thread) => !thread.gone && thread.started < startsMax);
    this.#shared.set(region, threads);
    if (threads.length >= this.#perRegion)
      return threads.reduce((least, thread) => (thread.size < least.size ? thread : least));
    // Which of them takes more than its own is not seen.
    const added = new RuntimeThread({ memoryMb: memoryMb * memoryShares });
    threads.push(added);
    return added;
  }
}

/** Whether modules can be told apart by their environments, and a stuck thread from a slow one: from Node 22.15 and 24.6 on. */
const canShare = 'registerHooks' in nodeModule && 'cpuUsage' in Worker.prototype;

/** What a function may reach is held for its whole thread, and CommonJS knows one module a file. */
function mayShare({ codeDir, handler, reaches }: Placed): boolean {
  return (
    canShare && reaches === undefined && existsSync(join(codeDir, `${handler.slice(0, handler.lastIndexOf('.'))}.mjs`))
  );
}

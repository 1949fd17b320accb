import type { RunInput, Starter } from '../../../handlers/ports.ts';

export class MemoryStarter implements Starter {
  /** By execution name. */
  readonly started = new Map<string, RunInput>();

  async start(_service: string, input: RunInput, name: string): Promise<'started' | 'already'> {
    if (this.started.has(name)) return 'already';
    this.started.set(name, input);
    return 'started';
  }
}

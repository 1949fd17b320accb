import type { Log } from '../../../handlers/ports.ts';

export class MemoryLog implements Log {
  readonly warnings: { readonly message: string; readonly facts: Readonly<Record<string, unknown>> }[] = [];

  warn(message: string, facts: Readonly<Record<string, unknown>>): void {
    this.warnings.push({ message, facts });
  }
}

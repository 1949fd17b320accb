import type { Card } from '../../../core/card.ts';
import type { Cards, KeptCard } from '../../../handlers/ports.ts';

/** Cards with the conditions of the real ones. */
export class MemoryCards implements Cards {
  readonly #cards = new Map<string, KeptCard>();
  readonly #gap: () => Promise<void>;
  #versions = 0;

  /** `gap` passes before a write, and a rival may come in between. */
  constructor(gap: () => Promise<void> = async () => {}) {
    this.#gap = gap;
  }

  async find(service: string, channel: string, thread: string): Promise<KeptCard | null> {
    return this.#cards.get(keyOf(service, channel, thread)) ?? null;
  }

  async keep(card: Card, before: KeptCard | null): Promise<KeptCard | null> {
    await this.#gap();
    const key = keyOf(card.service, card.channel, card.thread);
    if ((this.#cards.get(key)?.version ?? null) !== (before?.version ?? null)) return null;
    const kept = { ...card, version: String(++this.#versions) };
    this.#cards.set(key, kept);
    return kept;
  }
}

const keyOf = (...parts: string[]) => JSON.stringify(parts);

import type { Entry } from '../core/entry.ts';
import type { Connection } from './connection.ts';
import { reaching } from './unreachable.ts';

/** The entries of these services, or of `FLEET`, oldest first. Throws `Unreachable`. */
export async function entriesOf(names: readonly string[], { ledger }: Connection): Promise<readonly Entry[]> {
  const found = await Promise.all(
    names.map((name) => reaching('the ledger could not be read', () => ledger.entries(name))),
  );
  return found.flat().sort((a, b) => a.at - b.at);
}

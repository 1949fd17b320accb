import type { Entry } from '../core/entry.ts';
import type { Invocation } from './command.ts';
import { type Connection, servicesNamed } from './connection.ts';
import { reaching } from './unreachable.ts';

/** The entries of the services that were named, or of all, oldest first. */
export async function entriesOf({ operands }: Invocation, { failover, ledger }: Connection): Promise<readonly Entry[]> {
  const services = servicesNamed(failover, operands);
  const found = await Promise.all(
    services.map(({ name }) => reaching('the ledger could not be read', () => ledger.entries(name))),
  );
  return found.flat().sort((a, b) => a.at - b.at);
}

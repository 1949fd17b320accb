import { chunks } from '../../../core/chunks.ts';
import type { LedgerCommand } from '../../../core/ledger-command.ts';
import { FLEET } from '../../../core/record.ts';
import type { Service } from '../../../core/service.ts';
import type { Ports } from '../../ports.ts';
import { sentence } from '../sentence.ts';

type FenceCommand = Extract<LedgerCommand, { kind: 'fence' | 'unfence' }>;

/** Records that are written at a time. */
const writesAtOnce = 50;

/**
 * Keeps automation out of a region, or lets it in again, for each of the services and for the fleet, whose record tells when the time is
 * over. Resolves to what could not be written, in sentences: a ledger that does not answer keeps nobody from leaving.
 */
export async function keepOut(
  services: readonly Service[],
  command: FenceCommand,
  { ledger }: Pick<Ports, 'ledger'>,
  /** Whether the fleet's record is meant too. */
  whose: 'fleet' | 'services' = 'fleet',
): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const some of chunks(
    [...(whose === 'fleet' ? [FLEET] : []), ...services.map(({ name }) => name)],
    writesAtOnce,
  )) {
    await Promise.all(
      some.map(async (name) => {
        try {
          // Opened already, or never fenced, is as it should be.
          await ledger.change(name, command);
        } catch (error) {
          failed.push(`${name === FLEET ? 'the fleet' : name}: ${sentence(error)}`);
        }
      }),
    );
  }
  return failed;
}

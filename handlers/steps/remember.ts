import type { LedgerCommand } from '../../core/ledger-command.ts';
import type { Ports } from '../ports.ts';
import { sentence } from './sentence.ts';

/** Keeps what people have heard. Where that is not written the next run tells them again: twice is better than never. */
export async function rememberTelling(
  { ledger, log }: Pick<Ports, 'ledger' | 'log'>,
  service: string,
  heard: Extract<LedgerCommand, { kind: 'sighted' }>,
): Promise<void> {
  try {
    await ledger.change(service, heard);
  } catch (error) {
    log.warn('what people heard was not recorded', { service, because: sentence(error) });
  }
}

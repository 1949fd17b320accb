import type { Incident } from '../../core/incident.ts';
import type { Service } from '../../core/service.ts';
import { LeverUnavailable } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { sentence } from './sentence.ts';

/**
 * What was not written is not to be found written: a hand may lead the lever to the same place before the next attempt. For the first attempt
 * alone: what an earlier one wrote, and could not read back, stands.
 */
export async function forgetAttempt(
  error: unknown,
  { holder, epoch }: Incident,
  { name, policy }: Service,
  { ledger, log }: Pick<Ports, 'ledger' | 'log'>,
): Promise<void> {
  if (!(error instanceof LeverUnavailable && error.wroteNothing)) return;
  const renewed = { kind: 'renew', holder, epoch, leaseMs: policy.leaseMs, force: true, attempt: null } as const;
  await ledger.change(name, renewed).catch((failure: unknown) => {
    log.warn('an attempt that wrote nothing stays on record', { service: name, epoch, because: sentence(failure) });
  });
}

import type { Instant } from '../../core/brand.ts';
import { protectedAgain } from '../../core/notices.ts';
import { afterProtection, type ProtectionSeen, provenNow, toBeAsked } from '../../core/protection.ts';
import { heldLease, lastIncident } from '../../core/record.ts';
import type { Service } from '../../core/service.ts';
import type { Ports } from '../ports.ts';
import { askReadiness } from './ask-readiness.ts';
import { tell } from './deliver.ts';
import { sentence } from './sentence.ts';

type TendPorts = Pick<Ports, 'wait' | 'log' | 'ledger' | 'notifiers' | 'metrics' | 'hooks'>;

/**
 * Says in a metric for how long a service has been UNPROTECTED since it was moved, and tells people once when it is no more. Hooks are
 * asked last. Nothing is decided by it, and nothing waits for it but the end of this turn.
 */
export async function tendProtection(
  seen: ProtectionSeen,
  service: Service,
  ports: TendPorts,
  now: Instant,
): Promise<void> {
  const { record } = seen;
  const [first] = record.unprotected.map(({ since }) => since).sort((a, b) => a - b);
  ports.metrics.record(service.name, 'MinutesUnprotected', first === undefined ? 0 : (now - first) / 60_000);
  // A run may be moving it this minute.
  if (first === undefined || heldLease(record, now) !== null) return;
  try {
    // As in a rehearsal: nothing is about to move.
    const asking = { service: service.name, id: lastIncident(record), epoch: record.epoch, mode: 'rehearsal' } as const;
    const about = { incident: asking, from: record.activeRegion };
    const readiness = await askReadiness(service, toBeAsked(seen, service, now), about, ports);
    for (const { region, check, ready, detail } of readiness) {
      if (!ready) await ports.ledger.change(service.name, { kind: 'waits-for', region, hook: check, detail });
    }
    const proven = provenNow({ ...seen, readiness }, service, now);
    if (proven.length === 0) return;
    const { kind, record: after } = await ports.ledger.change(service.name, { kind: 'reprotected', proven });
    // Another control region was faster.
    if (kind === 'refused') return;
    const message = protectedAgain(after, proven, afterProtection(service, after), now);
    await ports.ledger.append({
      id: `reprotected/${proven.map(({ region, since }) => `${region}/${since}`).join('/')}`,
      service: service.name,
      incident: proven[0]?.incident ?? null,
      at: now,
      text: message.lines[0] ?? '',
      what: { kind: 'reprotected', regions: proven.map(({ region }) => region), forMs: now - first },
    });
    await tell(message, ports);
  } catch (error) {
    ports.log.warn('whether it is protected again was not found out', {
      service: service.name,
      because: sentence(error),
    });
  }
}

import type { Instant, Region } from '../../core/brand.ts';
import type { Readiness } from '../../core/evidence.ts';
import { protectedAgain } from '../../core/notices.ts';
import { afterProtection, type ProtectionSeen, provenNow, toBeAsked } from '../../core/protection.ts';
import { heldLease, lastIncident } from '../../core/record.ts';
import { hooksAt, type Service } from '../../core/service.ts';
import type { Ports } from '../ports.ts';
import { askReadinessHook } from './ask-readiness.ts';
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
    const asked = await Promise.all(toBeAsked(seen, service, now).map((region) => ask(region, seen, service, ports)));
    const readiness = asked.flat();
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

/** As in a rehearsal: nothing is about to move. */
function ask(
  to: Region,
  { record }: ProtectionSeen,
  service: Service,
  ports: TendPorts,
): Promise<readonly Readiness[]> {
  const incident = lastIncident(record);
  const about = {
    service: service.name,
    incident,
    epoch: record.epoch,
    token: incident,
    from: record.activeRegion,
    to,
  };
  return Promise.all(
    hooksAt(service, 'readiness').map((hook) =>
      askReadinessHook(hook, { ...about, hook: hook.name, when: 'readiness', mode: 'rehearsal' }, to, ports),
    ),
  );
}

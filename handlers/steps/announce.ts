import type { Delivery } from '../../core/entry.ts';
import type { Incident } from '../../core/incident.ts';
import { announcement } from '../../core/messages.ts';
import type { Failover } from '../../core/service.ts';
import type { Move } from '../../core/verdict.ts';
import type { Ports } from '../ports.ts';
import { deliver } from './deliver.ts';
import { sentence } from './sentence.ts';

export interface AnnounceInput {
  readonly incident: Incident;
  readonly verdict: Move;
  readonly execution: { readonly arn: string };
}

/**
 * Tells people that traffic moves, beside the move and never in its way. Told once for a way: a run that decides the
 * same again after a fresh look has nothing new to say.
 */
export async function announce(
  { incident, verdict, execution }: AnnounceInput,
  ports: Pick<Ports, 'clock' | 'wait' | 'log' | 'ledger' | 'notifiers'>,
  _failover: Failover,
): Promise<{ deliveries: readonly Delivery[] }> {
  const { from, to } = verdict.plan;
  const id = `${incident.id}/announced/${from}/${to}`;
  const told = await alreadyTold(incident, id, ports);
  if (told !== null) return { deliveries: told };

  const message = announcement(incident, verdict, execution.arn, ports.clock.now());
  const deliveries = await deliver(message, ports.notifiers, ports.wait, patience);
  try {
    await ports.ledger.append({
      id,
      service: incident.service,
      incident: incident.id,
      at: ports.clock.now(),
      text: message.subject,
      what: { kind: 'announced', deliveries },
    });
  } catch (error) {
    // People were told, which is what counts here; a retry of the whole step would tell them again.
    ports.log.warn('announcement not recorded', { incident: incident.id, because: sentence(error) });
  }
  return { deliveries };
}

/** Short: the move's other branch is done in seconds, and the final message is retried longer. */
const patience = { attempts: 2, timeoutMs: 3_000, backoffMs: 250 };

async function alreadyTold(
  incident: Incident,
  id: string,
  { ledger, log }: Pick<Ports, 'ledger' | 'log'>,
): Promise<readonly Delivery[] | null> {
  try {
    const entry = await ledger.find(incident.service, incident.id, id);
    return entry?.what.kind === 'announced' ? entry.what.deliveries : null;
  } catch (error) {
    log.warn('record of announcements not read', { incident: incident.id, because: sentence(error) });
    return null;
  }
}

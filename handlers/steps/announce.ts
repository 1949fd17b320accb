import type { Delivery } from '../../core/entry.ts';
import type { Incident } from '../../core/incident.ts';
import { announcement } from '../../core/messages.ts';
import type { Failover } from '../../core/service.ts';
import { isKnownToFail, type Told } from '../../core/telling.ts';
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
 * same again after a fresh look has nothing new to say, nor has one that tries what people know to come to nothing.
 */
export async function announce(
  { incident, verdict, execution }: AnnounceInput,
  ports: Pick<Ports, 'clock' | 'wait' | 'log' | 'ledger' | 'notifiers'>,
  { notify: { remindAfterMs } }: Failover,
): Promise<{ deliveries: readonly Delivery[] }> {
  const { from, to } = verdict.plan;
  const id = `${incident.id}/announced/${from}/${to}`;
  const told = await alreadyTold(incident, id, ports);
  if (told !== null) return { deliveries: told };

  const now = ports.clock.now();
  const isOldNews = isKnownToFail(await troubles(incident, ports), incident.from ?? null, now, remindAfterMs);
  const message = announcement(incident, verdict, execution.arn, now, isOldNews ? 'record' : 'people');
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

/** What people have heard of; nothing where that cannot be read, so that they are told. */
async function troubles(
  { service, mode }: Incident,
  { ledger, log }: Pick<Ports, 'ledger' | 'log'>,
): Promise<readonly Told[]> {
  if (mode !== 'automatic') return [];
  try {
    return (await ledger.read(service)).told;
  } catch (error) {
    log.warn('what people have heard of was not read', { service, because: sentence(error) });
    return [];
  }
}

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

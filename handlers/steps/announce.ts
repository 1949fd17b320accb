import type { Instant } from '../../core/brand.ts';
import { asDrill } from '../../core/detection.ts';
import type { Delivery } from '../../core/entry.ts';
import type { ApprovalAnswer, Incident } from '../../core/incident.ts';
import { announcement } from '../../core/messages.ts';
import type { Failover } from '../../core/service.ts';
import type { Telling } from '../../core/telling.ts';
import { follow, isOpen, moveSight, newsOf } from '../../core/trouble.ts';
import type { Move } from '../../core/verdict.ts';
import type { Ports } from '../ports.ts';
import { deliver, measureLost } from './deliver.ts';
import { sentence } from './sentence.ts';

export interface AnnounceInput {
  readonly incident: Incident;
  readonly verdict: Move;
  /** What people answered who were asked; null where nobody was. */
  readonly approval: ApprovalAnswer | null;
  readonly execution: { readonly arn: string };
}

/**
 * Tells people that traffic moves, beside the move and never in its way. Told once for a way: a run that decides the
 * same again after a fresh look has nothing new to say, nor has one that tries what people know to come to nothing.
 */
export async function announce(
  { incident: asked, verdict, approval, execution }: AnnounceInput,
  ports: Pick<Ports, 'clock' | 'wait' | 'log' | 'ledger' | 'notifiers' | 'metrics'>,
  { notify }: Failover,
): Promise<{ deliveries: readonly Delivery[] }> {
  const incident = asDrill(asked, verdict.plan);
  const { from, to } = verdict.plan;
  const id = `${incident.id}/announced/${from}/${to}`;
  const told = await alreadyTold(incident, id, ports);
  if (told !== null) return { deliveries: told };

  const now = ports.clock.now();
  const telling = await tellingOf(incident, approval !== null, ports, notify, now);
  const message = announcement(incident, verdict, execution.arn, now, telling, approval);
  const deliveries = await deliver(message, ports.notifiers, ports.wait, patience);
  measureLost(incident.service, deliveries, ports.metrics);
  try {
    await ports.ledger.append({
      id,
      service: incident.service,
      incident: incident.id,
      at: ports.clock.now(),
      text: message.subject,
      what: { kind: 'announced', deliveries, audience: telling.audience },
    });
  } catch (error) {
    // People were told, which is what counts here; a retry of the whole step would tell them again.
    ports.log.warn('announcement not recorded', { incident: incident.id, because: sentence(error) });
  }
  return { deliveries };
}

/** Short: the move's other branch is done in seconds, and the final message is retried longer. */
const patience = { attempts: 2, timeoutMs: 3_000, backoffMs: 250 };

/**
 * Whoever asked for a rehearsal sees it run. Of what automation begins people hear unless they know that it comes to nothing; that
 * they heard is written down by Conclude, so that nothing here is in the way of the write. Where the ledger cannot be read they hear.
 */
async function tellingOf(
  { service, mode, from, id, drill }: Incident,
  isAnswer: boolean,
  { ledger, log }: Pick<Ports, 'ledger' | 'log'>,
  rules: Failover['notify'],
  now: Instant,
): Promise<Telling> {
  if (mode === 'rehearsal') return { audience: 'record', trouble: null };
  try {
    // Of the way back people hear when it is made.
    if (mode === 'drill') return { audience: drill?.kind === 'return' ? 'record' : 'people', trouble: null };
    const { trouble } = await ledger.read(service);
    // A person is at the trouble that others know: the word stands in its thread.
    if (mode === 'manual') return { audience: 'people', trouble: isOpen(trouble) ? newsOf(trouble, 'reminded') : null };
    const { news } = follow(trouble, moveSight(isAnswer, from ?? null), id, now, rules);
    return { audience: news === null ? 'record' : 'people', trouble: news };
  } catch (error) {
    log.warn('what people have heard of was not read', { service, because: sentence(error) });
    return { audience: 'people', trouble: null };
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

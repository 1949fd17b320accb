import type { Delivery } from '../../core/entry.ts';
import type { Message } from '../../core/messages.ts';
import type { LedgerRecord } from '../../core/record.ts';
import type { TroubleNews } from '../../core/trouble.ts';
import { NotificationFailed } from '../errors.ts';
import type { Metrics, Notifier, Ports, Wait } from '../ports.ts';
import { sentence } from './sentence.ts';
import { within } from './within.ts';

export interface Patience {
  /** The first one included. */
  readonly attempts: number;
  /** For each attempt. */
  readonly timeoutMs: number;
  /** Before the second attempt; twice as long before each one after. */
  readonly backoffMs: number;
}

/** Tells people over every channel that takes the message, at once. A channel that fails is told in its delivery; nothing is thrown. */
export function deliver(
  message: Message,
  notifiers: readonly Notifier[],
  wait: Wait,
  patience: Patience,
): Promise<readonly Delivery[]> {
  const taking = notifiers.filter((notifier) => notifier.takes(message));
  return Promise.all(taking.map((notifier) => deliverBy(notifier, message, wait, patience)));
}

/** A channel that failed is told by an alarm on this. */
export function measureLost(service: string, deliveries: readonly Delivery[], metrics: Metrics): void {
  const lost = deliveries.filter(({ delivered }) => !delivered).length;
  if (lost > 0) metrics.record(service, 'NotificationFailed', lost);
}

/** What is told between incidents. */
export async function tell(
  message: Message,
  { notifiers, wait, metrics, log }: Pick<Ports, 'notifiers' | 'wait' | 'metrics' | 'log'>,
): Promise<void> {
  const { service, subject } = message;
  const deliveries = await deliver(message, notifiers, wait, betweenIncidents);
  measureLost(service, deliveries, metrics);
  const failed = deliveries.filter(({ delivered }) => !delivered);
  if (failed.length > 0) log.warn('people were not told', { service, subject, failed });
}

/** The ledger gives what is told once to one control region, which then tells people. */
export async function tellOnce(
  service: string,
  command: Parameters<Ports['ledger']['change']>[1],
  message: Message,
  ports: Parameters<typeof tell>[1] & Pick<Ports, 'ledger'>,
): Promise<void> {
  const { kind } = await ports.ledger.change(service, command);
  if (kind === 'refused') return;
  await tell(message, ports);
}

type Sighted = Extract<Parameters<Ports['ledger']['change']>[1], { kind: 'sighted' }>;

/** The ledger gives the news of a sight to one control region, and whoever gets them tells people. Null where that was another one. */
export async function tellNews(
  service: string,
  sighted: Omit<Sighted, 'kind' | 'isTold'>,
  messageOf: (news: TroubleNews, record: LedgerRecord) => Message,
  ports: Parameters<typeof tell>[1] & Pick<Ports, 'ledger'>,
): Promise<TroubleNews | null> {
  const outcome = await ports.ledger.change(service, { ...sighted, kind: 'sighted', isTold: true });
  // Another control region was faster.
  if (outcome.kind === 'refused' || outcome.news == null) return null;
  await tell(messageOf(outcome.news, outcome.record), ports);
  return outcome.news;
}

/** Short: other services wait for nothing here, and the reconciler has a minute. */
const betweenIncidents: Patience = { attempts: 2, timeoutMs: 3_000, backoffMs: 250 };

async function deliverBy(
  notifier: Notifier,
  message: Message,
  wait: Wait,
  { attempts, timeoutMs, backoffMs }: Patience,
): Promise<Delivery> {
  const { channel } = notifier;
  let because: string | null = null;
  let tried = 0;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    tried = attempt;
    if (attempt > 1) await wait(backoffMs * 2 ** (attempt - 2));
    try {
      await within(timeoutMs, channel, wait, () => notifier.send(message));
      return { channel, delivered: true, attempts: attempt, because: null };
    } catch (error) {
      because = sentence(error);
      if (error instanceof NotificationFailed && error.isFinal) break;
    }
  }
  return { channel, delivered: false, attempts: tried, because };
}

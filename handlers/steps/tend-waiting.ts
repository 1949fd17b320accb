import type { Instant, Region } from '../../core/brand.ts';
import { consentsTo } from '../../core/consent.ts';
import { isDetectionOver, isDrillLate } from '../../core/drill.ts';
import type { Drill } from '../../core/drill-record.ts';
import { strangers } from '../../core/hands.ts';
import { isPaused, isPauseReminderDue } from '../../core/limit.ts';
import {
  detectionFailed,
  drillLate,
  pauseEnded,
  pauseReminder,
  questionVoid,
  regionsForgotten,
} from '../../core/notices.ts';
import { askedQuestion, type LedgerRecord } from '../../core/record.ts';
import type { Ports } from '../ports.ts';
import { tell, tellOnce } from './deliver.ts';
import { sentence } from './sentence.ts';
import { within } from './within.ts';

type TendPorts = Pick<Ports, 'wait' | 'log' | 'ledger' | 'notifiers' | 'metrics'>;

/**
 * What nobody comes back to by themselves: a pause that ends, a question whose run is gone, a drill that is not led back, and regions that left the configuration. The
 * ledger gives each to one control region, which then tells people. Nothing here keeps a run from being started.
 */
export async function tendWaiting(
  record: LedgerRecord,
  regions: readonly Region[],
  ports: TendPorts,
  now: Instant,
): Promise<void> {
  const { service, paused, question } = record;
  try {
    if (paused !== null && !isPaused(record, now)) {
      await tellOnce(service, { kind: 'end-pause' }, pauseEnded(record, now), ports);
    } else if (isPauseReminderDue(record, now)) {
      await tellOnce(service, { kind: 'remind-of-pause' }, pauseReminder(record, now), ports);
    }
    if (question !== null && askedQuestion(record, now) === null) {
      const { incident } = question;
      await tellOnce(service, { kind: 'unask', incident }, questionVoid(service, question, now), ports);
    }
    await showConsents(record, ports, now);
    const { detection } = record;
    if (detection !== null && isDetectionOver(record, now)) {
      await tellOnce(
        service,
        { kind: 'end-detection', id: detection.id },
        detectionFailed(record, detection, now),
        ports,
      );
    }
    if (record.drill !== null && isDrillLate(record, now)) await tellOfDrill(record, record.drill, ports, now);
    const gone = strangers(record, regions);
    if (gone.length > 0) {
      await tellOnce(service, { kind: 'forget', regions }, regionsForgotten(record, gone, now), ports);
    }
  } catch (error) {
    ports.log.warn('what waits was not tended', { service, because: sentence(error) });
  }
}

/** The first of several approvals tells nobody: channels that show who has approved show it within a minute, wherever it came from. */
async function showConsents(record: LedgerRecord, { notifiers, wait, log }: TendPorts, now: Instant): Promise<void> {
  const question = askedQuestion(record, now);
  if (question === null || consentsTo(record, question).length === 0) return;
  const shown = notifiers.map(async ({ channel, refresh }) => {
    if (refresh === undefined) return;
    await within(refreshMs, channel, wait, () => refresh(record)).catch((error: unknown) =>
      log.warn('who has approved is not shown', { channel, because: sentence(error) }),
    );
  });
  await Promise.all(shown);
}

const refreshMs = 3_000;

/**
 * Traffic that is not where it should be: where nobody knows whether the ledger gave it to this control region, both tell. Where it can
 * not be written at all people hear every ten minutes.
 */
async function tellOfDrill(record: LedgerRecord, drill: Drill, ports: TendPorts, now: Instant): Promise<void> {
  const { service } = record;
  try {
    return await tellOnce(
      service,
      { kind: 'tell-of-drill', incident: drill.incident, at: now },
      drillLate(record, drill, now),
      ports,
    );
  } catch (error) {
    ports.log.warn('that a drill is late was not to be written', { service, because: sentence(error) });
    const after = await ports.ledger.read(service).catch(() => record);
    const isTenth = Math.floor((now - drill.until) / minuteMs) % 10 === 0;
    const isMarked = after.drill?.incident === drill.incident && after.drill.toldAt !== null;
    if (isMarked || isTenth) await tell(drillLate(record, drill, now), ports);
  }
}

const minuteMs = 60_000;

import type { Instant } from '../../core/brand.ts';
import type { Conclusion } from '../../core/conclusion-message.ts';
import type { Delivery } from '../../core/entry.ts';
import type { Ending } from '../../core/incident.ts';
import type { MetricName } from '../../core/metric.ts';
import type { Metrics } from '../ports.ts';
import { measureLost } from './deliver.ts';

/** After the record, so that a retry counts nothing twice. Rehearsals count only where people were not told. */
export function measureRun(run: Conclusion, deliveries: readonly Delivery[], now: Instant, metrics: Metrics): void {
  const { service, ending, request, verdict } = run;
  measureLost(service, deliveries, metrics);
  if (request?.mode === 'rehearsal') return;
  // Of what was asked for as practice only what hurt callers counts.
  if (request?.mode === 'drill' && !harmful.has(ending)) return;
  if (verdict?.kind === 'move') metrics.record(service, 'FailoverAttempt', 1);
  if (ending === 'recovered' && request !== null) metrics.record(service, 'TimeToRecover', now - request.causedAt);
  const name = metricOf[ending];
  if (name !== null) metrics.record(service, name, 1);
}

const harmful: ReadonlySet<Ending> = new Set(['rolled-back', 'unproven', 'rollback-failed', 'failed']);

const metricOf: Readonly<Record<Ending, MetricName | null>> = {
  recovered: 'FailoverSuccess',
  held: 'FailoverHold',
  shadowed: 'FailoverShadowed',
  refused: 'FailoverRefused',
  'rolled-back': 'FailoverRollback',
  unproven: 'FailoverUnproven',
  'rollback-failed': 'FailoverFailed',
  failed: 'FailoverFailed',
  vetoed: null,
  declined: null,
  unanswered: null,
  fenced: null,
  rehearsed: null,
};

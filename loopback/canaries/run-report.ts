import type { ServiceEvent } from '../events/event.ts';

/** One run of a canary, as it went. */
export interface CanaryRun {
  readonly id: string;
  readonly canary: string;
  readonly observer: string;
  readonly startedAt: number;
  readonly completedAt: number;
  /** Why it failed, or null when it passed. */
  readonly failure: string | null;
  /** Why nobody was told, or null when metric and event went out. */
  readonly unreported: string | null;
}

type Run = Omit<CanaryRun, 'unreported'>;

/** What Synthetics publishes after a run. */
export function metricData({ canary, startedAt, completedAt, failure }: Run): object {
  const Dimensions = [{ Name: 'CanaryName', Value: canary }];
  // At the end of the run, when the service knows.
  const Timestamp = new Date(completedAt);
  return {
    Namespace: 'CloudWatchSynthetics',
    MetricData: [
      { MetricName: 'SuccessPercent', Dimensions, Timestamp, Unit: 'Percent', Value: failure === null ? 100 : 0 },
      { MetricName: 'Duration', Dimensions, Timestamp, Unit: 'Milliseconds', Value: completedAt - startedAt },
      { MetricName: 'Failed', Dimensions, Timestamp, Unit: 'Count', Value: failure === null ? 0 : 1 },
    ],
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/monitoring-events-eventbridge.html */
export function runEvent(
  { id, canary, observer, startedAt, completedAt, failure }: Run,
  account: string,
): ServiceEvent {
  const passed = failure === null;
  const day = new Date(completedAt).toISOString().slice(0, 10).replaceAll('-', '/');
  return {
    source: 'aws.synthetics',
    detailType: passed ? 'Synthetics Canary TestRun Successful' : 'Synthetics Canary TestRun Failure',
    at: completedAt,
    resources: [],
    detail: {
      'account-id': account,
      'canary-id': `${observer}-${canary}`,
      'canary-name': canary,
      'canary-run-id': id,
      'artifact-location': `cw-syn-results-${account}-${observer}/canary/${observer}/${canary}/${day}/${id}`,
      'test-run-status': passed ? 'PASSED' : 'FAILED',
      // The service says "null" in so many letters, and has room for 1,024 of them.
      'state-reason': passed ? 'null' : failure.slice(0, 1024),
      'canary-run-timeline': { started: startedAt / 1000, completed: completedAt / 1000 },
      message: 'Test run result is generated successfully',
    },
  };
}

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
export interface RunEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'Synthetics Canary TestRun Successful' | 'Synthetics Canary TestRun Failure';
  readonly source: 'aws.synthetics';
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

export function runEvent(run: Run, { account, id }: { readonly account: string; readonly id: string }): RunEvent {
  const passed = run.failure === null;
  const time = new Date(run.completedAt).toISOString();
  const day = time.slice(0, 10).replaceAll('-', '/');
  return {
    version: '0',
    id,
    'detail-type': passed ? 'Synthetics Canary TestRun Successful' : 'Synthetics Canary TestRun Failure',
    source: 'aws.synthetics',
    account,
    time: time.replace(/\.\d+Z$/, 'Z'),
    region: run.observer,
    resources: [],
    detail: {
      'account-id': account,
      'canary-id': `${run.observer}-${run.canary}`,
      'canary-name': run.canary,
      'canary-run-id': run.id,
      'artifact-location': `cw-syn-results-${account}-${run.observer}/canary/${run.observer}/${run.canary}/${day}/${run.id}`,
      'test-run-status': passed ? 'PASSED' : 'FAILED',
      // The service says "null" in so many letters, and has room for 1,024 of them.
      'state-reason': passed ? 'null' : run.failure.slice(0, 1024),
      'canary-run-timeline': { started: run.startedAt / 1000, completed: run.completedAt / 1000 },
      message: 'Test run result is generated successfully',
    },
  };
}

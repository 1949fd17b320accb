import type { Invoked } from '../aws/lambda/lambda.ts';
import type { Clock } from '../clock.ts';
import type { ServiceEvent } from '../events/event.ts';
import type { Queues } from '../sqs/queues.ts';
import { waited } from '../waited.ts';

/** What the services themselves publish: the metrics that alarms on functions, machines and queues watch. */
export interface ServiceMetrics {
  invoked(invoked: Invoked): void;
  /** Of the events that a service emits, the ends of executions. */
  emitted(region: string, event: ServiceEvent): void;
  /** A line of a function's log, which may hold metrics in the embedded format. */
  logged(line: { readonly region: string; readonly line: string }): void;
  close(): Promise<void>;
}

export function serviceMetrics({
  publish,
  queues,
  clock,
  tempo,
}: {
  /** PutMetricData without a caller: a service's own metrics are nobody's call. */
  readonly publish: (region: string, input: object) => Promise<unknown>;
  readonly queues: Pick<Queues, 'visible'>;
  readonly clock: Clock;
  /** Divides the minute at which queues tell how many messages they hold. */
  readonly tempo: number;
}): ServiceMetrics {
  const closing = new AbortController();
  const underWay = new Set<Promise<unknown>>();

  /** Nobody waits for a metric, and one that is lost stays lost. */
  function put(region: string, Namespace: string, MetricData: readonly object[]): void {
    if (closing.signal.aborted || MetricData.length === 0) return;
    const Timestamp = new Date(clock.now());
    const data = MetricData.map((datum) => ({ Timestamp, ...datum }));
    const sent = publish(region, { Namespace, MetricData: data }).catch(() => undefined);
    underWay.add(sent);
    void sent.finally(() => underWay.delete(sent));
  }

  /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
  async function countMessages(): Promise<void> {
    while (await waited(clock, 60_000 / tempo, closing.signal)) {
      for (const { name, region, count } of queues.visible()) {
        const Dimensions = [{ Name: 'QueueName', Value: name }];
        put(region, 'AWS/SQS', [
          { MetricName: 'ApproximateNumberOfMessagesVisible', Dimensions, Unit: 'Count', Value: count },
        ]);
      }
    }
  }
  const counting = countMessages();

  return {
    /** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html: a throttled request is no invocation. */
    invoked({ function: name, region, outcome }) {
      const Dimensions = [{ Name: 'FunctionName', Value: name }];
      const count = (MetricName: string, Value: number) => ({ MetricName, Dimensions, Unit: 'Count', Value });
      put(
        region,
        'AWS/Lambda',
        outcome === 'throttled'
          ? [count('Throttles', 1)]
          : [count('Invocations', 1), count('Errors', outcome === 'failed' ? 1 : 0), count('Throttles', 0)],
      );
    },

    /** https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html */
    emitted(region, { source, detail }) {
      if (source !== 'aws.states') return;
      const { status, stateMachineArn } = detail as { readonly status?: string; readonly stateMachineArn?: string };
      const MetricName = executionMetrics[status ?? ''];
      if (MetricName === undefined) return;
      const Dimensions = [{ Name: 'StateMachineArn', Value: stateMachineArn }];
      put(region, 'AWS/States', [{ MetricName, Dimensions, Unit: 'Count', Value: 1 }]);
    },

    logged({ region, line }) {
      for (const { namespace, data } of embedded(line)) put(region, namespace, data);
    },

    async close() {
      closing.abort();
      await counting;
      await Promise.all(underWay);
    },
  };
}

const executionMetrics: Readonly<Record<string, string>> = {
  RUNNING: 'ExecutionsStarted',
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
};

interface EmbeddedDirective {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string; readonly Unit?: string }[];
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
function embedded(line: string): readonly { readonly namespace: string; readonly data: readonly object[] }[] {
  if (!line.includes('"CloudWatchMetrics"')) return [];
  let root: Record<string, unknown>;
  try {
    root = JSON.parse(line) as Record<string, unknown>;
  } catch {
    // A line that is no JSON holds no metrics.
    return [];
  }
  const { CloudWatchMetrics: directives = [] } = (root['_aws'] ?? {}) as { CloudWatchMetrics?: EmbeddedDirective[] };
  return directives.map(({ Namespace, Dimensions, Metrics }) => ({
    namespace: Namespace,
    data: Metrics.flatMap(({ Name, Unit }) =>
      (Dimensions.length === 0 ? [[]] : Dimensions).flatMap((names) =>
        [root[Name]].flat().map((Value) => ({
          MetricName: Name,
          Dimensions: names.map((name) => ({ Name: name, Value: String(root[name]) })),
          ...(Unit !== undefined && { Unit }),
          Value,
        })),
      ),
    ),
  }));
}

import type { PutMetricDataCommandInput, StandardUnit } from '@aws-sdk/client-cloudwatch';
import type { Invoked } from '../aws/lambda/lambda.ts';
import { AwsError } from '../aws/service.ts';
import type { Clock } from '../clock.ts';
import type { ServiceEvent } from '../events/event.ts';
import type { Queues } from '../sqs/queues.ts';
import { waited } from '../waited.ts';
import type { CloudWatchService } from './cloudwatch.ts';

type Metrics = NonNullable<PutMetricDataCommandInput['MetricData']>;

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
  readonly publish: CloudWatchService['publish'];
  readonly queues: Pick<Queues, 'visible'>;
  readonly clock: Clock;
  /** Divides the minute at which queues tell how many messages they hold. */
  readonly tempo: number;
}): ServiceMetrics {
  const closing = new AbortController();

  function put(region: string, Namespace: string, data: Metrics): void {
    if (closing.signal.aborted || data.length === 0) return;
    const Timestamp = new Date(clock.now());
    publish(region, { Namespace, MetricData: data.map((datum) => ({ Timestamp, ...datum })) });
  }

  /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
  async function countMessages(): Promise<void> {
    while (await waited(clock, 60_000 / tempo, closing.signal)) {
      for (const { name, region, count } of queues.visible()) {
        const Dimensions = [{ Name: 'QueueName', Value: name }];
        put(region, 'AWS/SQS', [
          { MetricName: 'ApproximateNumberOfMessagesVisible', Dimensions, Unit: 'Count' as const, Value: count },
        ]);
      }
    }
  }
  const counting = countMessages();

  return {
    /** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html: a throttled request is no invocation. */
    invoked({ function: name, region, outcome }) {
      const Dimensions = [{ Name: 'FunctionName', Value: name }];
      const count = (MetricName: string, Value: number) => ({ MetricName, Dimensions, Unit: 'Count' as const, Value });
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
      put(region, 'AWS/States', [{ MetricName, Dimensions, Unit: 'Count' as const, Value: 1 }]);
    },

    logged({ region, line }) {
      for (const { namespace, data } of embedded(line)) {
        try {
          put(region, namespace, data);
        } catch (error) {
          // CloudWatch drops metrics in a log that it would refuse in a request.
          if (!(error instanceof AwsError)) throw error;
        }
      }
    },

    async close() {
      closing.abort();
      await counting;
    },
  };
}

/** By namespace: what a resource publishes, sooner or later, and the dimension that names it. */
export const publishedByServices = {
  'AWS/Lambda': { dimension: 'FunctionName', metrics: ['Invocations', 'Errors', 'Throttles'] },
  'AWS/States': {
    dimension: 'StateMachineArn',
    metrics: [
      'ExecutionsStarted',
      'ExecutionsSucceeded',
      'ExecutionsFailed',
      'ExecutionsTimedOut',
      'ExecutionsAborted',
    ],
  },
  'AWS/SQS': { dimension: 'QueueName', metrics: ['ApproximateNumberOfMessagesVisible'] },
} as const;

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
function embedded(line: string): readonly { readonly namespace: string; readonly data: Metrics }[] {
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
          ...(Unit !== undefined && { Unit: Unit as StandardUnit }),
          Value: Number(Value),
        })),
      ),
    ),
  }));
}

import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { HookQuestion, HookReply } from '../../core/hook.ts';
import type { AuroraLag, DynamoLag } from '../../core/ready-hook.ts';
import { sentenceOf } from '../adapters/vendor-error.ts';
import { type Around, ok, veto } from './question.ts';

/**
 * Whether the data of a target is young enough. A global table says so in the region that writes, for each that receives
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html); an Aurora cluster that follows says so itself
 * (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html). Both in milliseconds, a datum a minute.
 */
export async function lag(
  ready: DynamoLag | AuroraLag,
  { from, to }: HookQuestion,
  clientIn: (region: string) => CloudWatchClient,
  { now }: Pick<Around, 'now'>,
): Promise<HookReply> {
  const metric = metricOf(ready, from, to);
  const unknown = (why: string) =>
    (ready.whenUnknown === 'ok' ? ok : veto)(`how far ${to} is behind is not known: ${why}`);
  if (metric === null) return unknown('several regions write, and which one is left is not said');
  let latest: number | undefined;
  try {
    latest = await read(metric, clientIn(metric.region), now());
  } catch (error) {
    return unknown(`CloudWatch of ${metric.region} does not answer: ${sentenceOf(error)}`);
  }
  if (latest === undefined) return unknown(`CloudWatch of ${metric.region} has no datum of the last five minutes`);
  const text = `${to} is ${Math.round(latest)} ms behind, and may be ${ready.maxLagMs} ms`;
  return latest <= ready.maxLagMs ? ok(text) : veto(text);
}

interface Metric {
  readonly region: string;
  readonly Namespace: string;
  readonly MetricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

function metricOf(ready: DynamoLag | AuroraLag, from: string | null, to: string): Metric | null {
  if (ready.kind === 'aurora-lag') {
    const cluster = ready.clusters[to];
    if (cluster === undefined) throw new Error(`the configuration names no cluster in ${to}`);
    const dimensions = { DBClusterIdentifier: cluster };
    return { region: to, Namespace: 'AWS/RDS', MetricName: 'AuroraGlobalDBReplicationLag', dimensions };
  }
  if (from === null) return null;
  const dimensions = { TableName: ready.table, ReceivingRegion: to };
  return { region: from, Namespace: 'AWS/DynamoDB', MetricName: 'ReplicationLatency', dimensions };
}

/** The latest datum of the last five minutes. */
async function read({ dimensions, Namespace, MetricName }: Metric, client: CloudWatchClient, now: number) {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const { MetricDataResults: [result] = [] } = await client.send(
    new GetMetricDataCommand({
      MetricDataQueries: [
        { Id: 'lag', MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: 60, Stat: 'Maximum' } },
      ],
      StartTime: new Date(now - 5 * 60_000),
      EndTime: new Date(now),
      ScanBy: 'TimestampDescending',
    }),
  );
  return result?.Values?.[0];
}

import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { afterAll } from 'vitest';
import type { CountMetric } from '../../core/service.ts';
import { startAwsServer } from '../../loopback/aws/server.ts';
import { cloudwatchService } from '../../loopback/cloudwatch/cloudwatch.ts';

const account = '123456789012';

/** A client that asks once, of whoever stands there. */
export const cloudWatchClient = (endpoint: string, region: string): CloudWatchClient =>
  new CloudWatchClient({
    endpoint,
    region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });

/** CloudWatch of every region at one moment, for the tests of a file: data, and clients that ask for them. */
export async function cloudWatchAt(now: number) {
  const cloudwatch = cloudwatchService({
    clock: { now: () => now, wait: () => new Promise(() => {}) },
    tempo: 1,
    aws: () => ({ account, call: () => Promise.reject(new Error('nobody is called')) }),
    emit: () => {},
  });
  const aws = await startAwsServer({ port: 0, account, services: [cloudwatch] });
  afterAll(() => aws.close());
  return {
    clientIn: (region: string) => cloudWatchClient(aws.url, region),
    put(region: string, { namespace, metric, dimensions }: CountMetric, at: number, Value: number): void {
      const Dimensions = Object.entries(dimensions).map(([Name, value]) => ({ Name, Value: value }));
      const MetricData = [{ MetricName: metric, Dimensions, Timestamp: new Date(at), Value }];
      cloudwatch.publish(region, { Namespace: namespace, MetricData });
    },
  };
}

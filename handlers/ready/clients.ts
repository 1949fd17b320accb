import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { ECSClient } from '@aws-sdk/client-ecs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { RDSClient } from '@aws-sdk/client-rds';
import { byRegion } from '../adapters/client-by-region.ts';
import { awsClient, type Reach } from '../adapters/client-settings.ts';
import type { ReadyClients } from './ready-hook.ts';

/** Control planes take their time, and are asked again: each call says what shall be, and saying it twice changes nothing. */
export function readyClients(reach: Partial<Reach> = {}): ReadyClients {
  const patient: Reach = { connectMs: 2_000, answerMs: 5_000, attempts: 2, ...reach };
  return {
    cloudwatch: byRegion((region) => awsClient(region, patient, (settings) => new CloudWatchClient(settings))),
    rds: byRegion((region) => awsClient(region, patient, (settings) => new RDSClient(settings))),
    ecs: byRegion((region) => awsClient(region, patient, (settings) => new ECSClient(settings))),
    autoscaling: byRegion((region) => awsClient(region, patient, (settings) => new AutoScalingClient(settings))),
    lambda: byRegion((region) => awsClient(region, patient, (settings) => new LambdaClient(settings))),
  };
}

import { chunks } from '../core/chunks.ts';
import { canaryNamespace, failureType, sharedSource, tellMs } from '../deployment/canary-code.ts';
import { type AwsCall, callAws, type Environment, whyNot } from './aws-call.ts';
import type { LookPorts, Seen } from './look-at-all.ts';
import { membersOf } from './members.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html takes 1,000, in 1 MB. */
const metricsMax = 1_000;
/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const eventsMax = 10;

/**
 * Says of each target what a canary of its own would: the metric that alarms are on, and the event of a failed run, which starts runs sooner
 * than alarms do. Of a target that could not be asked it says nothing. Rejects with what could not be said, when all else is.
 */
export function tellsAws(region: string, env: Environment, now: () => number): LookPorts<never>['tell'] {
  return async (seen) => {
    const known = seen.filter(({ kind }) => kind !== 'blind');
    const bad = seen.filter(({ kind }) => kind === 'bad');
    const calls = [
      ...chunks(bad, eventsMax).map((part) => said(events(part), region, env)),
      ...chunks(known, metricsMax).map((part) => said(metrics(part, now()), region, env)),
    ];
    for (const result of await Promise.allSettled(calls)) if (result.status === 'rejected') throw result.reason;
  };
}

async function said(call: AwsCall, region: string, env: Environment): Promise<void> {
  const answer = await callAws(call, region, env);
  if (answer.kind !== 'answered' || answer.status !== 200) {
    throw new Error(`${call.target} in ${region} failed (${whyNot(answer)})`);
  }
  const refused = membersOf(answer.body)['FailedEntryCount'];
  if (typeof refused === 'number' && refused > 0) {
    throw new Error(`${call.target} in ${region} refused ${refused} of what it was given`);
  }
}

/** Longer than for a probe: what is not said now is never said. */
const answerMs = tellMs / 2;

const metrics = (seen: readonly Seen[], at: number): AwsCall => ({
  service: 'monitoring',
  version: '1.0',
  target: 'GraniteServiceVersion20100801.PutMetricData',
  answerMs,
  content: {
    Namespace: canaryNamespace,
    MetricData: seen.map(({ name, kind }) => ({
      MetricName: 'SuccessPercent',
      Dimensions: [{ Name: 'CanaryName', Value: name }],
      Timestamp: at / 1_000,
      Unit: 'Percent',
      Value: kind === 'good' ? 100 : 0,
    })),
  },
});

const events = (bad: readonly Seen[]): AwsCall => ({
  service: 'events',
  version: '1.1',
  target: 'AWSEvents.PutEvents',
  answerMs,
  content: {
    Entries: bad.map(({ name }) => ({
      Source: sharedSource,
      DetailType: failureType,
      Detail: JSON.stringify({ 'canary-name': name }),
    })),
  },
});

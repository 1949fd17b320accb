import { randomUUID } from 'node:crypto';
import { home } from './configuration.ts';

/** A person's request, as `understudy start` sends it. */
export const byHand = (service: string, more: object = {}) => ({
  service,
  reason: 'game day',
  requestedBy: 'Ada',
  ...more,
});

/** What a reconciler sends: automation, without an event. */
export const byAutomation = (service: string, more: object = {}) => ({
  service,
  mode: 'automatic',
  reason: 'the alarm is red',
  requestedBy: 'reconciler',
  ...more,
});

/** A CloudWatch Alarm State Change as EventBridge delivers it: just now, ours, red. */
export function alarmEvent(
  service: string,
  { envelope = {}, detail = {}, at = Date.now() }: { envelope?: object; detail?: object; at?: number } = {},
) {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'CloudWatch Alarm State Change',
    source: 'aws.cloudwatch',
    account: '123456789012',
    time: new Date(at).toISOString(),
    region: 'us-east-2',
    resources: [`arn:aws:cloudwatch:us-east-2:123456789012:alarm:understudy-${service}-${home}`],
    detail: {
      alarmName: `understudy-${service}-${home}`,
      state: { value: 'ALARM', reason: 'Threshold Crossed', timestamp: new Date(at).toISOString() },
      ...detail,
    },
    ...envelope,
  };
}

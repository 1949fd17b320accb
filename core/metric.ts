/** What is published in the namespace of the deployment, under the service that it is about. */
export const metricNames = [
  'FailoverAttempt',
  'FailoverSuccess',
  'FailoverHold',
  'FailoverRefused',
  'FailoverShadowed',
  'FailoverRollback',
  'FailoverUnproven',
  'FailoverFailed',
  'TimeToRecover',
  'NotificationFailed',
  /** An answer from a chat channel that was not taken: forged, stale, sent again, of a stranger, or too late. */
  'AnswerRefused',
  /** 1 where automation could move the service now, 0 where something would keep it from that; every minute. */
  'Ready',
  /** The part of the traffic that a region has by its lever, in per cent; every minute. */
  'Share',
  /** Requests a minute at the region that was left, beside known ones; while it is looked for. */
  'Stragglers',
  /** Since a drill of the service last succeeded; every minute, and not before the first one. */
  'DaysSinceSuccessfulDrill',
  /** Since the service was moved, while what it left is no proven standby again; 0 while it is protected; every minute. */
  'MinutesUnprotected',
] as const;

export type MetricName = (typeof metricNames)[number];

import * as z from 'zod';
import { drillHoldMaxMs } from '../../core/drill-record.ts';
import { modes, reasonMax } from '../../core/incident.ts';
import { failureType, sharedSource } from '../../deployment/canary-code.ts';

/*
 * What may start a run: two events of AWS and the request of a person, one schema each. AWS adds members to its events
 * without notice, so theirs are open; a person's is closed, because a mistyped member would silently choose another move.
 */

const timeSchema = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'is no point in time');

const envelope = {
  id: z.string().min(1).max(200),
  account: z.string(),
  region: z.string(),
  time: timeSchema,
};

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
export const alarmEventSchema = z.looseObject({
  ...envelope,
  source: z.literal('aws.cloudwatch'),
  'detail-type': z.literal('CloudWatch Alarm State Change'),
  detail: z.looseObject({
    alarmName: z.string().min(1),
    state: z.looseObject({
      value: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
      // Only shown, and only more exact: neither keeps a run from starting.
      reason: z.string().optional().catch(undefined),
      timestamp: timeSchema.optional().catch(undefined),
    }),
  }),
});

/** A shared canary says the same of each of its targets. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_Events.html */
export const canaryEventSchema = z.looseObject({
  ...envelope,
  source: z.enum(['aws.synthetics', sharedSource]),
  'detail-type': z.literal(failureType),
  detail: z.looseObject({ 'canary-name': z.string().min(1) }),
});

const regionText = z.string().trim().min(1).max(100).optional();

export const manualRequestSchema = z.strictObject({
  /** Of a parent execution, as AWS has one pass it. https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html */
  AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: z.unknown().optional(),
  service: z.string().min(1).max(100),
  from: regionText,
  to: regionText,
  mode: z.enum(modes).default('manual'),
  reason: z.string().trim().min(1).max(reasonMax),
  requestedBy: z.string().trim().min(1).max(200),
  force: z.boolean().default(false),
  /** Of a drill that begins: how much of the traffic of the region that is left, and how long it stays away. */
  percent: z.number().int().min(1).max(100).optional(),
  holdMs: z.number().int().min(1_000).max(drillHoldMaxMs).optional(),
  /** Of a drill that a plan asks for, which says how: the plan, and when its schedule was due. */
  plan: z.string().min(1).max(40).optional(),
  plannedFor: timeSchema.optional(),
  /** Of a drill that ends: the incident that began it, and the outcome alarms that are red, in words. */
  returns: z.string().min(1).max(200).optional(),
  red: z.string().min(1).max(reasonMax).optional(),
});

import * as z from 'zod';
import { evacuationDirections } from '../../../core/evacuation.ts';
import { reasonMax } from '../../../core/incident.ts';
import { epochSchema, regionSchema } from '../../parse/record.ts';

/** What a person starts the machine with: it comes from outside, and nothing else is believed. */
export const evacuationEventSchema = z.strictObject({
  region: regionSchema,
  direction: z.enum(evacuationDirections).default('leave'),
  reason: z.string().min(1).max(reasonMax),
  requestedBy: z.string().min(1).max(512),
  force: z.boolean().default(false),
  rehearse: z.boolean().default(false),
  /** Each is a run, and a service of which functions reserve room for `concurrentMoves`. */
  atOnce: z.number().int().min(1).max(40).default(10),
  /** The evacuation whose control region is lost, and the execution that worked through it there. */
  continues: z.strictObject({ id: z.string().min(1).max(80), holder: z.string().min(1) }).optional(),
});

const runSchema = z.object({
  id: z.string().min(1),
  holder: z.string().min(1),
  region: regionSchema,
  direction: z.enum(evacuationDirections),
  by: z.string(),
  reason: z.string(),
  force: z.boolean(),
  rehearse: z.boolean(),
  atOnce: z.number().int().min(1).max(40),
});

const turns = z.array(z.array(z.string()));
const led = z.array(z.object({ service: z.string(), override: z.number() }));
const weights = z.record(z.string(), z.number());
const toSwitch = z.array(z.object({ service: z.string(), to: regionSchema, prior: weights }));
/** Left out by machines that were deployed before controls were written together. */
const switched = z
  .array(z.object({ service: z.string(), to: regionSchema, prior: weights, epoch: epochSchema, at: z.number() }))
  .default([]);
const running = z.array(z.object({ service: z.string(), executionArn: z.string(), since: z.number() }));
const ended = z.array(z.object({ service: z.string(), ending: z.string() }));

/** What the machine asks of the function, by step. */
export const evacuatePayload = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('plan'),
    event: evacuationEventSchema,
    execution: z.object({ arn: z.string().min(1), name: z.string().min(1) }),
  }),
  z.object({ do: z.literal('lead'), evacuation: runSchema, turns, turn: z.number().int() }),
  z.object({
    do: z.literal('switch'),
    evacuation: runSchema,
    toSwitch,
    evidenceAt: z.number(),
    rest: z.array(z.string()),
  }),
  z.object({ do: z.literal('prove'), evacuation: runSchema, led, switched, proveUntil: z.number() }),
  z.object({ do: z.literal('settle'), evacuation: runSchema, led, switched }),
  z.object({ do: z.literal('runs'), evacuation: runSchema, running, rest: z.array(z.string()), ended }),
  z.object({
    do: z.literal('report'),
    evacuation: runSchema,
    turns,
    ended,
    switched,
    aborted: z.boolean(),
    error: z.string().nullable(),
  }),
]);

export type EvacuatePayload = z.infer<typeof evacuatePayload>;

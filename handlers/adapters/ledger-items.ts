import * as z from 'zod';
import type { News } from '../../core/card.ts';
import { type Entry, type Happening, operatorCommands, pressOutcomes, regionActs } from '../../core/entry.ts';
import { hookDids, hookMoments } from '../../core/hook.ts';
import { endings } from '../../core/incident.ts';
import type { LedgerRecord } from '../../core/record.ts';
import { instantSchema, pastDrillSchema, recordMembers } from '../parse/record.ts';
import type { KeptCard, PendingApproval } from '../ports.ts';

/*
 * What the ledger's items must look like when they are read. Attributes that we do not know are dropped: a newer version
 * may have written them.
 */

export const recordItemSchema: z.ZodType<LedgerRecord & { version: string }> = z.object({
  version: z.string().min(1),
  service: z.string().min(1),
  ...recordMembers(instantSchema),
});

export const approvalItemSchema: z.ZodType<PendingApproval> = z.object({
  service: z.string().min(1),
  incident: z.string().min(1),
  taskToken: z.string().min(1),
  deadline: instantSchema,
});

const newsSchema: z.ZodType<News> = z.object({
  kind: z.enum(['announcement', 'question', 'conclusion', 'notice', 'answer']),
  incident: z.string().nullable(),
  severity: z.enum(['critical', 'info']),
  ending: z.enum(endings).nullable(),
  subject: z.string(),
  lines: z.array(z.string()),
  facts: z.array(z.object({ name: z.string(), value: z.string() })),
  at: instantSchema,
});

export const cardItemSchema: z.ZodType<KeptCard> = z.object({
  service: z.string().min(1),
  channel: z.string().min(1),
  thread: z.string().min(1),
  posted: z.string().min(1).nullable(),
  claim: z.object({ by: z.string(), at: instantSchema }),
  news: z.array(newsSchema).min(1),
  version: z.string().min(1),
});

const deliverySchema = z.object({
  channel: z.string(),
  delivered: z.boolean(),
  attempts: z.number(),
  because: z.string().nullable(),
});

const weightsSchema = z.record(z.string(), z.number());

/**
 * Whole objects of core: only what readers branch on is looked at. Entries are history, written with the types of their day,
 * and must stay readable when core knows more reasons and diagnoses than it did then.
 */
const verdictSchema = z.looseObject({ kind: z.enum(['move', 'hold']), because: z.string() });
const incidentSchema = z.looseObject({ id: z.string(), service: z.string(), epoch: z.number(), mode: z.string() });
const evidenceObject = z.looseObject({
  gatheredAt: instantSchema,
  observations: z.array(
    z.looseObject({ observer: z.string(), at: instantSchema, outcome: z.looseObject({ kind: z.string() }) }),
  ),
  alarms: z.array(z.looseObject({ observer: z.string(), region: z.string(), state: z.string() })),
  routing: z.looseObject({ kind: z.enum(['read', 'unreadable']) }),
});

/** As `entryItem` writes it; entries of earlier versions have it member by member. */
const evidenceSchema = z.union([
  evidenceObject,
  z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'is no JSON' });
        return z.NEVER;
      }
    })
    .pipe(evidenceObject),
]);

const answeredSchema = z.object({ hook: z.string(), answer: z.string(), did: z.enum(hookDids).optional() });

const happeningSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('admitted'), incident: incidentSchema }),
  z.object({
    kind: z.literal('refused'),
    request: z.looseObject({ service: z.string() }).nullable(),
    reason: z.string(),
  }),
  z.object({ kind: z.literal('decided'), verdict: verdictSchema, evidence: evidenceSchema }),
  z.object({
    kind: z.literal('announced'),
    deliveries: z.array(deliverySchema),
    audience: z.enum(['people', 'record']).optional(),
  }),
  z.object({
    kind: z.literal('approval'),
    decision: z.enum(['approved', 'declined', 'deadline']),
    by: z.string().nullable(),
    more: z.number().int().nonnegative().optional(),
  }),
  z.object({
    kind: z.literal('pressed'),
    channel: z.string(),
    user: z.string(),
    person: z.string().nullable(),
    approved: z.boolean(),
    became: z.enum(pressOutcomes),
  }),
  z.object({
    kind: z.literal('prepared'),
    answers: z.array(answeredSchema),
    from: z.string().optional(),
    to: z.string().optional(),
    flees: z.boolean().optional(),
    keepsShare: z.boolean().optional(),
  }),
  z.object({ kind: z.literal('hook-asked'), hook: z.string(), when: z.enum(hookMoments) }),
  z.object({
    kind: z.literal('settled'),
    when: z.enum(hookMoments),
    from: z.string(),
    to: z.string(),
    answers: z.array(answeredSchema),
  }),
  z.object({
    kind: z.literal('shifted'),
    percent: z.number(),
    weights: weightsSchema,
    outcome: z.string(),
    wrote: z.boolean(),
  }),
  z.object({ kind: z.literal('verified'), state: z.enum(['verified', 'pending', 'failed']), detail: z.string() }),
  z.object({
    kind: z.literal('rolled-back'),
    restored: z.boolean(),
    routing: z.object({ epoch: z.number().nullable(), weights: weightsSchema }).nullable(),
    detail: z.string(),
  }),
  z.object({
    kind: z.literal('concluded'),
    ending: z.enum(endings),
    deliveries: z.array(deliverySchema),
    durationMs: z.number(),
    error: z.string().nullable(),
    audience: z.enum(['people', 'record']).optional(),
  }),
  z.object({ kind: z.literal('drilled'), past: pastDrillSchema }),
  z.object({
    kind: z.literal('region'),
    region: z.string(),
    did: z.enum(regionActs),
    by: z.string(),
    services: z.array(z.string()),
  }),
  z.object({
    kind: z.literal('arrived'),
    region: z.string(),
    requestsPerMinute: z.number(),
    writesPerMinute: z.number().nullable(),
    isSplit: z.boolean(),
  }),
  z.object({ kind: z.literal('reprotected'), regions: z.array(z.string()), forMs: z.number() }),
  z.object({
    kind: z.literal('operator'),
    command: z.enum(operatorCommands),
    by: z.string(),
    reason: z.string(),
  }),
]);

type UnreadKind = Exclude<Happening['kind'], z.infer<typeof happeningSchema>['kind']>;
// Does not compile while a kind of happening is missing above.
true satisfies [UnreadKind] extends [never] ? true : UnreadKind;

/**
 * An entry as the table keeps it. Evidence is one text, because it has a thousand members: each would be an attribute with a type of its
 * own, made, sent and checked while a move waits for this write.
 */
export function entryItem(entry: Entry): Record<string, unknown> {
  const { what } = entry;
  return what.kind === 'decided'
    ? { ...entry, what: { ...what, evidence: JSON.stringify(what.evidence) } }
    : { ...entry };
}

/** What was not looked at is believed: `append` wrote it. */
export const entryItemSchema = z
  .object({
    id: z.string().min(1),
    service: z.string().min(1),
    incident: z.string().nullable(),
    at: instantSchema,
    text: z.string(),
    what: happeningSchema,
  })
  .transform((item) => item as unknown as Entry);

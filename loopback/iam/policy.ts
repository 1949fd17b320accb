import * as z from 'zod';
import { operators } from './condition.ts';

const list = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const principals = z.union([
  z.literal('*').transform((): { AWS?: string[]; Service?: string[] } => ({ AWS: ['*'] })),
  z.strictObject({ AWS: list.optional(), Service: list.optional() }),
]);

const statementSchema = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Action: list.optional(),
    NotAction: list.optional(),
    Resource: list.optional(),
    NotResource: list.optional(),
    Principal: principals.optional(),
    Condition: z.partialRecord(z.enum(operators), z.record(z.string(), list)).default({}),
  })
  .refine(({ Action, NotAction }) => (Action === undefined) !== (NotAction === undefined), {
    message: 'a statement has Action or NotAction',
  });

/** A policy's statements, checked. An operator of conditions that is not played is an error: it would not be held. */
export const policySchema = z.strictObject({
  Version: z.literal('2012-10-17'),
  Id: z.string().optional(),
  Statement: z.union([statementSchema.transform((one) => [one]), z.array(statementSchema)]),
});

export type Policy = z.output<typeof policySchema>;
export type Statement = Policy['Statement'][number];

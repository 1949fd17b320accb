import * as z from 'zod';
import { endings, modes } from '../../core/incident.ts';
import { type EventData, type EventType, eventTypes, eventVersion } from './event.ts';

/** The members of every event, each with what it says. The JSON schemas that ship are made of it: `build/event-schemas.ts`. */
const dataSchema = z.object({
  version: z.literal(eventVersion).describe('Of this form.'),
  deployment: z
    .object({ name: z.string(), account: z.string() })
    .describe('Name and AWS account of the deployment that says this.'),
  service: z.string().describe('The service that this is about; the name of the deployment where it is about none.'),
  incident: z
    .nullable(z.string())
    .describe('service#epoch; null where no incident was admitted, or this is about none.'),
  mode: z.nullable(z.enum(modes)).describe('How the run was asked for; null where this is about no run.'),
  ending: z.nullable(z.enum(endings)).describe('How the run ended; null before it has.'),
  person: z.nullable(z.string()).describe('Who asked for the run or answered its question; null where nobody has.'),
  trouble: z
    .nullable(
      z.object({
        id: z.string().describe('The same from the first word of a trouble to the last.'),
        state: z.enum(['opened', 'reminded', 'closed']),
        what: z.string().describe('Ending and, behind a slash, reason: vetoed, held/all-regions-down.'),
      }),
    )
    .describe('The trouble that this is news of.'),
  severity: z.enum(['critical', 'info']).describe('critical wakes people.'),
  audience: z.enum(['people', 'record']).describe('record: nobody has to hear of it.'),
  subject: z.string().describe('At most 100 printable ASCII characters.'),
  lines: z.array(z.string()).readonly().describe('Sentences for people.'),
  facts: z.array(z.object({ name: z.string(), value: z.string() })).readonly(),
  thread: z.string().describe('The same for all messages of one trouble, or of one incident where it is none.'),
}) satisfies z.ZodType<EventData>;

const eventSchema = (type: EventType, says: string, data: typeof dataSchema | z.ZodType) =>
  z
    .object({ type: z.literal(type), timestamp: z.iso.datetime().describe('When it was said, in UTC.'), data })
    .describe(says);

export const eventSchemas = {
  [eventTypes.announcement]: eventSchema(
    eventTypes.announcement,
    'A run is about to move traffic, or rehearses that.',
    dataSchema.extend({ incident: z.string(), mode: z.enum(modes) }),
  ),
  [eventTypes.question]: eventSchema(
    eventTypes.question,
    'A run waits for the approval of a person.',
    dataSchema.extend({ incident: z.string(), mode: z.enum(modes) }),
  ),
  [eventTypes.conclusion]: eventSchema(
    eventTypes.conclusion,
    'A run ended.',
    dataSchema.extend({ ending: z.enum(endings) }),
  ),
  [eventTypes.notice]: eventSchema(eventTypes.notice, 'Something that is no news of a run.', dataSchema),
} as const satisfies Readonly<Record<EventType, z.ZodType>>;

import * as z from 'zod';
import type { Command } from '../command.ts';
import { audit } from '../commands/audit.ts';
import { explain } from '../commands/explain.ts';
import { history } from '../commands/history.ts';
import { simulate } from '../commands/simulate.ts';
import { rehearse } from '../commands/start.ts';
import { status } from '../commands/status.ts';

/** A command that an agent may give: none of them writes to a lever, or changes what automation may do. */
export interface ReadTool {
  readonly command: Command;
  readonly description: string;
  readonly input: z.ZodObject;
  /** False for what leaves a line in the ledger. */
  readonly readOnly: boolean;
  /** From input that has passed the schema. */
  invocation(input: Readonly<Record<string, unknown>>): {
    readonly operands: readonly string[];
    readonly values: Readonly<Record<string, string>>;
  };
}

const service = z.string().min(1).max(256).describe('name of a service of the configuration');
const since = z
  .string()
  .regex(/^\d{1,4}[smhd]$/)
  .optional()
  .describe('how far back, like 90m, 12h or 30d');
const services = z.strictObject({
  services: z.array(service).max(50).default([]).describe('none: all of them'),
  since,
});

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
const named = (name: string, value: unknown): Record<string, string> =>
  value === undefined ? {} : { [name]: String(value) };

export const readTools: readonly ReadTool[] = [
  {
    command: status,
    description:
      'What waits for a person, how each region is and who says so, who serves, whether the service could be moved now and where to, what automation may do.',
    input: z.strictObject({ services: services.shape.services }),
    readOnly: true,
    invocation: (input) => ({ operands: texts(input['services']), values: {} }),
  },
  {
    command: explain,
    description:
      'Why a run moved, held or refused, with its evidence, timeline and what to do now; of a service, all that happened to it.',
    input: z.strictObject({ about: z.string().min(1).max(300).describe('an incident like orders#7, or a service') }),
    readOnly: true,
    invocation: (input) => ({ operands: [String(input['about'])], values: {} }),
  },
  {
    command: history,
    description: 'Every run that was let in, a line each: when, who asked, how it ended.',
    input: services,
    readOnly: true,
    invocation: (input) => ({ operands: texts(input['services']), values: named('since', input['since']) }),
  },
  {
    command: audit,
    description: 'Who did what: every act of a person or of automation, and what was moved past Understudy.',
    input: services,
    readOnly: true,
    invocation: (input) => ({ operands: texts(input['services']), values: named('since', input['since']) }),
  },
  {
    command: simulate,
    description:
      'Plays outages in virtual time against the real decisions and steps. Needs no AWS and changes nothing.',
    input: z.strictObject({ seeds: z.int().min(1).max(200).default(50).describe('so many stories') }),
    readOnly: true,
    invocation: (input) => ({ operands: [], values: named('seeds', input['seeds']) }),
  },
  {
    command: rehearse,
    description:
      'Runs every step of a move and writes nothing to the lever. It leaves a line in the ledger and may call hooks that say that they are safe.',
    input: z.strictObject({
      service,
      to: z.string().max(64).optional().describe('region to move to; the best ranked fit one where it is left out'),
      reason: z.string().min(1).max(500).describe('why; it stands in the record'),
    }),
    readOnly: false,
    invocation: (input) => ({
      operands: [String(input['service'])],
      values: { ...named('to', input['to']), ...named('reason', input['reason']) },
    }),
  },
];

import * as z from 'zod';
import { lineOf } from '../../console/acts.ts';
import type { Invocation } from '../command.ts';
import { connect, serviceNamed } from '../connection.ts';
import { serviceStates } from '../service-states.ts';
import { statusLines } from '../status-lines.ts';

/** What an agent proposes. A person does it, or does not. */
export const proposalSchema = z.strictObject({
  service: z.string().min(1).max(256).describe('name of a service of the configuration'),
  to: z.string().min(1).max(64).describe('region to move to'),
  reason: z.string().min(1).max(400).describe('why; it stands in the record and in every message'),
});

export type Proposal = z.infer<typeof proposalSchema>;

/**
 * The command that would move the service, for a person to read and to give, with what is known now. It starts nothing: a run that
 * waited for an answer would hold the lease, and automation would wait with it. The command is bound to the ledger's epoch, so that it is refused
 * once anything has moved. Throws what a command throws.
 */
export async function propose({ service: name, to, reason }: Proposal, invocation: Invocation): Promise<string> {
  await using connection = await connect(invocation);
  const service = serviceNamed(connection.failover, name);
  const state = await serviceStates(connection)(service);
  const values = { to, reason, 'at-epoch': String(state.ledger.epoch) };
  return [
    `Nothing was done. A person who wants this gives the command, in a terminal or from the console:`,
    '',
    `  ${lineOf({ name: 'start', subject: name, values })}`,
    '',
    `It is refused once anything has moved ${name} since (epoch ${state.ledger.epoch}). What is known now:`,
    '',
    ...statusLines(state, connection.now()),
  ].join('\n');
}

import {
  GetEventSourceMappingCommand,
  type LambdaClient,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import type { HookQuestion, HookReply } from '../../core/hook.ts';
import type { EventSources } from '../../core/ready-hook.ts';
import { sentenceOf } from '../adapters/vendor-error.ts';
import { ok } from './question.ts';

/**
 * On where traffic is, then off where it was: for a moment both work, and never neither. Where the region that was left does not answer, those
 * that serve are on all the same, and the failure is told. Where it goes on with a share of the traffic nothing is
 * switched off. https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html
 */
export async function eventSources(
  { mappings }: EventSources,
  { from, to, mode, keepsShare = false }: HookQuestion,
  clientIn: (region: string) => LambdaClient,
): Promise<HookReply> {
  const [on, off] = [mappings[to] ?? [], from === null || keepsShare ? [] : (mappings[from] ?? [])];
  const text = `${on.length} mappings on in ${to}${from === null ? '' : `, ${off.length} off in ${from}`}`;
  if (mode === 'rehearsal') return ok(`would switch ${text}`);
  for (const id of on) await switched(id, true, clientIn(to));
  try {
    for (const id of off) await switched(id, false, clientIn(from ?? to));
  } catch (error) {
    throw new Error(`${on.length} mappings are on in ${to}, and those in ${from} may still be: ${sentenceOf(error)}`);
  }
  return ok(text);
}

/** Asked for again, it is as it was. */
async function switched(UUID: string, Enabled: boolean, client: LambdaClient): Promise<void> {
  const { State } = await client.send(new GetEventSourceMappingCommand({ UUID }));
  if (State === (Enabled ? 'Enabled' : 'Disabled')) return;
  await client.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
}

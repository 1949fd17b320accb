import type { Connection } from './connection.ts';
import type { Executions } from './executions.ts';
import { printableLine } from './printable.ts';
import { reaching } from './unreachable.ts';

/** How an execution ended, in a sentence, with where to read more. */
export function sentenceOf({ status, output, error, cause }: Awaited<ReturnType<Executions['result']>>): string {
  if (isConcluded(output))
    return `${printableLine(output.headline)}${output.incident === null ? '' : ` (${output.incident}; understudy explain ${output.incident})`}`;
  return printableLine([status.toLowerCase(), error, cause].filter((part) => part !== null).join(': '));
}

export function endedWell(output: unknown): boolean {
  return isConcluded(output) && (output.ending === 'recovered' || output.ending === 'rehearsed');
}

/** Of a run that was refused, why; else none. It became no incident: the ledger keeps nothing but its refusal. */
export async function refusalLines(
  { ledger }: Pick<Connection, 'ledger'>,
  { service }: { readonly service: string },
  executionArn: string,
  output: unknown,
): Promise<string[]> {
  if (!isConcluded(output) || output.ending !== 'refused') return [];
  const id = `refused/${executionArn}`;
  const entry = await reaching('the ledger says why, and could not be read', () =>
    ledger.find(service, null, id),
  ).catch((error: unknown) => error as Error);
  // The run has ended: what cannot be read now changes nothing of how.
  if (entry instanceof Error) return [entry.message];
  if (entry?.what.kind !== 'refused') return [];
  return [
    `Why: ${printableLine(entry.text)}`,
    ...(entry.what.reason === 'paused' ? [`End the pause: understudy resume ${service}; or pass it with --force`] : []),
  ];
}

function isConcluded(output: unknown): output is { ending: string; headline: string; incident: string | null } {
  return typeof output === 'object' && output !== null && 'ending' in output && 'headline' in output;
}

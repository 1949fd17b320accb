import type { Entry } from '../core/entry.ts';
import { isGoodEnding } from '../core/incident.ts';
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

export const endedWell = (output: unknown): boolean => isConcluded(output) && isGoodEnding(output.ending);

/** Why a run moved nothing, where the ledger knows: of one that was refused, one that held, and one that failed, whose execution has no output. */
export async function reasonLines(
  { ledger }: Pick<Connection, 'ledger'>,
  { service }: { readonly service: string },
  executionArn: string,
  output: unknown,
): Promise<string[]> {
  const ending = isConcluded(output) ? output.ending : 'failed';
  if (ending !== 'failed' && ending !== 'refused' && ending !== 'held') return [];
  const incident = isConcluded(output) ? output.incident : null;
  const read = async (): Promise<string[]> =>
    ending === 'failed'
      ? failureLines(await ledger.entries(service), executionArn)
      : ending === 'refused'
        ? // It became no incident: the ledger keeps nothing but its refusal.
          refusalLines(await ledger.find(service, null, `refused/${executionArn}`))
        : holdLines(incident === null ? [] : await ledger.entries(service, incident));
  // The run has ended: what cannot be read now changes nothing of how.
  return reaching('the ledger says why, and could not be read', read).catch((error: unknown) => [
    error instanceof Error ? error.message : String(error),
  ]);
}

function refusalLines(entry: Entry | null): string[] {
  if (entry?.what.kind !== 'refused') return [];
  const { service, text, what } = entry;
  return [
    `Why: ${printableLine(text)}`,
    ...(what.reason === 'paused' ? [`End the pause: understudy resume ${service}; or pass it with --force`] : []),
  ];
}

function failureLines(entries: readonly Entry[], executionArn: string): string[] {
  const isOurs = ({ what }: Entry) => what.kind === 'admitted' && what.incident.holder === executionArn;
  const incident = entries.findLast(isOurs)?.incident ?? null;
  if (incident === null) return [];
  const own = entries.filter((entry) => entry.incident === incident);
  const answers = own.flatMap(({ what }) => (what.kind === 'prepared' ? what.answers : []));
  return [
    ...answers
      .filter(({ did }) => did === 'veto')
      .map(({ hook, answer }) => `Why: ${printableLine(`the hook ${hook} said no: ${answer}`)}`),
    `All of it: understudy explain ${incident}`,
  ];
}

function holdLines(entries: readonly Entry[]): string[] {
  const verdict = entries.flatMap(({ what }) => (what.kind === 'decided' ? what.verdict : [])).at(-1);
  if (verdict?.kind !== 'hold') return [];
  const { because, wouldChange } = verdict;
  return [`Why: ${printableLine(because)}`, `What would move it: ${printableLine(wouldChange)}`];
}

function isConcluded(output: unknown): output is { ending: string; headline: string; incident: string | null } {
  return typeof output === 'object' && output !== null && 'ending' in output && 'headline' in output;
}

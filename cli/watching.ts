import type { Entry } from '../core/entry.ts';
import type { Ledger } from '../handlers/ports.ts';
import { isEndOfRefused, isSameRefusal } from './history-lines.ts';

/**
 * What a ledger has to tell of one service since it was asked last; the first time nothing, because what is there already happened before. It
 * goes by what was there and not by time, because clocks of regions differ and a run that ended a moment ago is not news. A run in a row of refusals is
 * told once: while a region is red its canaries go on asking. Reads the record, the entries of its epoch and the next one, and those of no
 * incident: never all that ever was.
 */
export function newsOf(service: string, ledger: Pick<Ledger, 'read' | 'entries'>) {
  const told = new Set<string>();
  let last: Entry | undefined;
  let isFirst = true;
  return async (): Promise<readonly Entry[]> => {
    const { epoch } = await ledger.read(service);
    const found = await Promise.all([
      ledger.entries(service, null),
      ...[epoch, epoch + 1].map((at) => ledger.entries(service, `${service}#${at}`)),
    ]);
    const fresh = found
      .flat()
      .filter(({ id, incident }) => !told.has(`${incident} ${id}`))
      .sort((a, b) => a.at - b.at);
    for (const { id, incident } of fresh) told.add(`${incident} ${id}`);
    if (isFirst) {
      isFirst = false;
      return [];
    }
    return fresh.filter((entry) => {
      if (isEndOfRefused(entry)) return false;
      const isKnown = isSameRefusal(last, entry);
      last = entry;
      return !isKnown;
    });
  };
}

import type { HookQuestion, HookReply } from '../../core/hook.ts';
import type { Capacity, Size } from '../../core/ready-hook.ts';
import { type Around, awaited, ok, veto } from './question.ts';

/** Something of which so many run in one region. */
export interface Counted {
  /** For people: `tasks of orders`. */
  readonly what: string;
  read(): Promise<{
    /** As many are asked for. */
    readonly wanted: number;
    /** As many run and are well. */
    readonly running: number;
    /** More than that cannot be asked for; null where nothing says. */
    readonly most: number | null;
  }>;
  want(count: number): Promise<void>;
}

/** Whether a target carries what is to come: so many have to run. */
export async function capacity({ serving }: Capacity, { to }: HookQuestion, counted: Counted): Promise<HookReply> {
  const { running } = await counted.read();
  const text = `${to} runs ${running} ${counted.what}, and needs ${serving}`;
  return running >= serving ? ok(text) : veto(text);
}

/**
 * Raises the target and waits until as many run; lowers the region without traffic. Asked twice, it does the same again. A region that a
 * person or a scaling policy has set to something else is left so: only what this hook has raised it lowers, and nothing that carries a share.
 */
export async function size(
  { serving, standby }: Size,
  { when, from, to, mode, keepsShare = false }: HookQuestion,
  countedIn: (region: string) => Counted,
  around: Around,
): Promise<HookReply> {
  const raises = when === 'prepare';
  const region = raises || when === 'undo' ? to : (from ?? to);
  const counted = countedIn(region);
  const { wanted, most } = await counted.read();
  const change = `${counted.what} in ${region} from ${wanted} to ${raises ? serving : standby}`;
  if (!raises) {
    if (keepsShare) return ok(`${region} keeps its ${wanted} ${counted.what}, because it carries a share`);
    if (mode === 'rehearsal') return ok(`would lower ${counted.what} in ${region} to ${standby}`);
    if (wanted !== serving || standby === serving) return ok(`${region} keeps its ${wanted} ${counted.what}`);
    await counted.want(standby);
    return ok(`lowered ${change}`);
  }
  if (most !== null && most < serving) {
    return veto(`${region} may have ${most} ${counted.what} at most, and needs ${serving}`);
  }
  if (mode === 'rehearsal')
    return ok(wanted >= serving ? `${region} has its ${wanted} ${counted.what}` : `would raise ${change}`);
  if (wanted < serving) await counted.want(serving);
  return ok(
    await awaited(async () => {
      const { running } = await counted.read();
      return { isDone: running >= serving, text: `${region} runs ${running} of ${serving} ${counted.what}` };
    }, around),
  );
}

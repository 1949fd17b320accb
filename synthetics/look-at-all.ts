import type { Outcome } from '../core/observation.ts';

/** What came of a look; a target that could not be asked is blind, and neither good nor bad. */
export type Seen = { readonly name: string } & (Outcome | { readonly kind: 'blind'; readonly detail: string });

export interface LookPorts<Target> {
  /** Rejects where the target could not be asked. */
  readonly look: (target: Target) => Promise<Outcome>;
  /** Rejects where nobody could be told. */
  readonly tell: (seen: readonly Seen[]) => Promise<void>;
  readonly wait: (ms: number) => Promise<unknown>;
}

/** Between the first request and the next one, and between what is told and what is told next. */
export interface Pace {
  readonly askEveryMs: number;
  readonly tellEveryMs: number;
}

/**
 * Looks at each target once, one a moment after the other and none waiting for another, and tells what is known as it comes: a target that
 * takes its time keeps nothing of the others back. Resolves with all that was seen; rejects when all is seen and some of it could not be told.
 */
export async function lookAtAll<Target extends { readonly name: string }>(
  targets: readonly Target[],
  { askEveryMs, tellEveryMs }: Pace,
  { look, tell, wait }: LookPorts<Target>,
): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  let told = 0;
  const failures: unknown[] = [];
  const tellNew = async () => {
    const news = seen.slice(told);
    told = seen.length;
    if (news.length > 0) await tell(news).catch((error: unknown) => failures.push(error));
  };

  let isOver = false;
  const looking = Promise.all(
    targets.map(async (target, index) => {
      if (index > 0) await wait(index * askEveryMs);
      seen.push(await seenOf(target, look));
    }),
  ).finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await Promise.race([wait(tellEveryMs), looking]);
    await tellNew();
  }
  await tellNew();
  if (failures.length > 0) throw failures[0];
  return seen;
}

async function seenOf<Target extends { readonly name: string }>(
  target: Target,
  look: LookPorts<Target>['look'],
): Promise<Seen> {
  const { name } = target;
  try {
    return { name, ...(await look(target)) };
  } catch (error) {
    return { name, kind: 'blind', detail: error instanceof Error ? error.message : String(error) };
  }
}

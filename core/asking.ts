import type { Approval } from './policy.ts';

type Required = Extract<Approval, { required: true }>;

/** Whether people are asked before a move of automation; `because` ends a sentence with the reason, where time or a freeze is one. */
export interface Asking {
  readonly approval: Required | null;
  readonly because: string;
}

/** `periods` of the calendar that it is now; undefined where nobody knows, and then people are asked. */
export function askingNow(
  approval: Approval,
  periods: readonly string[] | undefined,
  /** Whether the move leads to a region that is frozen. */
  isFrozen: boolean,
): Asking {
  if (!approval.required) return { approval: null, because: '' };
  const { when } = approval;
  if (when === undefined) return { approval, because: '' };
  const { during = [], outside = [], frozen = false } = when;
  if (frozen && isFrozen) return { approval, because: '; people are asked, because the region is frozen' };
  if (during.length + outside.length === 0)
    return { approval: null, because: '; nobody is asked, because it is not frozen' };
  if (periods === undefined) return { approval, because: '; people are asked, because the time is not known' };
  const within = during.find((name) => periods.includes(name));
  if (within !== undefined) return { approval, because: `; people are asked during ${within}` };
  if (outside.length > 0 && outside.every((name) => !periods.includes(name))) {
    return { approval, because: `; people are asked outside ${outside.join(' and ')}` };
  }
  const [named] = outside.filter((name) => periods.includes(name));
  const time = named === undefined ? `outside ${during.join(' and ')}` : `during ${named}`;
  return { approval: null, because: `; nobody is asked ${time}` };
}

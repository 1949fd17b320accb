import type { Instant } from './brand.ts';
import type { DueHooks } from './due-hooks.ts';
import { type HookAnswered, type HookMoment, hasFailed } from './hook.ts';
import type { Ending, Incident } from './incident.ts';
import type { Message } from './messages.ts';
import { notice } from './notices.ts';

/** Told after the run: a hook that fails then changes nothing about where traffic is. */
export function hooksFailed(
  { id, service, mode }: Incident,
  ending: Ending,
  { when, from, to }: Pick<DueHooks, 'when' | 'from' | 'to'>,
  answers: readonly HookAnswered[],
  /** Whether people have to act, and whether they heard of the run itself. */
  { isGrave, isNews }: { readonly isGrave: boolean; readonly isNews: boolean },
  at: Instant,
): Message {
  const failed = answers.filter(hasFailed).map(({ hook }) => hook);
  const lines: [string, ...string[]] = [
    `${service}: ${failed.join(', ')} failed ${momentText[when]}.`,
    ...answers.map(({ hook, answer }) => `${hook}: ${answer}.`),
    `Traffic stays where ${id} left it (${ending}, from ${from} to ${to}): after that no hook moves anything.`,
    `Do by hand what ${failed.length === 1 ? 'this hook' : 'these hooks'} should have done; what was asked and answered: understudy explain ${id}`,
  ];
  const isForPeople = isNews && mode !== 'rehearsal';
  const severity = isGrave && isForPeople ? 'critical' : 'info';
  const audience = isForPeople ? 'people' : 'record';
  return { ...notice(service, severity, lines, at), audience, incident: id, mode, thread: id };
}

const momentText: Readonly<Record<HookMoment, string>> = {
  readiness: 'to say whether the region is ready',
  prepare: 'before the move',
  after: 'after the move',
  undo: 'to undo what was prepared',
  return: 'after the move home',
};

import type { HookAnswered, HookMoment, HookQuestion } from '../../core/hook.ts';
import type { Ending, Incident } from '../../core/incident.ts';
import type { Plan } from '../../core/plan.ts';
import type { Hook } from '../../core/service.ts';
import type { HookAnswer, Ports } from '../ports.ts';
import { sentence } from './sentence.ts';
import { within } from './within.ts';

/** Why hooks are called: for which incident, and which way traffic goes, or went. */
export interface Occasion extends Pick<Plan, 'from' | 'to' | 'flees'> {
  readonly incident: Incident;
  readonly when: HookMoment;
  readonly keepsShare?: boolean | undefined;
  readonly ending?: Ending;
}

/** What a hook hears of the run. */
export type AskedAbout = Pick<Incident, 'service' | 'id' | 'epoch' | 'mode'>;

/** What hooks are asked; a readiness hook perhaps without a region to leave. */
export const questionOf = (
  { name }: Pick<Hook, 'name'>,
  {
    incident,
    when,
    from,
    to,
    flees,
    keepsShare,
    ending,
  }: Omit<Occasion, 'incident' | 'from'> & { readonly incident: AskedAbout; readonly from: HookQuestion['from'] },
): HookQuestion => ({
  service: incident.service,
  hook: name,
  when,
  incident: incident.id,
  epoch: incident.epoch,
  token: incident.id,
  from,
  to,
  mode: incident.mode,
  ...(flees !== undefined && { flees }),
  ...(keepsShare === true && { keepsShare }),
  ...(ending !== undefined && { ending }),
});

/**
 * Calls one hook, and once more for each retry that it has while it fails. One that did not answer in time may still be at work, and is
 * not called again. Whatever becomes of it is in the answer: nothing is thrown. A rehearsal calls what is safe in one.
 */
export async function callHook(
  hook: Hook,
  occasion: Occasion,
  { hooks, wait }: Pick<Ports, 'wait' | 'hooks'>,
): Promise<HookAnswered> {
  if (occasion.incident.mode === 'rehearsal' && !hook.safeInRehearsal) {
    return {
      hook: hook.name,
      did: 'spared',
      answer: `not called: it does not say that it is safe in a rehearsal; a move would call it (${occasion.when})`,
    };
  }
  const question = questionOf(hook, occasion);
  for (let attempt = 0; ; attempt++) {
    const answer = await answerOf(hook, question, { hooks, wait });
    if (answer.kind !== 'failed' || answer.isOverdue || attempt === hook.retries)
      return answered(hook, answer, attempt);
    await wait(pauseMs * 2 ** attempt);
  }
}

const pauseMs = 1_000;

/** The most that the calls of one hook take, with its retries and the pauses between them. */
export const hookMostMs = ({ timeoutMs, retries }: Pick<Hook, 'timeoutMs' | 'retries'>): number =>
  timeoutMs * (retries + 1) + pauseMs * (2 ** retries - 1);

type Answer = HookAnswer & { readonly isOverdue?: boolean };

async function answerOf(
  hook: Hook,
  question: HookQuestion,
  { hooks, wait }: Pick<Ports, 'wait' | 'hooks'>,
): Promise<Answer> {
  try {
    return await within(hook.timeoutMs, hook.name, wait, () => hooks.call(hook, question));
  } catch (error) {
    return { kind: 'failed', because: sentence(error), isOverdue: true };
  }
}

function answered({ name }: Hook, answer: Answer, retried: number): HookAnswered {
  const after = retried === 0 ? '' : ` (called ${retried + 1} times)`;
  const said = answer.kind === 'failed' ? `failed: ${answer.because}` : `${answer.kind}: ${answer.detail}`;
  return { hook: name, did: answer.kind, answer: `${said}${after}` };
}

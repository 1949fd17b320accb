import * as z from 'zod';
import { type HookQuestion, type HookReply, hookMoments } from '../../core/hook.ts';
import { modes } from '../../core/incident.ts';

/** What is asked of a hook that comes with the deployment, as Understudy's own steps ask it. */
export const questionSchema: z.ZodType<HookQuestion> = z.object({
  service: z.string().min(1),
  hook: z.string().min(1),
  when: z.enum(hookMoments),
  incident: z.string(),
  epoch: z.number(),
  token: z.string().min(1),
  from: z.string().nullable(),
  to: z.string().min(1),
  mode: z.enum(modes),
  flees: z.boolean().optional(),
  keepsShare: z.boolean().optional(),
});

/** What a hook needs of the world beside its clients. */
export interface Around {
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
  /** By then it has answered, or nobody hears it. */
  readonly until: number;
}

export const ok = (detail: string): HookReply => ({ kind: 'ok', detail });
export const veto = (detail: string): HookReply => ({ kind: 'veto', detail });

/** Asks until it is so. Throws what is not so by then: what was set in motion may still become so, and has to be taken back. */
export async function awaited(
  look: () => Promise<{ readonly isDone: boolean; readonly text: string }>,
  { now, wait, until }: Around,
): Promise<string> {
  const began = now();
  for (;;) {
    const { isDone, text } = await look();
    if (isDone) return text;
    if (now() + pollMs >= until) throw new Error(`${text}, after ${Math.round((now() - began) / 1000)} s`);
    await wait(pollMs);
  }
}

const pollMs = 5_000;

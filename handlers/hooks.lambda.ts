import type { HookReply } from '../core/hook.ts';
import { MalformedPayload } from './errors.ts';
import { madeOnce } from './made-once.ts';
import { complaint } from './parse/complaint.ts';
import { readyClients } from './ready/clients.ts';
import { questionSchema } from './ready/question.ts';
import { readyHook, readyNamed } from './ready/ready-hook.ts';
import { sentence } from './steps/sentence.ts';
import { wait } from './wait.ts';
import { wiringOf } from './wiring.ts';

/*
 * Hooks that come with the deployment: asked as a customer's own are, by the same steps. What may be changed stands in the
 * configuration; the question only says which of its hooks, and which way.
 */

const clients = readyClients();
const wiring = madeOnce(() => wiringOf('hooks', process.env));

export async function handler(event: unknown): Promise<HookReply> {
  const began = Date.now();
  const { failover, log } = await wiring();
  const parsed = questionSchema.safeParse(event);
  if (!parsed.success) throw new MalformedPayload(`a question to a hook: ${complaint(parsed.error)}`);
  const question = parsed.data;
  const about = { service: question.service, incident: question.incident, hook: question.hook, when: question.when };
  try {
    const { ready, timeoutMs } = readyNamed(question, failover);
    const reply = await readyHook(ready, question, clients, {
      now: Date.now,
      wait,
      // Whoever asks gives up then, and hears nothing that comes later.
      until: began + timeoutMs - 2_000,
    });
    log.info('done', { ...about, ...reply, tookMs: Date.now() - began });
    return reply;
  } catch (error) {
    log.error('failed', { ...about, because: sentence(error), tookMs: Date.now() - began });
    throw error;
  }
}

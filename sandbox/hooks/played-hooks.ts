import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { type HookMoment, hookMoments } from '../../core/hook.ts';
import type { Failover } from '../../core/service.ts';
import type { Lambda } from '../../loopback/aws/lambda/lambda.ts';

/** What a played hook does. `hang`: it never answers. `fail`: it throws. */
const answers = ['ok', 'veto', 'hang', 'fail'] as const;

type Answer = (typeof answers)[number];

/** What a test or a person asks of a hook from now on. */
const orderSchema = z.strictObject({
  hook: z.string(),
  answer: z.enum(answers),
  /** At this moment alone; at each where it is left out. */
  when: z.enum(hookMoments).optional(),
  detail: z.string().optional(),
});

const questionSchema = z.looseObject({ hook: z.string(), when: z.enum(hookMoments), service: z.string() });

type Question = z.infer<typeof questionSchema>;

/** What a hook was asked, and did. */
interface Asked {
  readonly question: Question;
  readonly answer: Answer;
}

/**
 * Stands in for the functions of hooks that no stack deploys: each says yes until somebody orders otherwise, and what they were asked can
 * be read. So a configuration plays here that names functions of an account.
 */
export function playedHooks() {
  const orders = new Map<string, z.infer<typeof orderSchema>>();
  const asked: Asked[] = [];
  const held = new Set<() => void>();
  const names = new Set<string>();
  const orderOf = (hook: string, when: HookMoment) => orders.get(`${hook} ${when}`) ?? orders.get(hook);

  return {
    /** Puts a function in the place of each hook's that is not there. */
    async register(failover: Failover, lambda: Lambda, folder: string, url: string): Promise<void> {
      const codeDir = join(folder, 'hooks');
      await mkdir(codeDir, { recursive: true });
      await writeFile(join(codeDir, 'index.mjs'), code);
      for (const hook of failover.services.flatMap(({ hooks }) => hooks)) {
        if (hook.functionArn === undefined) continue;
        const { name, region } = functionOf(hook.functionArn);
        names.add(hook.name);
        if (lambda.registered(name, region) !== undefined) continue;
        const env = { HOOK_URL: `${url}/_sandbox/hooks/answer` };
        lambda.register({ name, region, codeDir, env, timeoutMs: hook.timeoutMs });
      }
    },
    /** As the function of a hook asks it. Rejects where the hook is to fail. */
    async answer(body: unknown): Promise<object> {
      const question = questionSchema.parse(body);
      const order = orderOf(question.hook, question.when);
      const answer = order?.answer ?? 'ok';
      asked.push({ question, answer });
      if (asked.length > askedMax) asked.shift();
      if (answer === 'hang') await new Promise<void>((resolve) => void held.add(resolve));
      if (answer === 'fail') throw new Error(order?.detail ?? 'ordered to fail');
      return { kind: answer === 'veto' ? 'veto' : 'ok', detail: order?.detail ?? `played ${question.when}` };
    },
    /** Null, or what is wrong with the order. */
    order(body: unknown): string | null {
      const parsed = orderSchema.safeParse(body);
      if (!parsed.success)
        return `an order is { "hook": "promote", "answer": "${answers.join('|')}", "when"?: "${hookMoments.join('|')}" }`;
      const { hook, when } = parsed.data;
      if (!names.has(hook)) return `there is no hook ${hook}; there are ${[...names].join(', ') || 'none'}`;
      orders.set(when === undefined ? hook : `${hook} ${when}`, parsed.data);
      this.release();
      return null;
    },
    /** All say yes again, and nothing was asked. */
    forget(): void {
      orders.clear();
      asked.length = 0;
      this.release();
    },
    /** Whoever hangs hears that nobody waits any more. */
    release(): void {
      for (const resolve of held) resolve();
      held.clear();
    },
    state: () => ({ hooks: [...names], orders: [...orders.values()], asked }),
  };
}

export type PlayedHooks = ReturnType<typeof playedHooks>;

const askedMax = 500;

/** Of a function's ARN; a version or an alias leads to the function. */
function functionOf(functionArn: string): { readonly name: string; readonly region: string } {
  const [, , , region = '', , , name = ''] = functionArn.split(':');
  return { name, region };
}

/** What the function of a played hook is: it asks the sandbox what to answer. */
const code = `export const handler = async (event) => {
  const response = await fetch(process.env.HOOK_URL, { method: 'POST', body: JSON.stringify(event) });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
};
`;

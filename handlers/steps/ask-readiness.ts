import type { Readiness } from '../../core/evidence.ts';
import type { HookQuestion } from '../../core/hook.ts';
import type { Hook } from '../../core/service.ts';
import type { Ports } from '../ports.ts';
import { sentence } from './sentence.ts';
import { within } from './within.ts';

/** A hook may be allowed minutes to prepare; to say whether a region is ready, evidence cannot wait that long. */
const readinessMs = 20_000;

/** Asks one readiness hook about one region. What does not answer is not ready, unless its policy is to continue. */
export async function askReadinessHook(
  hook: Hook,
  question: HookQuestion,
  to: Readiness['region'],
  { hooks, wait }: Pick<Ports, 'hooks' | 'wait'>,
): Promise<Readiness> {
  const answer = await within(Math.min(hook.timeoutMs, readinessMs), hook.name, wait, () =>
    hooks.call(hook, question),
  ).catch((error: unknown) => ({ kind: 'failed', because: sentence(error) }) as const);
  const check = hook.name;
  switch (answer.kind) {
    case 'ok':
      return { region: to, check, ready: true, detail: answer.detail };
    case 'veto':
      return { region: to, check, ready: false, detail: answer.detail };
    case 'failed':
      return {
        region: to,
        check,
        ready: hook.onFailure === 'continue',
        detail: `failed (${answer.because}); the policy of this hook is to ${hook.onFailure}`,
      };
  }
}

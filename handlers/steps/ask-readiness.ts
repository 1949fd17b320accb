import type { Region } from '../../core/brand.ts';
import type { Readiness } from '../../core/evidence.ts';
import { type Hook, hooksAt, type Service } from '../../core/service.ts';
import type { Ports } from '../ports.ts';
import { type AskedAbout, questionOf } from './call-hooks.ts';
import { sentence } from './sentence.ts';
import { within } from './within.ts';

/** A hook may be allowed minutes to prepare; to say whether a region is ready, evidence cannot wait that long. */
const readinessMs = 20_000;

/** Whether each of the regions could take the traffic, as the service's readiness hooks say. `from` is null where several serve. */
export function askReadiness(
  service: Service,
  regions: readonly Region[],
  about: { readonly incident: AskedAbout; readonly from: Region | null },
  ports: Pick<Ports, 'hooks' | 'wait'>,
): Promise<readonly Readiness[]> {
  const hooks = hooksAt(service, 'readiness');
  return Promise.all(regions.flatMap((to) => hooks.map((hook) => askHook(hook, to, about, ports))));
}

/** What does not answer is not ready, unless its policy is to continue. */
async function askHook(
  hook: Hook,
  to: Region,
  about: { readonly incident: AskedAbout; readonly from: Region | null },
  { hooks, wait }: Pick<Ports, 'hooks' | 'wait'>,
): Promise<Readiness> {
  const question = questionOf(hook, { ...about, when: 'readiness', to });
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

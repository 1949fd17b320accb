import type { Region } from '../core/brand.ts';
import type { HookMoment } from '../core/hook.ts';
import { type Failover, hooksAt } from '../core/service.ts';
import { assumes } from './lever-permissions.ts';
import { functionArn, type StepName } from './names.ts';
import { allow, merged, type Permission } from './permission.ts';
import { hookMomentsOf } from './steps.ts';

export const callsHooks = (failover: Failover, step: StepName, region: Region): readonly Permission[] =>
  callsHooksAt(failover, hookMomentsOf[step] ?? [], region);

export function callsHooksAt(
  failover: Failover,
  moments: readonly HookMoment[],
  region: Region,
): readonly Permission[] {
  const hooks = failover.services.flatMap((service) => moments.flatMap((when) => hooksAt(service, when)));
  const ready = functionArn(failover, region, 'hooks');
  return merged(
    hooks.flatMap((hook) => (hook.assume === undefined ? [invokes(hook.functionArn ?? ready)] : assumes(hook.assume))),
  );
}

export const invokes = (functionArn: string): Permission => allow(['lambda:InvokeFunction'], [functionArn]);

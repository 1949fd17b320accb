import type { Region } from '../core/brand.ts';
import { type Failover, hooksAt } from '../core/service.ts';
import { assumes } from './lever-permissions.ts';
import { type FunctionRole, functionArn } from './names.ts';
import { allow, merged, type Permission } from './permission.ts';
import { hookMomentsOf } from './steps.ts';

export function callsHooks(failover: Failover, role: FunctionRole, region: Region): readonly Permission[] {
  const moments = hookMomentsOf[role] ?? [];
  const hooks = failover.services.flatMap((service) => moments.flatMap((when) => hooksAt(service, when)));
  const ready = functionArn(failover, region, 'hooks');
  return merged(
    hooks.flatMap((hook) => (hook.assume === undefined ? [invokes(hook.functionArn ?? ready)] : assumes(hook.assume))),
  );
}

export const invokes = (functionArn: string): Permission => allow(['lambda:InvokeFunction'], [functionArn]);

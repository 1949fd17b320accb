import { cloudfront } from './cloudfront.ts';
import { deliveries } from './deliveries.ts';
import { grants } from './grants/grants.ts';
import { homeRegions } from './home-regions.ts';
import { limits } from './limits.ts';
import { listeners } from './listeners.ts';
import { machines } from './machines.ts';
import { route53 } from './route53.ts';
import { routingControls } from './routing-controls.ts';
import { runtimePermissions } from './runtime-permissions.ts';
import { surface } from './surface.ts';
import type { Check, Finding, Subject } from './template.ts';
import { twins } from './twins.ts';

/** What every template must pass before it may be deployed. */
export const checks: Readonly<Record<string, Check>> = {
  'runtime-permissions': runtimePermissions,
  'home-regions': homeRegions,
  machines,
  deliveries,
  grants,
  limits,
  route53,
  cloudfront,
  'routing-controls': routingControls,
  surface,
  twins,
  listeners,
};

export function findingsIn(subject: Subject): readonly Finding[] {
  return Object.entries(checks).flatMap(([check, run]) =>
    [...run(subject)].map((finding) => ({ check, stack: subject.stack, ...finding })),
  );
}

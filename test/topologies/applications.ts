import { resolve } from 'node:path';
import { applicationFunction, type BuiltTopology } from '../../config/built-topology.ts';
import { type CreatedLevers, withCreated } from '../../config/created-levers.ts';
import { applicationTimeoutSeconds } from '../../config/topology.ts';
import { type Failover, regionNames } from '../../core/service.ts';
import { arcRegions } from '../../loopback/aws/arc.ts';
import type { Lambda } from '../../loopback/aws/lambda/lambda.ts';

/** Without a deployment: puts the function of every application into every region of its service. */
export function registerApplications(topology: BuiltTopology, { services }: Failover, lambda: Lambda): void {
  for (const service of services) {
    const application = topology.applications[service.name];
    if (application === undefined) continue;
    for (const region of regionNames(service)) {
      lambda.register({
        name: applicationFunction(topology, service.name),
        region,
        codeDir: resolve(topology.folder, application.bundle),
        env: application.environment[region] ?? {},
        timeoutMs: applicationTimeoutSeconds * 1_000,
        memoryMb: 256,
      });
    }
  }
}

/** The configuration with names for what a deployment would make: without one they may be any. Literals stay. */
export function withLevers(failover: Failover): Failover {
  const panel = (index: number) => String(index).padStart(32, '0');
  const created: CreatedLevers = {
    store: `arn:aws:cloudfront::${failover.account}:key-value-store/00000000-0000-0000-0000-000000000000`,
    cluster: arcRegions.map((region) => ({ region, url: `https://host-sandbox.${region}.example.com/v1` })),
    controls: Object.fromEntries(
      failover.services.map(({ name, regions }, index) => [
        name,
        Object.fromEntries(
          regions.map(({ region }, at) => [
            region,
            `arn:aws:route53-recovery-control::${failover.account}:controlpanel/${panel(index)}/routingcontrol/${String(at).padStart(16, '0')}`,
          ]),
        ),
      ]),
    ),
  };
  return withCreated(failover, created);
}

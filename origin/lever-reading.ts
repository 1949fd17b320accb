import { createdVariable } from '../config/created-levers.ts';
import { loadDeployed } from '../config/load.ts';
import { region as asRegion } from '../core/brand.ts';
import { leverOf } from '../handlers/adapters/lever.ts';
import type { ServingOptions } from './serving.ts';

export interface LeverReading {
  /** `understudy.config.ts`, or the `.json` that a deployment has. */
  readonly config: string;
  /** The environment of the file, where that has `stages`. */
  readonly stage?: string | undefined;
  readonly service: string;
  /** Where this application runs; `AWS_REGION` where it is not said. */
  readonly region?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads the lever of a service as Understudy itself does. The role of the application needs what a status needs: for ARC
 * `route53-recovery-cluster:GetRoutingControlState`, for a beacon `cloudwatch:GetMetricData`.
 */
export async function leverReading(given: LeverReading): Promise<Pick<ServingOptions, 'region' | 'read'>> {
  const { config, stage, service: name, env = process.env } = given;
  const region = given.region ?? env['AWS_REGION'];
  if (region === undefined || region === '')
    throw new Error('no region: say where this application runs, or set AWS_REGION');
  const failover = await loadDeployed(config, env[createdVariable], { stage, warn: () => {} });
  const service = failover.services.find((candidate) => candidate.name === name);
  if (service === undefined) throw new Error(`${config} has no service ${name}`);
  if (!service.regions.some((candidate) => candidate.region === region)) {
    throw new Error(`${name} has no part in ${region}: it is in ${service.regions.map((at) => at.region).join(', ')}`);
  }
  const lever = leverOf(service, asRegion(region));
  return { region, read: () => lever.read() };
}

import * as z from 'zod';
import { createdVariable } from '../config/created-levers.ts';
import { loadDeployed } from '../config/load.ts';
import { type Region, region } from '../core/brand.ts';
import type { Failover } from '../core/service.ts';
import { metricsNamespace } from '../deployment/names.ts';
import { systemClock } from './adapters/clock.ts';
import { ConfigurationError } from './errors.ts';
import { complaint } from './parse/complaint.ts';
import type { Ports } from './ports.ts';
import { embeddedMetrics, type FunctionLog, functionLog } from './telemetry.ts';
import { wait } from './wait.ts';

/*
 * What the production binding is made from. What each port is bound to stands in a file of its own in `wiring/`, so that a function
 * loads only the clients that its step uses: what functions share is cut by files.
 */

/** What everything else is built from, once per container. */
export interface Wiring {
  readonly failover: Failover;
  /** Where this function runs. */
  readonly region: Region;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: FunctionLog;
}

const environmentSchema = z.object({
  /** Path of the configuration, `.ts` or `.json`. */
  UNDERSTUDY_CONFIG: z.string('is not set; it names the configuration file').min(1, 'is empty'),
  AWS_REGION: z.string('is not set; Lambda sets it').min(1, 'is empty'),
});

/** Throws `ConfigurationError` or `ConfigurationMistake` that say what is missing. */
export async function wiringOf(step: string, env: Wiring['env']): Promise<Wiring> {
  const parsed = environmentSchema.safeParse(env);
  if (!parsed.success) throw new ConfigurationError(`environment of ${step}: ${complaint(parsed.error)}`);
  const { UNDERSTUDY_CONFIG, AWS_REGION } = parsed.data;
  return {
    // Warnings are for whoever deploys, and were told there.
    failover: await loadDeployed(UNDERSTUDY_CONFIG, env[createdVariable], { warn: () => {} }),
    region: region(AWS_REGION),
    env,
    log: functionLog(step),
  };
}

/** What every step has. */
export function surroundings({ failover, log }: Wiring): Pick<Ports, 'clock' | 'wait' | 'log' | 'metrics'> {
  return { clock: systemClock, wait, log, metrics: embeddedMetrics(metricsNamespace(failover), log) };
}

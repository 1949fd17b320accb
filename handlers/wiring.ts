import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { createdVariable } from '../config/created-levers.ts';
import { loadDeployed } from '../config/load.ts';
import { type Region, region } from '../core/brand.ts';
import type { Failover } from '../core/service.ts';
import { functionName, ledgerRegion, metricsNamespace, startArn } from '../deployment/names.ts';
import { alarmsClient, cloudWatchAlarms } from './adapters/alarms.cloudwatch.ts';
import { byRegion } from './adapters/client-by-region.ts';
import { systemClock } from './adapters/clock.ts';
import { statesExecutions } from './adapters/executions.states.ts';
import { hookClient, lambdaHooks } from './adapters/hooks.lambda.ts';
import { dynamoLedger, ledgerClient } from './adapters/ledger.dynamodb.ts';
import { leverOf } from './adapters/lever.ts';
import { readOnly } from './adapters/read-only.ts';
import { nearestStarterOf } from './adapters/starter.nearest.ts';
import { statesClient, statesStarter } from './adapters/starter.states.ts';
import { lambdaVantages, vantageClient } from './adapters/vantages.lambda.ts';
import { notifiersOf } from './channels/notifiers.ts';
import { ConfigurationError } from './errors.ts';
import { complaint } from './parse/complaint.ts';
import type { Alarms, Executions, Hooks, Ledger, Lever, Notifier, Ports, Starter, Vantages, Wait } from './ports.ts';
import { inShadow } from './steps/in-shadow.ts';
import { embeddedMetrics, type FunctionLog, functionLog } from './telemetry.ts';

/*
 * The whole of the production binding: every port and what it is bound to. Each port has a function of its own, so that a
 * bundle holds only the clients that its step uses.
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
    failover: await loadDeployed(UNDERSTUDY_CONFIG, env[createdVariable], () => {}),
    region: region(AWS_REGION),
    env,
    log: functionLog(step),
  };
}

export const wait: Wait = (ms, cancellation) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    cancellation?.onCancel(() => clearTimeout(timer));
  });

/** What every step has. */
export function surroundings({ failover, log }: Wiring): Pick<Ports, 'clock' | 'wait' | 'log' | 'metrics'> {
  return { clock: systemClock, wait, log, metrics: embeddedMetrics(metricsNamespace(failover), log) };
}

export function ledger({ failover, region }: Wiring): Ledger {
  return dynamoLedger({
    client: ledgerClient(ledgerRegion(failover, region)),
    tableName: failover.ledger.tableName,
    clock: systemClock,
    random: Math.random,
    wait,
    newVersion: randomUUID,
  });
}

/** One lever per service, kept: its connections are reused by later invocations. */
export function levers({ failover, region, log }: Wiring): Ports['levers'] {
  const made = new Map<string, Lever>();
  for (const service of failover.services) {
    const lever = leverOf(service, region, { log });
    made.set(service.name, service.policy.shadow ? readOnly(lever, inShadow(service)) : lever);
  }
  return ({ name }) => {
    const lever = made.get(name);
    if (lever === undefined) throw new ConfigurationError(`the configuration has no service ${name}`);
    return lever;
  };
}

export function vantages({ failover }: Wiring): Vantages {
  return lambdaVantages({ clientIn: byRegion(vantageClient), functionName: functionName(failover, 'vantage') });
}

export function alarms({ failover, log }: Wiring): Alarms {
  return cloudWatchAlarms({ failover, clientIn: byRegion(alarmsClient), log });
}

export function hooks(): Hooks {
  return lambdaHooks({ clientIn: byRegion(hookClient) });
}

/** Every way to tell people. */
export const notifiers = (wiring: Wiring): readonly Notifier[] => notifiersOf({ ...wiring, clock: systemClock, wait });

export function starter({ failover, region }: Wiring): Starter {
  return statesStarter(statesClient(region), startArn(failover, region));
}

/** Wherever a run is. Asked by who waits for a lease, so for a moment only. */
export function executions(): Executions {
  return statesExecutions({ clientIn: byRegion((region) => statesClient(region, { answerMs: 1_500, attempts: 1 })) });
}

/** For a function of an observer: the machine of its own region where there is one, else any. */
export function nearestStarter({ failover, region }: Wiring): Starter {
  const regions = failover.controlRegions.toSorted((a, b) => Number(b === region) - Number(a === region));
  return nearestStarterOf(regions.map((control) => statesStarter(statesClient(control), startArn(failover, control))));
}

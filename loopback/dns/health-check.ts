import { unreachable } from '../unreachable.ts';

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html */
export type HealthCheck = RecoveryControlCheck | EndpointCheck | CalculatedCheck | MetricCheck;

interface CheckBase {
  readonly id: string;
  /** Healthy counts as unhealthy, and the other way round. */
  readonly inverted?: boolean;
  /** Not checked any more, and always healthy (always unhealthy where inverted). */
  readonly disabled?: boolean;
}

/** Healthy while its ARC routing control is On. */
export interface RecoveryControlCheck extends CheckBase {
  readonly kind: 'RECOVERY_CONTROL';
  readonly routingControlArn: string;
}

/** Asked over HTTP by several checkers, each at its own moment of the interval. */
export interface EndpointCheck extends CheckBase {
  readonly kind: 'ENDPOINT';
  readonly url: string;
  readonly host?: string;
  /** A period, divided by the tempo. */
  readonly intervalMs: 10_000 | 30_000;
  /** Consecutive answers against the present status that change it. */
  readonly failureThreshold: number;
  /** Must be found in the first 5,120 bytes of the body. */
  readonly searchString?: string;
  /** 16 at AWS, in eight regions; here they all look from the same place, so three will do. */
  readonly checkers?: number;
  /** Connection 4 s and answer 2 s at AWS; one limit for both here, and work, so never scaled. */
  readonly timeoutMs?: number;
}

/** Healthy while at least `healthThreshold` children are. */
export interface CalculatedCheck extends CheckBase {
  readonly kind: 'CALCULATED';
  readonly children: readonly string[];
  readonly healthThreshold: number;
}

/** Follows the metric of a CloudWatch alarm: healthy unless it would be in ALARM. */
export interface MetricCheck extends CheckBase {
  readonly kind: 'CLOUDWATCH_METRIC';
  readonly insufficientData: 'Healthy' | 'Unhealthy' | 'LastKnownStatus';
}

/** What the data behind a metric check says. */
export type MetricReading = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** The status of every check that looks at something itself; of those that calculate, nothing is kept. */
export type Statuses = ReadonlyMap<string, boolean>;

/** Whether a check counts as healthy. One whose status is not known yet is healthy: new checks start so. */
export function isHealthy(id: string, checks: ReadonlyMap<string, HealthCheck>, statuses: Statuses): boolean {
  const check = checks.get(id);
  if (check === undefined) throw new Error(`there is no health check ${id}`);
  const status = check.disabled === true || statusOf(check, checks, statuses);
  return check.inverted === true ? !status : status;
}

function statusOf(check: HealthCheck, checks: ReadonlyMap<string, HealthCheck>, statuses: Statuses): boolean {
  switch (check.kind) {
    case 'RECOVERY_CONTROL':
    case 'ENDPOINT':
    case 'CLOUDWATCH_METRIC':
      return statuses.get(check.id) ?? true;
    case 'CALCULATED':
      // A threshold of 0 is always healthy, one above the number of children never: both follow from counting.
      return check.children.filter((child) => isHealthy(child, checks, statuses)).length >= check.healthThreshold;
    default:
      return unreachable(check);
  }
}

/** The status after a reading; LastKnownStatus is how a beacon latches when its metric stops. */
export function statusAfter(reading: MetricReading, check: MetricCheck, before: boolean): boolean {
  switch (reading) {
    case 'OK':
      return true;
    case 'ALARM':
      return false;
    case 'INSUFFICIENT_DATA':
      return check.insufficientData === 'LastKnownStatus' ? before : check.insufficientData === 'Healthy';
    default:
      return unreachable(reading);
  }
}

/** What one checker holds of an endpoint, and how many answers in a row have said otherwise. */
export interface Opinion {
  readonly healthy: boolean;
  readonly against: number;
}

export const firstOpinion: Opinion = { healthy: true, against: 0 };

export function opinionAfter(opinion: Opinion, passed: boolean, failureThreshold: number): Opinion {
  if (passed === opinion.healthy) return { healthy: opinion.healthy, against: 0 };
  const against = opinion.against + 1;
  return against >= failureThreshold ? { healthy: passed, against: 0 } : { healthy: opinion.healthy, against };
}

/**
 * An endpoint is healthy while more than 18 % of the checkers hold it to be.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export function healthyByCheckers(opinions: readonly Opinion[]): boolean {
  return opinions.filter(({ healthy }) => healthy).length * 100 > opinions.length * 18;
}

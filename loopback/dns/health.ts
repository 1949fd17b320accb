import type { Clock } from '../clock.ts';
import { waited } from '../waited.ts';
import { watchEndpoint } from './endpoint-checkers.ts';
import { type HealthCheck, isHealthy, type MetricReading, statusAfter } from './health-check.ts';

/** As much of an ARC cluster as health checks follow. */
export interface RoutingControls {
  state(arn: string): 'On' | 'Off';
  subscribe(listener: (change: { readonly states: Readonly<Record<string, 'On' | 'Off'>> }) => void): () => void;
}

/** Calls back whenever the metric behind a CLOUDWATCH_METRIC check reads otherwise; returns what ends that. */
export type MetricFeed = (report: (healthCheckId: string, reading: MetricReading) => void) => () => void;

export interface HealthOptions {
  readonly healthChecks: readonly HealthCheck[];
  readonly clock: Clock;
  readonly random: () => number;
  readonly tempo: number;
  /** From a check's status to the answers of the DNS servers. A period, divided by the tempo. */
  readonly propagationMs: number;
  readonly routingControls?: RoutingControls | undefined;
  readonly metrics?: MetricFeed | undefined;
  /** Told when what DNS answers by changes. */
  readonly onChange?: ((change: HealthChange) => void) | undefined;
}

export interface HealthChange {
  readonly at: number;
  readonly healthCheckId: string;
  readonly healthy: boolean;
}

export interface Health {
  /** As DNS sees it: after propagation. */
  isHealthy(healthCheckId: string): boolean;
  close(): Promise<void>;
}

/** Keeps the status of every health check, and lets DNS see each change a little later, in the order they were made. */
export function startHealth(options: HealthOptions): Health {
  const { healthChecks, clock, random, tempo, propagationMs, routingControls, metrics, onChange } = options;
  const checks = new Map(healthChecks.map((check) => [check.id, check]));
  const closing = new AbortController();
  const running = new Set<Promise<void>>();

  const statuses = new Map<string, boolean>();
  for (const check of healthChecks) {
    if (check.kind !== 'RECOVERY_CONTROL') continue;
    if (routingControls === undefined) throw new Error(`health check ${check.id} needs an ARC cluster to follow`);
    statuses.set(check.id, routingControls.state(check.routingControlArn) === 'On');
  }
  const visible = new Map(statuses);

  /** Changes made together are seen together: a pair of routing controls is never seen half turned. */
  function set(changed: ReadonlyMap<string, boolean>): void {
    const news = [...changed].filter(([id, status]) => (statuses.get(id) ?? true) !== status);
    if (news.length === 0) return;
    for (const [id, status] of news) statuses.set(id, status);
    track(propagate(new Map(news)));
  }

  async function propagate(news: ReadonlyMap<string, boolean>): Promise<void> {
    if (propagationMs > 0 && !(await waited(clock, propagationMs / tempo, closing.signal))) return;
    const before = new Map(healthChecks.map(({ id }) => [id, isHealthy(id, checks, visible)]));
    for (const [id, status] of news) visible.set(id, status);
    for (const [id, was] of before) {
      const healthy = isHealthy(id, checks, visible);
      if (healthy !== was) onChange?.({ at: clock.now(), healthCheckId: id, healthy });
    }
  }

  function track(work: Promise<void>): void {
    const tracked = work.finally(() => running.delete(tracked));
    running.add(tracked);
  }

  const unfollow = routingControls?.subscribe(({ states }) => {
    const changed = new Map<string, boolean>();
    for (const check of healthChecks) {
      if (check.kind !== 'RECOVERY_CONTROL') continue;
      const state = states[check.routingControlArn];
      if (state !== undefined) changed.set(check.id, state === 'On');
    }
    set(changed);
  });

  const unfeed = metrics?.((id, reading) => {
    const check = checks.get(id);
    if (check?.kind !== 'CLOUDWATCH_METRIC') throw new Error(`${id} is no health check on a metric`);
    set(new Map([[id, statusAfter(reading, check, statuses.get(id) ?? true)]]));
  });

  for (const check of healthChecks) {
    if (check.kind !== 'ENDPOINT' || check.disabled === true) continue;
    const report = (healthy: boolean) => set(new Map([[check.id, healthy]]));
    track(watchEndpoint(check, report, { clock, random, tempo, signal: closing.signal }));
  }

  return {
    isHealthy: (id) => isHealthy(id, checks, visible),
    async close() {
      unfollow?.();
      unfeed?.();
      closing.abort();
      await Promise.all(running);
    },
  };
}

import type { Clock } from '../clock.ts';
import { configurationFaults } from './configuration.ts';
import { type HealthChange, type MetricFeed, type RoutingControls, startHealth } from './health.ts';
import type { HealthCheck } from './health-check.ts';
import { replyTo } from './message.ts';
import type { Zone } from './record.ts';
import { openSockets, type Reply } from './sockets.ts';

export interface DnsOptions {
  /** UDP and TCP; 0 for any that is free for both. */
  readonly port: number;
  readonly address?: string;
  readonly zones: readonly Zone[];
  readonly healthChecks: readonly HealthCheck[];
  readonly clock: Clock;
  readonly random: () => number;
  /** Divides TTLs (never below 1 s), the intervals of health checks and the propagation of their status. */
  readonly tempo: number;
  /** AWS gives no number for it but "seconds". */
  readonly propagationMs?: number;
  /** Needed where there are RECOVERY_CONTROL checks. */
  readonly routingControls?: RoutingControls;
  /** What feeds the CLOUDWATCH_METRIC checks. */
  readonly metrics?: MetricFeed;
  readonly onHealthChange?: (change: HealthChange) => void;
}

export interface DnsServer {
  readonly address: string;
  readonly port: number;
  /** Whether DNS counts a health check as healthy now. Throws for an id that is not there. */
  isHealthy(healthCheckId: string): boolean;
  /** Queries that got an answer, and packets that were dropped because they were none. */
  counts(): { readonly answered: number; readonly dropped: number };
  close(): Promise<void>;
}

/**
 * Plays Route 53: an authoritative name server on loopback that chooses among failover records by health checks.
 * Throws when the configuration is one that Route 53 would refuse (all of it at once), or the port cannot be had.
 */
export async function startDns(options: DnsOptions): Promise<DnsServer> {
  const { zones, healthChecks, clock, random, tempo, address = '127.0.0.1', propagationMs = 2_000 } = options;
  const faults = configurationFaults(zones, healthChecks);
  if (faults.length > 0) throw new Error(`DNS cannot be set up:\n- ${faults.join('\n- ')}`);

  const { routingControls, metrics, onHealthChange: onChange } = options;
  const health = startHealth({ healthChecks, clock, random, tempo, propagationMs, routingControls, metrics, onChange });
  const counts = { answered: 0, dropped: 0 };
  const reply: Reply = (message, transport) => {
    const answer = replyTo(message, transport, { zones, isHealthy: health.isHealthy, tempo });
    counts[answer === null ? 'dropped' : 'answered']++;
    return answer;
  };
  try {
    const sockets = await openSockets(address, options.port, reply);
    return {
      address,
      port: sockets.port,
      isHealthy: health.isHealthy,
      counts: () => ({ ...counts }),
      async close() {
        await health.close();
        await sockets.close();
      },
    };
  } catch (error) {
    await health.close();
    throw error;
  }
}

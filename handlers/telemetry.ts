import { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, Metrics as Powertools } from '@aws-lambda-powertools/metrics';
import type { MetricName } from '../core/metric.ts';
import type { Log, Metrics } from './ports.ts';

/** JSON lines on standard output. What is logged is chosen member by member: never a payload, for one holds a token. */
export interface FunctionLog extends Log {
  info(message: string, facts: Readonly<Record<string, unknown>>): void;
  error(message: string, facts: Readonly<Record<string, unknown>>): void;
}

export function functionLog(step: string): FunctionLog {
  const logger = new Logger({ serviceName: 'understudy', persistentKeys: { step } });
  return {
    info: (message, facts) => logger.info(message, { facts }),
    warn: (message, facts) => logger.warn(message, { facts }),
    error: (message, facts) => logger.error(message, { facts }),
  };
}

/** Metrics in the embedded format, with the dimension `service` and, of a region, `region`: no call, no permission. */
export function embeddedMetrics(namespace: string, log: Log): Metrics {
  const byDimensions = new Map<string, Powertools>();
  return {
    record(service, metric, value, region) {
      const about = JSON.stringify([service, region]);
      let metrics = byDimensions.get(about);
      if (metrics === undefined) {
        // Powertools makes its service name the dimension `service`.
        metrics = new Powertools({ namespace, serviceName: service });
        if (region !== undefined) metrics.setDefaultDimensions({ region });
        byDimensions.set(about, metrics);
      }
      metrics.addMetric(metric, unitOf(metric), value);
    },
    async flush() {
      for (const [about, metrics] of byDimensions) {
        try {
          if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
        } catch (error) {
          log.warn('metrics not published', { about, because: error instanceof Error ? error.message : error });
        }
      }
    },
  };
}

function unitOf(metric: MetricName) {
  switch (metric) {
    case 'TimeToRecover':
      return MetricUnit.Milliseconds;
    case 'Share':
      return MetricUnit.Percent;
    default:
      return MetricUnit.Count;
  }
}

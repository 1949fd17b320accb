import type { Region } from '../../../core/brand.ts';
import type { MetricName } from '../../../core/metric.ts';
import type { Metrics } from '../../../handlers/ports.ts';

export class MemoryMetrics implements Metrics {
  readonly recorded: { service: string; metric: MetricName; value: number; region?: Region }[] = [];

  record(service: string, metric: MetricName, value: number, region?: Region): void {
    this.recorded.push({ service, metric, value, ...(region === undefined ? {} : { region }) });
  }

  async flush(): Promise<void> {}
}

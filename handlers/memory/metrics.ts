import type { MetricName, Metrics } from '../ports.ts';

export class MemoryMetrics implements Metrics {
  readonly recorded: { readonly service: string; readonly metric: MetricName; readonly value: number }[] = [];

  record(service: string, metric: MetricName, value: number): void {
    this.recorded.push({ service, metric, value });
  }

  async flush(): Promise<void> {}
}

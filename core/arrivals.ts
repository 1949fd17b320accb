/** Metrics in CloudWatch of the region itself, by which people learn who still calls it after it was left. They decide nothing. */
export interface Arrivals {
  /** Every request that arrives: `Count` of `AWS/ApiGateway`, `RequestCount` of `AWS/ApplicationELB`, or a metric of one's own. */
  readonly requests: CountMetric;
  /** Writes among them, where something counts those: two regions that take writes are told as a split. */
  readonly writes?: CountMetric | undefined;
  /** Requests a minute that are no callers', beside what Understudy sends: health checks of others. */
  readonly othersPerMinute: number;
  /** How long CloudWatch collects what it shows as one datum: a minute, which nothing but a sandbox shortens. */
  readonly periodMs: number;
}

/** One metric, whose data are summed up. */
export interface CountMetric {
  /** `AWS/ApiGateway`, or one of your own. */
  readonly namespace: string;
  /** Its name, like `Count`. */
  readonly metric: string;
  /** Exactly those under which it is published, by name. */
  readonly dimensions: Readonly<Record<string, string>>;
}

import type { Random } from '../engine/random.ts';

/** How long something takes, any of it as likely as another. Milliseconds. */
export interface Latency {
  readonly leastMs: number;
  readonly mostMs: number;
}

/** What takes time in a world beside the product's own periods. Milliseconds. */
export interface Latencies {
  /** A call to an API of AWS, there and back; to one in another region, or to one that has no region. */
  readonly callNear: Latency;
  readonly callFar: Latency;
  /** A state of the machine, until its function runs. */
  readonly step: Latency;
  /** From a service's event to the start of a run. */
  readonly event: Latency;
  /** Of a canary: from its turn until it asks, and from the answer until Synthetics says what came of it. */
  readonly canaryBoot: Latency;
  readonly canaryVerdict: Latency;
  /** From the end of a canary's run until its alarm follows. */
  readonly alarm: Latency;
  /** From an accepted write until edges read it. */
  readonly edge: Latency;
  /** From a routing control until name servers answer by it. */
  readonly nameServers: Latency;
}

/** Of the stories that a soak plays: what they are about are faults. */
export const storyLatencies: Latencies = {
  callNear: { leastMs: 2, mostMs: 30 },
  callFar: { leastMs: 2, mostMs: 30 },
  step: { leastMs: 0, mostMs: 0 },
  event: { leastMs: 200, mostMs: 1_500 },
  canaryBoot: { leastMs: 0, mostMs: 0 },
  canaryVerdict: { leastMs: 0, mostMs: 0 },
  // Evaluated every minute; the metric takes some seconds to arrive. An assumption within that.
  alarm: { leastMs: 25_000, mostMs: 25_000 },
  // AWS says "within a few seconds". https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/kvs-with-functions.html
  edge: { leastMs: 2_000, mostMs: 2_000 },
  // A health check follows its routing control within seconds, and a record's TTL is short: an assumption.
  nameServers: { leastMs: 5_000, mostMs: 5_000 },
};

/** One of them. What always takes the same draws no number, so that the others are the same with and without it. */
export const drawn = ({ leastMs, mostMs }: Latency, random: Random): number =>
  leastMs === mostMs ? leastMs : random.between(leastMs, mostMs);

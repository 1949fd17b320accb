import type { Latencies, Latency } from '../world/latencies.ts';

/** A latency with its name for people, and where the numbers come from. */
export interface NamedLatency extends Latency {
  readonly what: string;
  readonly source: string;
}

const noNumber = 'AWS publishes no number; an assumption';

/** What AWS is taken to need. None of it was measured in an account. */
export const namedLatencies: Readonly<Record<keyof Latencies, NamedLatency>> = {
  canaryBoot: {
    what: 'a canary, from its turn until it asks',
    leastMs: 1_000,
    mostMs: 10_000,
    source:
      'an assumption within the 15 s that AWS asks for: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_Create.html',
  },
  canaryVerdict: {
    what: 'from its answer until Synthetics says what came of it',
    leastMs: 1_000,
    mostMs: 5_000,
    source: noNumber,
  },
  alarm: {
    what: 'from the end of its run until its alarm follows',
    leastMs: 2_000,
    mostMs: 65_000,
    source:
      'evaluated once a minute, after its metric has arrived: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html',
  },
  event: {
    what: 'from an event until a run starts, another region included',
    leastMs: 100,
    mostMs: 1_500,
    source: noNumber,
  },
  step: { what: 'a state of the machine, and its function’s start', leastMs: 100, mostMs: 500, source: noNumber },
  callNear: { what: 'a call to an API of AWS in the same region', leastMs: 5, mostMs: 40, source: noNumber },
  callFar: { what: 'a call to one in another region', leastMs: 60, mostMs: 250, source: noNumber },
  edge: {
    what: 'from an accepted write until the edges read it',
    leastMs: 2_000,
    mostMs: 10_000,
    source:
      'AWS says "within a few seconds": https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/kvs-with-functions.html',
  },
  nameServers: {
    what: 'from a routing control until name servers answer by it',
    leastMs: 2_000,
    mostMs: 8_000,
    source: noNumber,
  },
};

import { parseFailover } from '../../config/define-failover.ts';
import type { FailoverInput } from '../../config/schema.ts';
import type { Failover } from '../../core/service.ts';
import example from '../../understudy.config.ts';
import { beaconOf } from '../contracts/service.ts';

type ServiceInput = FailoverInput['services'][number];
export type PolicyInput = NonNullable<ServiceInput['policy']>;

/** The example's regions, in rank order. */
export const home = 'us-east-1';
export const standby = 'us-west-2';

/**
 * The example with what the tests need otherwise: no dwell and no cooldown unless a test is about them, and much time for
 * an answer, because a busy machine is no degraded region.
 */
export function configuration({
  orders = {},
  byArc = { payments: {} },
  byBeacon = [],
  controlRegions = [standby],
  timeoutMs = 4_500,
}: {
  readonly orders?: PolicyInput;
  /** Services that move by ARC, one for each test that needs one: none has to wait out the safety rules of another. */
  readonly byArc?: Readonly<Record<string, PolicyInput>>;
  /** Services that move by a beacon. */
  readonly byBeacon?: readonly string[];
  /** One is half the cold starts; two where it matters. */
  readonly controlRegions?: readonly string[];
  /** Of a probe. The sandbox's slow regions take 5 s. */
  readonly timeoutMs?: number;
} = {}): Failover {
  const [first, second] = example.services;
  if (first?.lever.kind !== 'kvs' || second?.lever.kind !== 'arc') throw new Error('the example has other levers now');
  const patient = { slowMs: timeoutMs, timeoutMs };
  return parseFailover({
    ...example,
    controlRegions: [...controlRegions],
    services: [
      { ...first, healthy: { ...first.healthy, ...patient }, policy: { ...first.policy, ...hasty, ...orders } },
      ...Object.entries(byArc).map(([name, policy], index) => ({
        ...second,
        name,
        frontDoor: { url: `https://${name}.example.com` },
        healthy: { ...second.healthy, ...patient, body: { service: name, status: 'healthy' } },
        lever: withOwnPanel(second.lever, index),
        policy: { ...second.policy, ...hasty, ...policy },
      })),
      ...byBeacon.map((name) => ({
        ...second,
        name,
        frontDoor: { url: `https://${name}.example.com` },
        healthy: { ...second.healthy, ...patient, body: { service: name, status: 'healthy' } },
        lever: beaconOf(),
        policy: { ...second.policy, ...hasty, verify: { timeoutMs: 300_000 } },
      })),
    ],
  });
}

const hasty = { dwellMs: 0, cooldownMs: 0 };

function withOwnPanel(lever: ServiceInput['lever'], index: number): ServiceInput['lever'] {
  if (lever.kind !== 'arc') return lever;
  const panel = `controlpanel/${String(index).padStart(32, '0')}`;
  const controls = Object.entries(lever.controls ?? {}).map(([region, arn]) => [
    region,
    arn.replace(/controlpanel\/[^/]+/, panel),
  ]);
  return { ...lever, controls: Object.fromEntries(controls) };
}

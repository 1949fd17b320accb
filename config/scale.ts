import type { Failover, LeverConfig, Policy, ServiceRegion } from '../core/service.ts';

/** Paths of durations that stay as they are: what answers and hooks take is work, which runs at the machine's own speed. */
export const unscaled: readonly string[] = [
  'services[].healthy.slowMs',
  'services[].healthy.timeoutMs',
  'services[].hooks[].timeoutMs',
  'services[].hooks[].ready.maxLagMs',
];

/**
 * The same configuration in a world that runs `tempo` times as fast. Periods and waits are divided; what must leave
 * room for work that runs at the machine's own speed is divided too but keeps a floor, or a busy laptop would be
 * refused for being slow.
 */
export function scaleFailover(failover: Failover, tempo: number): Failover {
  if (tempo === 1) return failover;
  return {
    ...failover,
    notify: {
      ...failover.notify,
      remindAfterMs: aMinuteAtLeast(failover.notify.remindAfterMs, tempo),
      wellAfterMs: Math.round(failover.notify.wellAfterMs / tempo),
    },
    drills: failover.drills.map((plan) => ({ ...plan, holdMs: Math.max(1_000, Math.round(plan.holdMs / tempo)) })),
    services: failover.services.map((service) => ({
      ...service,
      regions: service.regions.map((region) => scaleRegion(region, tempo)),
      lever: scaleLever(service.lever, tempo),
      policy: scalePolicy(service.policy, tempo),
    })),
  };
}

/** Not below what a configuration may say. */
const aMinuteAtLeast = (ms: number, tempo: number) => Math.max(Math.min(ms, 60_000), Math.round(ms / tempo));

/** Not rounded: it stands for CloudWatch's own minute, and would drift away from it. */
function scaleLever(lever: LeverConfig, tempo: number): LeverConfig {
  return lever.kind === 'beacon' ? { ...lever, periodMs: lever.periodMs / tempo } : lever;
}

function scaleRegion({ arrivals, ...region }: ServiceRegion, tempo: number): ServiceRegion {
  return arrivals === undefined
    ? region
    : { ...region, arrivals: { ...arrivals, periodMs: arrivals.periodMs / tempo } };
}

/** Bounds around work: a run of the whole machine takes two seconds on two idle cores, and many more on busy ones. */
const floorMs = 30_000;

function scalePolicy(policy: Policy, tempo: number): Policy {
  const period = (ms: number) => Math.round(ms / tempo);
  const bound = (ms: number) => Math.max(period(ms), Math.min(ms, floorMs));
  return {
    ...policy,
    dwellMs: period(policy.dwellMs),
    brownOut: { ...policy.brownOut, windowMs: aMinuteAtLeast(policy.brownOut.windowMs, tempo) },
    recheckForMs: bound(policy.recheckForMs),
    burst: { ...policy.burst, intervalMs: Math.max(1, period(policy.burst.intervalMs)) },
    cooldownMs: period(policy.cooldownMs),
    evidenceMaxAgeMs: bound(policy.evidenceMaxAgeMs),
    eventMaxAgeMs: bound(policy.eventMaxAgeMs),
    leaseMs: bound(policy.leaseMs),
    approval: policy.approval.required
      ? { ...policy.approval, deadlineMs: bound(policy.approval.deadlineMs) }
      : policy.approval,
    ramp: { ...policy.ramp, bakeMs: period(policy.ramp.bakeMs) },
    verify: {
      ...policy.verify,
      timeoutMs: bound(policy.verify.timeoutMs),
      intervalMs: Math.max(1, period(policy.verify.intervalMs)),
    },
    failback: policy.failback.automatic
      ? { automatic: true, greenForMs: period(policy.failback.greenForMs) }
      : policy.failback,
    reprotect: {
      greenForMs: period(policy.reprotect.greenForMs),
      withinMs: Math.max(60_000, period(policy.reprotect.withinMs)),
    },
    rtoTargetMs: period(policy.rtoTargetMs),
  };
}

import { probeUrl } from '../core/probe-url.ts';
import type { Failover } from '../core/service.ts';
import { type FunctionRole, functionName, orchestrators } from '../deployment/names.ts';
import type { Aws } from '../loopback/aws/service.ts';
import type { Clock } from '../loopback/clock.ts';
import type { Loopback } from '../loopback/loopback.ts';
import { waited } from '../loopback/waited.ts';

/**
 * Schedules and canaries wait for the functions to be warm: before that the processor belongs to cold starts, probes would time
 * out, and a schedule whose period is shorter than a cold start would start an environment each time that it comes round.
 */
export function warmUp({
  failovers,
  loopback,
  hasApplications,
  canaries,
  clock,
  tempo,
}: {
  /** Of every deployment that stands there. */
  readonly failovers: readonly Failover[];
  readonly loopback: Loopback;
  readonly hasApplications: boolean;
  readonly canaries: boolean;
  readonly clock: Clock;
  readonly tempo: number;
}): { readonly done: Promise<void>; end(): Promise<void> } {
  const ending = new AbortController();
  const { signal } = ending;
  const warmed = failovers.flatMap((failover) => [
    warmFunctions(failover, loopback.aws, signal),
    hasApplications && warmApplications(failover, signal),
  ]);
  const done = Promise.all(warmed).then(async () => {
    if (signal.aborted) return;
    loopback.scheduler.start();
    if (!canaries) for (const failover of failovers) await silenceAlarms(failover, loopback);
  });
  const watched = done.then(async () => {
    if (signal.aborted) return;
    if (canaries) await firstRuns(loopback, clock, tempo, signal);
    if (!signal.aborted) loopback.cloudwatch.start();
  });
  return {
    done,
    async end() {
      ending.abort();
      await watched.catch(() => undefined);
    },
  };
}

/** Without canaries there is silence, and silence has alarms: their states change, and nobody is told. Those on what users see are none of ours. */
async function silenceAlarms({ name, controlRegions, observers }: Failover, { aws }: Loopback): Promise<void> {
  for (const region of new Set([...controlRegions, ...observers])) {
    for (let NextToken: unknown, more = true; more; more = NextToken !== undefined) {
      const asked = { AlarmNamePrefix: `${name}-`, AlarmTypes: alarmTypes, NextToken };
      const page = await aws.call('cloudwatch', 'DescribeAlarms', asked, { region });
      const { MetricAlarms, CompositeAlarms } = page as Readonly<Record<string, readonly { AlarmName: string }[]>>;
      const AlarmNames = [...(MetricAlarms ?? []), ...(CompositeAlarms ?? [])].map(({ AlarmName }) => AlarmName);
      await aws.call('cloudwatch', 'DisableAlarmActions', { AlarmNames }, { region });
      NextToken = page['NextToken'];
    }
  }
}

const alarmTypes = ['MetricAlarm', 'CompositeAlarm'];

/**
 * Starts the canaries. Resolves once each has run, or had two periods to do so: on AWS a canary is older than the alarm on its
 * silence, here the functions had to be warm before.
 */
async function firstRuns({ canaries }: Loopback, clock: Clock, tempo: number, signal: AbortSignal): Promise<void> {
  const key = ({ name, observer }: { readonly name: string; readonly observer: string }) => `${observer}/${name}`;
  const waiting = new Set(canaries.list().map(key));
  const longestMs = Math.max(0, ...canaries.list().map(({ periodMs }) => periodMs));
  const ran = Promise.withResolvers<void>();
  const stop = canaries.onRun(({ canary, observer }) => {
    waiting.delete(key({ name: canary, observer }));
    if (waiting.size === 0) ran.resolve();
  });
  canaries.start();
  const over = new AbortController();
  await Promise.race([ran.promise, waited(clock, (2 * longestMs) / tempo, AbortSignal.any([signal, over.signal]))]);
  over.abort();
  stop();
}

/**
 * The machine runs Announce beside Shift. Environments go to the thread of their region that has the fewest, so the first two have threads of their
 * own, and neither waits for the other's processor.
 */
const atOnce: readonly FunctionRole[] = ['announce', 'shift'];
const startOrder = [...atOnce, ...orchestrators.filter((role) => !atOnce.includes(role))];

/**
 * Every function once, in every region it runs in; a few at a time, because a cold start is all processor. The steps
 * warm what they call, the vantages too.
 */
async function warmFunctions(failover: Failover, aws: Aws, signal: AbortSignal): Promise<void> {
  const queue = startOrder.flatMap((role) =>
    failover.controlRegions.map((region) => ({ region, name: functionName(failover, role) })),
  );
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined && !signal.aborted; next = queue.shift()) {
      await aws.call(
        'lambda',
        'Invoke',
        { FunctionName: next.name, Payload: Buffer.from('{"warm":true}') },
        { region: next.region },
      );
    }
  };
  await Promise.all([worker(), worker()]);
}

/** Each application once in each region: the first request of all would wait for a cold start, and be judged for it. */
async function warmApplications({ services }: Failover, signal: AbortSignal): Promise<void> {
  for (const { regions, healthy } of services) {
    for (const { endpoint } of regions) {
      if (signal.aborted) return;
      const response = await fetch(probeUrl(endpoint, healthy.path), { signal });
      await response.body?.cancel();
    }
  }
}

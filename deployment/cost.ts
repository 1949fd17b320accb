import type { Region } from '../core/brand.ts';
import type { Failover, Service } from '../core/service.ts';
import { sightingMaxAgeMs } from '../core/sighting.ts';
import { canaryPlans, sharedCanaryPlans } from './canaries.ts';
import { journeyAlarms, startAlarms, wellnessAlarms } from './canary-alarms.ts';
import { askEveryMs } from './canary-code.ts';
import { type CanaryPlan, targetsIn } from './canary-targets.ts';
import { grouped } from './groups.ts';
import { copyKeys, deployedRegions, orchestrators, steps } from './names.ts';
import { type PriceName, prices } from './prices.ts';

/** One line of the bill. `usd` is `quantity` times the price of that name. */
export interface CostItem {
  readonly item: string;
  readonly price: PriceName;
  readonly quantity: number;
  readonly usd: number;
}

export interface Usage {
  /** Viewer requests a month to services that move by KeyValueStore. */
  readonly requests: number;
  /** Runs of the machine a month, all services together. */
  readonly runs: number;
}

/** What is not in the configuration and no page tells: measured on nobody's account, and generous. */
export const assumed = {
  canarySeconds: 5,
  canaryGb: 1,
  canaryLogKb: 5,
  canaryPuts: 3,
  /** Of a run in which all is well; where it is not, its events are a dollar a million. */
  sharedCanaryCalls: 3,
  functionSeconds: 1,
  functionGb: 0.5,
  vantageGb: 0.25,
  probeGb: 0.25,
  logKb: 2,
  /** How long a container lives that is called every few minutes. */
  containerHours: 2,
  transitionsPerRun: 40,
  /** Of a run: lease, phases, entries. */
  writesPerRun: 40,
} as const;

/** A month is a twelfth of a year. */
const hours = 730;
const minutes = hours * 60;

/**
 * What a deployment of this configuration costs a month: what runs all the time, and what runs and requests add. Storage
 * (logs kept, ledger, artifacts), data transfer and messages are left out: cents, as long as nothing happens.
 */
export function monthlyCost(failover: Failover, usage: Usage): readonly CostItem[] {
  return [
    ...canaries(failover),
    ...alarms(failover),
    ...functions(failover),
    ...copies(failover),
    ...levers(failover, usage),
    ...runs(failover, usage),
  ].filter(({ quantity }) => quantity > 0);
}

export const totalOf = (items: readonly CostItem[]): number => items.reduce((sum, { usd }) => sum + usd, 0);

const item = (name: string, price: PriceName, quantity: number): CostItem => ({
  item: name,
  price,
  quantity,
  usd: quantity * prices[price].usd,
});

/** What canaries cost a month and service as configured, and with the other choice of `sharedCanaries`. */
export function canaryCost(failover: Failover): Readonly<Record<'own' | 'shared', number>> {
  const of = (sharedCanaries: boolean) => totalOf(canaries({ ...failover, sharedCanaries })) / failover.services.length;
  return { own: of(false), shared: of(true) };
}

function canaries(failover: Failover): CostItem[] {
  const plans = failover.observers.flatMap((observer) => canaryPlans(failover, observer));
  const runsOf = ({ everyMinutes }: CanaryPlan) => minutes / everyMinutes;
  const count = plans.reduce((sum, plan) => sum + runsOf(plan), 0);
  const shared = failover.observers.flatMap((observer) => sharedCanaryPlans(failover, observer));
  const sharedCount = shared.reduce((sum, plan) => sum + runsOf(plan), 0);
  const asking = shared.reduce((sum, plan) => sum + (runsOf(plan) * targetsIn(plan) * askEveryMs) / 1_000, 0);
  return [
    item(`${plans.length} canaries: runs`, 'canaryRun', count),
    item('canaries: their functions', 'x86GbSecond', (count * assumed.canarySeconds + asking) * assumed.canaryGb),
    item('canaries: their functions’ invocations', 'invocation', count),
    item('canaries: artifacts written', 'objectPut', count * assumed.canaryPuts),
    item('canaries: logs', 'logGb', (count * assumed.canaryLogKb) / 1e6),
    // What a canary of its own publishes is part of Synthetics; whether what a shared one publishes beside it is too, no page says: the worst case.
    item(
      'shared canaries: metrics, one a target',
      'metric',
      shared.reduce((sum, plan) => sum + targetsIn(plan), 0),
    ),
    item('shared canaries: metrics published', 'cloudWatchCall', sharedCount * assumed.sharedCanaryCalls),
  ];
}

function alarms(failover: Failover): CostItem[] {
  const each = (of: (observer: Region) => number) => failover.observers.reduce((sum, region) => sum + of(region), 0);
  const composites = each((region) => wellnessAlarms(failover, region).length);
  const onCanaries =
    each((region) => startAlarms(failover, region).length + journeyAlarms(failover, region).length) + 2 * composites;
  const { controlRegions, services, console } = failover;
  const onPractice = services.filter(({ policy }) => policy.drillWithinDays !== undefined).length;
  const perControl = 6 + 2 * (orchestrators.length + (console.copies ? 1 : 0)) + 1 + 3 * services.length + onPractice;
  const metrics = services.reduce((sum, { regions }) => sum + 3 + regions.length, 0) * controlRegions.length;
  return [
    item('alarms on canaries', 'alarm', onCanaries),
    item('composite alarms, one a service, region and observer', 'compositeAlarm', composites),
    item('alarms on the orchestrator', 'alarm', perControl * controlRegions.length + deployedRegions(failover).length),
    item(
      'metrics of the reconciler: who serves, who is ready, who is protected, days since a drill',
      'metric',
      metrics,
    ),
    // A page for each group of services, and one dashboard of all of them.
    item('dashboards', 'dashboard', grouped(services).length + 1),
    item('keys of the topics', 'key', deployedRegions(failover).length),
  ];
}

/** Every minute the reconciler, every five each step once, to stay warm; and those that ask observers ask all of them. */
function functions({ controlRegions, observers, services, fastProbe }: Failover): CostItem[] {
  const calls = controlRegions.length * (minutes + ((steps.length + 1) * minutes) / 5);
  const looks = controlRegions.length * observers.length * 2 * (minutes / 5);
  const probing = fastProbe ? observers.length * minutes : 0;
  const readings = controlRegions.length * observers.length * services.length * (minutes + (2 * minutes) / 5);
  return [
    item('reconciler and warm functions', 'armGbSecond', calls * assumed.functionSeconds * assumed.functionGb),
    item('vantages, asked to stay warm', 'armGbSecond', looks * assumed.functionSeconds * assumed.vantageGb),
    item('fast probes, a minute long every minute', 'armGbSecond', probing * 60 * assumed.probeGb),
    item('invocations', 'invocation', calls + looks + probing),
    item('schedules', 'schedule', calls + probing),
    item('traces', 'trace', calls + looks + probing),
    item('logs of functions', 'logGb', ((calls + looks + probing) * assumed.logKb) / 1e6),
    item('alarms read', 'cloudWatchCall', readings),
    item('ledger read by the reconciler', 'tableRead', controlRegions.length * services.length * minutes),
  ];
}

/** As many reads as the reconciler's, and what it writes; levers are counted with the others' reads. */
function copies({ controlRegions, observers, services, console }: Failover): CostItem[] {
  const turns = console.copies ? controlRegions.length * minutes : 0;
  return [
    item('copies of the console: written', 'objectPut', turns * Object.keys(copyKeys).length),
    item('copies of the console: their functions', 'armGbSecond', turns * assumed.functionSeconds * assumed.functionGb),
    item('copies of the console: invocations', 'invocation', turns),
    item('copies of the console: their schedules', 'schedule', turns),
    item('copies of the console: traces', 'trace', turns),
    item('copies of the console: logs', 'logGb', (turns * assumed.logKb) / 1e6),
    item('copies of the console: alarms read', 'cloudWatchCall', turns * observers.length * services.length),
    item('copies of the console: ledger read', 'tableRead', turns * services.length),
  ];
}

/** Read by the reconciler, and by what copies the console, every quarter of an hour, and once by each container of the functions that touch levers. */
function levers({ services, controlRegions, console }: Failover, { requests }: Usage): CostItem[] {
  const watching = (hours * 3_600_000) / sightingMaxAgeMs;
  const copying = console.copies ? watching + hours / assumed.containerHours : 0;
  const readings = controlRegions.length * (watching + (4 * hours) / assumed.containerHours + copying);
  const of = (kind: Service['lever']['kind']) => services.filter(({ lever }) => lever.kind === kind).length;
  return [
    // The service's key and the override's.
    item('KeyValueStore: read by API', 'storeCall', of('kvs') * 2 * readings),
    item('KeyValueStore: edge function', 'edgeInvocation', of('kvs') > 0 ? requests : 0),
    // The override and the service's routing; which of several services it is, one page tells, or a second one further.
    item('KeyValueStore: read at the edge', 'edgeRead', of('kvs') > 0 ? (of('kvs') > 1 ? 4 : 2) * requests : 0),
    item('ARC: the cluster, for all services', 'clusterHour', of('arc') > 0 ? hours : 0),
    item('beacon: health checks and alarms', 'healthCheck', of('beacon')),
    item('beacon: read by API', 'cloudWatchCall', of('beacon') * readings),
  ];
}

function runs({ ledger }: Failover, { runs: count }: Usage): CostItem[] {
  const copies = 1 + ledger.replicas.length;
  return [
    item('runs of the machine', 'transition', count * assumed.transitionsPerRun),
    item('runs: written to the ledger', 'tableWrite', count * assumed.writesPerRun * copies),
  ];
}

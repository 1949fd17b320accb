import type { PutMetricDataCommandInput } from '@aws-sdk/client-cloudwatch';
import type { Weights } from '../core/routing.ts';
import { decodeServiceValue, serviceKey } from '../core/routing-value.ts';
import type { Failover } from '../core/service.ts';
import { canaryNamespace } from '../deployment/canary-code.ts';
import type { RoutingControlCluster } from '../loopback/aws/arc.ts';
import type { KeyValueStores } from '../loopback/aws/kvs.ts';
import type { AwsService, Call } from '../loopback/aws/service.ts';
import type { CanaryRun } from '../loopback/canaries/run-report.ts';
import type { Clock } from '../loopback/clock.ts';
import type { Emit } from '../loopback/events/event.ts';
import type { HistoryEvent } from '../loopback/states/history.ts';
import type { WorldEvent } from './world-event.ts';

type Told = WorldEvent extends infer Event ? (Event extends WorldEvent ? Omit<Event, 'at'> : never) : never;

/** Turns what the parts of the sandbox say into one stream of events. What is of another deployment than that of the name says so. */
export function worldWatch(clock: Clock, { name: own }: Pick<Failover, 'name'>) {
  const listeners = new Set<(event: WorldEvent) => void>();
  /** By execution, from what Admit assigned. */
  const services = new Map<string, string | null>();
  const tell = (event: Told, at = clock.now()) => {
    for (const listener of listeners) listener({ ...event, at } as WorldEvent);
  };
  const owner = ({ name }: Pick<Failover, 'name'>) => (name === own ? {} : { deployment: name });
  return {
    tell,
    watch(listener: (event: WorldEvent) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Passes events on to the bus, and tells of alarms and executions. */
    emitting(emit: Emit): Emit {
      return (region, event) => {
        const detail = event.detail as Record<string, unknown>;
        if (event.detailType === 'CloudWatch Alarm State Change') {
          const state = detail['state'] as { value: string };
          tell({ kind: 'alarm', observer: region, alarm: String(detail['alarmName']), state: state.value });
        } else if (event.detailType === 'Step Functions Execution Status Change') {
          tell({
            kind: 'execution',
            region,
            execution: String(detail['executionArn']),
            status: String(detail['status']),
          });
        }
        emit(region, event);
      };
    },
    stateEvent({ arn, region }: { readonly arn: string; readonly region: string }, event: HistoryEvent) {
      const entered = event.stateEnteredEventDetails?.name;
      const exited = event.stateExitedEventDetails?.name;
      const incident = event.stateExitedEventDetails?.assignedVariables?.['incident'];
      if (incident !== undefined && !services.has(arn)) {
        services.set(arn, (JSON.parse(incident) as { service: string } | null)?.service ?? null);
      }
      const about = { kind: 'state', region, execution: arn, service: services.get(arn) ?? null } as const;
      if (entered !== undefined) tell({ ...about, state: entered, phase: 'entered' });
      else if (exited !== undefined) tell({ ...about, state: exited, phase: 'exited' });
    },
    canaryRun({ canary, observer, failure, completedAt }: CanaryRun) {
      tell({ kind: 'canary', observer, canary, passed: failure === null, detail: failure ?? '' }, completedAt);
    },
    /** The same service; tells of what a shared canary says of each of its targets. Of others the run itself tells. */
    measuring(cloudwatch: AwsService): AwsService {
      return overheard(cloudwatch, 'PutMetricData', (input: PutMetricDataCommandInput, call) => {
        for (const { canary, passed } of seenByShared(input, call)) {
          tell({ kind: 'canary', observer: call.region, canary, passed, detail: passed ? '' : 'not well' });
        }
      });
    },
    /** The same service; tells of every message that it accepts. */
    publishing(sns: AwsService): AwsService {
      return overheard(sns, 'Publish', (input: { TopicArn?: string; Subject?: string; Message?: string }, call) =>
        tell({
          kind: 'notification',
          channel: `${fromAlarm(call) ? 'alarm' : 'sns'} ${input.TopicArn?.split(':').at(-1)}`,
          // What a rule publishes has no subject.
          subject: input.Subject ?? (input.Message ?? '').slice(0, 200),
        }),
      );
    },
    /** What the receiver of a channel took. */
    received(channel: string, subject: string) {
      tell({ kind: 'notification', channel, subject });
    },
    /** Tells when an edge location works with a value that it did not have before. */
    propagated(of: Pick<Failover, 'name'>) {
      const known = new Map<string, string | undefined>();
      return (
        edge: string,
        { entries }: { readonly entries: ReadonlyMap<string, string> },
        services: readonly string[],
      ) => {
        for (const name of services) {
          const value = entries.get(serviceKey(name));
          const before = known.get(`${edge} ${name}`);
          known.set(`${edge} ${name}`, value);
          if (value !== undefined && value !== before) tell({ kind: 'propagated', service: name, edge, ...owner(of) });
        }
      };
    },
    /** Tells of every write that changes who serves. */
    levers(failover: Failover, stores: KeyValueStores, cluster: RoutingControlCluster) {
      const known = new Map<string, string>();
      const told = (service: string, weights: Weights, epoch: number | null) => {
        const text = JSON.stringify(weights);
        if (known.get(service) !== text) tell({ kind: 'weights', service, weights, epoch, ...owner(failover) });
        known.set(service, text);
      };
      stores.subscribe(({ arn, entries }) => {
        for (const { name, lever } of failover.services) {
          if (lever.kind !== 'kvs' || lever.storeArn !== arn) continue;
          const value = decodeServiceValue(entries.get(serviceKey(name)));
          if (value.kind === 'routing') told(name, value.weights, value.epoch);
        }
      });
      cluster.subscribe(() => {
        for (const { name, lever } of failover.services) {
          if (lever.kind !== 'arc') continue;
          told(
            name,
            Object.fromEntries(
              Object.entries(lever.controls).map(([region, arn]) => [region, cluster.state(arn) === 'On' ? 1000 : 0]),
            ),
            null,
          );
        }
      });
    },
  };
}

/** The same service; `hear` gets each call of the operation once it is accepted. */
function overheard<Input>(
  service: AwsService,
  operation: string,
  hear: (input: Input, call: Call) => void,
): AwsService {
  const accept = service.operations[operation];
  if (accept === undefined) return service;
  return {
    ...service,
    operations: {
      ...service.operations,
      async [operation](input: Input, call: Call) {
        const accepted = await accept(input, call);
        hear(input, call);
        return accepted;
      },
    },
  };
}

/** What an alarm says by itself, beside what a run says. */
const fromAlarm = ({ caller }: Call): boolean =>
  caller?.kind === 'service' && caller.service === 'cloudwatch.amazonaws.com';

/** A canary that tells of itself has the name under which it tells. */
function seenByShared({ Namespace, MetricData = [] }: PutMetricDataCommandInput, { caller }: Call) {
  if (Namespace !== canaryNamespace || caller?.kind !== 'role') return [];
  return MetricData.flatMap(({ MetricName, Dimensions = [], Value }) => {
    const canary = Dimensions.find(({ Name }) => Name === 'CanaryName')?.Value;
    if (MetricName !== 'SuccessPercent' || canary === undefined || canary === caller.session) return [];
    return [{ canary, passed: Value === 100 }];
  });
}

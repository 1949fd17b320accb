import { Construct, type IDependable } from 'constructs';
import type { Region } from '../../core/brand.ts';
import type { Failover, Service } from '../../core/service.ts';
import { metricsNamespace, topicArns } from '../../deployment/names.ts';
import { type Watch, watchAlarm } from './watch-alarm.ts';

export interface ServiceAlarmsProps {
  /** With the services whose alarms these are. */
  readonly failover: Failover;
  /** A control region: its functions publish what these alarms are about. */
  readonly region: Region;
  /** What has to be there before the alarm of a service, where something of it is in this stack. */
  readonly after: (service: Service) => IDependable | undefined;
}

/** What people hear of each service, without any function of ours: that it could not be moved now, or that nobody was told of it. */
export class ServiceAlarms extends Construct {
  constructor(scope: Construct, id: string, { failover, region, after }: ServiceAlarmsProps) {
    super(scope, id);
    const told = topicArns(failover, region);
    for (const service of failover.services) {
      const { drillWithinDays } = service.policy;
      const practice = drillWithinDays === undefined ? [] : [unpractised(failover, service.name, drillWithinDays)];
      for (const watch of [
        readiness(failover, service.name),
        unheard(failover, service.name),
        unprotected(failover, service),
        ...practice,
      ]) {
        const alarm = watchAlarm(this, { failover, region, watch, told });
        // Older than what it listens to, it would page for a first deployment: the reconciler is in a stack before this one.
        const before = watch.missing === 'breaching' ? after(service) : undefined;
        if (before !== undefined) alarm.node.addDependency(before);
      }
    }
  }
}

/** A channel that fails is told by a topic, without any function of ours. */
function unheard(failover: Failover, service: string): Watch {
  return {
    name: `${service}-not-told`,
    fact: `A channel did not take a message about ${service}`,
    article: 'nobody-was-told',
    namespace: metricsNamespace(failover),
    metric: 'NotificationFailed',
    dimension: ['service', service],
    statistic: 'Sum',
    periodSeconds: 60,
    periods: 1,
    red: 'at least one',
    missing: 'notBreaching',
  };
}

/** Red also where no drill has ever succeeded: the days are counted from the first that did. */
function unpractised(failover: Failover, service: string, days: number): Watch {
  return {
    name: `${service}-not-drilled`,
    fact: `No drill of ${service} succeeded within ${days} ${days === 1 ? 'day' : 'days'}`,
    article: 'a-drill',
    namespace: metricsNamespace(failover),
    metric: 'DaysSinceSuccessfulDrill',
    dimension: ['service', service],
    statistic: 'Minimum',
    periodSeconds: 3_600,
    periods: 1,
    red: { atLeast: days },
    missing: 'breaching',
    severity: 'info',
  };
}

/** It cannot be moved back, or on, as it was before. What wakes people is that it could not be moved at all, which `Ready` says. */
function unprotected(failover: Failover, { name, policy }: Service): Watch {
  const minutes = Math.round(policy.reprotect.withinMs / 60_000);
  return {
    name: `${name}-unprotected`,
    fact: `${name} was moved, and has been without a proven standby for ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`,
    article: 'a-service-is-unprotected',
    namespace: metricsNamespace(failover),
    metric: 'MinutesUnprotected',
    dimension: ['service', name],
    statistic: 'Minimum',
    periodSeconds: 300,
    periods: 1,
    red: { atLeast: minutes },
    missing: 'notBreaching',
    severity: 'info',
  };
}

/** Red also where nobody says that it is ready. */
function readiness(failover: Failover, service: string): Watch {
  return {
    name: `${service}-not-ready`,
    fact: `${service} could not be moved now`,
    article: 'a-service-is-not-ready',
    namespace: metricsNamespace(failover),
    metric: 'Ready',
    dimension: ['service', service],
    statistic: 'Minimum',
    periodSeconds: 60,
    periods: 5,
    red: 'less than one',
    missing: 'breaching',
  };
}

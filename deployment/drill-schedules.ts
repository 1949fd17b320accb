import type { Region } from '../core/brand.ts';
import { type DrillPlan, practises } from '../core/drill-plan.ts';
import type { Failover } from '../core/service.ts';
import { alarmArn, drillScheduleName } from './names.ts';

/** What begins the drills of a plan for one service. */
export interface DrillSchedule {
  readonly name: string;
  readonly description: string;
  readonly expression: string;
  readonly timeZone: string;
  /** The input of the machine. EventBridge Scheduler puts in when it was due. */
  readonly input: object;
}

/**
 * In one control region alone, because two would begin the same drill twice. Where that is lost no drill begins: that is no time for one.
 */
export const drillRegion = ({ controlRegions }: Pick<Failover, 'controlRegions'>): Region | undefined =>
  controlRegions[0];

export function drillSchedules(failover: Failover): readonly DrillSchedule[] {
  return failover.drills.flatMap((plan) =>
    failover.services
      .filter((service) => practises(plan, service))
      .map((service) => ({
        name: drillScheduleName(failover, plan, service),
        description: `Begins the drill ${plan.name} of ${service.name}.`,
        expression: plan.schedule,
        timeZone: plan.timeZone,
        input: {
          service: service.name,
          mode: 'drill',
          plan: plan.name,
          // https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
          plannedFor: '<aws.scheduler.scheduled-time>',
          reason: `planned: ${plan.name}`,
          requestedBy: `plan ${plan.name}`,
        },
      })),
  );
}

const alarmsIn = (account: Pick<Failover, 'account'>, alarms: DrillPlan['outcomeAlarms']): readonly string[] =>
  alarms.map(({ name, in: where }) => alarmArn(account, where, name));

/** Of alarms that plans name: those that end a drill. */
export const outcomeAlarmArns = ({ account, drills }: Failover): readonly string[] => [
  ...new Set(drills.flatMap(({ outcomeAlarms }) => alarmsIn({ account }, outcomeAlarms))),
];

/** All that plans name. */
export const drillAlarmArns = ({ account, drills }: Failover): readonly string[] => [
  ...new Set(drills.flatMap((plan) => alarmsIn({ account }, [...plan.blockingAlarms, ...plan.outcomeAlarms]))),
];

import type { Instant, Region } from './brand.ts';
import type { DrillAlarmReading } from './drill-plan.ts';
import type { Freeze } from './freeze.ts';
import type { Observation } from './observation.ts';
import type { LedgerRecord } from './record.ts';
import type { Routing } from './routing.ts';
import type { UserReading } from './users.ts';

/** Everything a decision is made from, gathered once. Nothing else may influence it. */
export interface Evidence {
  readonly gatheredAt: Instant;
  readonly observations: readonly Observation[];
  /** Observers that did not answer, and why: they abstain. */
  readonly silent: readonly { readonly observer: Region; readonly because: string }[];
  readonly alarms: readonly AlarmReading[];
  /** Alarms on what users see; absent in evidence of earlier versions. */
  readonly users?: readonly UserReading[] | undefined;
  /** Of a drill that a plan asks for: its alarms, blocking ones and those of the outcome. */
  readonly practice?: readonly DrillAlarmReading[] | undefined;
  /** What the previous look of the same run found red, so that a dwell outlasts one burst. Empty on the first look. */
  readonly earlier: readonly RedSince[];
  readonly routing: RoutingReading;
  readonly readiness: readonly Readiness[];
  readonly ledger: LedgerRecord;
  /** Periods of the calendar that it is; absent where there is no calendar, and in evidence of earlier versions. */
  readonly periods?: readonly string[] | undefined;
  /** Freezes by the calendar that hold; as above. */
  readonly freezes?: readonly Freeze[] | undefined;
}

/** Since when one observer has seen a region bad without a break. */
export interface RedSince {
  readonly observer: Region;
  readonly region: Region;
  readonly since: Instant;
}

/** The state of one observer's alarm on one region of the service. */
export interface AlarmReading {
  readonly observer: Region;
  readonly region: Region;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  /** When it entered this state. */
  readonly since: Instant;
  /** What CloudWatch says is wrong with its evaluation, as `EVALUATION_ERROR`; absent where nothing is. Such an alarm says nothing. */
  readonly evaluation?: string | undefined;
}

/** Alarms that say something: one that cannot be evaluated keeps a state of long ago. */
export const saying = (alarms: readonly AlarmReading[]): AlarmReading[] =>
  alarms.filter(({ evaluation }) => evaluation === undefined);

/** How many observers' alarms say this of the region. */
export const observersSaying = (alarms: readonly AlarmReading[], name: string, state: AlarmReading['state']): number =>
  saying(alarms).filter((alarm) => alarm.region === name && alarm.state === state).length;

/** Alarms that people have to see to. One that warms up says nothing yet, and nothing is wrong with it. */
export const unevaluable = <Alarm extends Pick<AlarmReading, 'evaluation'>>(alarms: readonly Alarm[]): Alarm[] =>
  alarms.filter(({ evaluation }) => evaluation !== undefined && evaluation !== 'IN_WARM_UP');

export type RoutingReading =
  | { readonly kind: 'read'; readonly routing: Routing }
  | { readonly kind: 'unreadable'; readonly because: string };

/** Whether a region could take the traffic: capacity, replication lag, whatever a readiness hook says. */
export interface Readiness {
  readonly region: Region;
  readonly check: string;
  readonly ready: boolean;
  readonly detail: string;
}

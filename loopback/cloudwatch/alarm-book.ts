import { AwsError } from '../aws/service.ts';
import { type Alarm, type AlarmState, type CompositeAlarm, type MetricAlarm, missingDataTreatment } from './alarm.ts';
import { evaluateAlarm, evaluationRange } from './alarm-evaluation.ts';
import { type AlarmHistory, alarmHistory, stateUpdateData } from './alarm-history.ts';
import type { StateChange } from './alarm-message.ts';
import { timestamp } from './alarm-reason.ts';
import { alarmsIn, holds } from './alarm-rule.ts';
import { validation } from './error.ts';
import type { MetricStore } from './metric-store.ts';
import { floorTo, type ScaledSeconds } from './scaled-seconds.ts';
import { statistic } from './statistic.ts';
import type { Datapoint, StateValue } from './threshold.ts';

/** The alarms of one region: their configuration, their states, and what became of them. */
export interface AlarmBook {
  readonly history: AlarmHistory;
  get(name: string): Alarm | undefined;
  /** All alarms by name, metric alarms first. */
  list(): readonly Alarm[];
  put(alarm: Alarm): void;
  delete(name: string): boolean;
  setState(name: string, state: NewState): void;
  enableActions(name: string, enabled: boolean): void;
  /** Evaluates the metric alarms whose turn has come: each once a (scaled) minute, short ones every 10 s. */
  evaluateDue(): void;
}

export type NewState = Pick<AlarmState, 'value' | 'reason' | 'reasonData' | 'triggeredBy'>;

export interface AlarmBookOptions {
  readonly now: () => number;
  readonly seconds: ScaledSeconds;
  readonly metrics: MetricStore;
  /** Told once for every change of a state's value, never for a new reason alone. */
  readonly changed: (change: StateChange) => void;
  /** Told at every turn of an alarm what its data alone say, `INSUFFICIENT_DATA` where they say nothing. */
  readonly evaluated?: (alarm: string, says: StateValue) => void;
}

export function alarmBook({ now, seconds, metrics, changed, evaluated }: AlarmBookOptions): AlarmBook {
  const alarms = new Map<string, Alarm>();
  /** The turn at which each metric alarm was last evaluated. */
  const turns = new Map<string, number>();
  const history = alarmHistory();

  const book: AlarmBook = {
    history,

    get: (name) => alarms.get(name),

    list: () =>
      [...alarms.values()].toSorted((a, b) =>
        a.type === b.type ? (a.name < b.name ? -1 : 1) : a.type === 'MetricAlarm' ? -1 : 1,
      ),

    put(alarm) {
      const existing = alarms.get(alarm.name);
      if (alarm.type === 'CompositeAlarm') checkChildren(alarm);
      alarms.set(alarm.name, alarm);
      if (alarm.type === 'MetricAlarm' && existing === undefined) turns.set(alarm.name, turnOf(alarm));
      recordConfiguration(alarm, existing === undefined ? 'created' : 'updated');
      if (alarm.type === 'CompositeAlarm') {
        const how = existing === undefined ? 'created' : 'updated';
        const children = alarmsIn(alarm.rule).flatMap((name) => alarms.get(name) ?? []);
        evaluateComposite(
          alarm,
          (value) => `${alarm.arn} was ${how} and its alarm rule evaluates to ${value}`,
          children,
        );
      }
    },

    delete(name) {
      const alarm = alarms.get(name);
      if (alarm === undefined) return false;
      alarms.delete(name);
      turns.delete(name);
      recordConfiguration(alarm, 'deleted');
      return true;
    },

    setState(name, state) {
      const alarm = alarms.get(name);
      if (alarm === undefined) throw new AwsError('ResourceNotFound', '', { status: 404 });
      enter(alarm, state);
    },

    enableActions(name, enabled) {
      const alarm = alarms.get(name);
      if (alarm !== undefined) alarms.set(name, { ...alarm, actionsEnabled: enabled });
    },

    evaluateDue() {
      for (const alarm of book.list()) {
        if (alarm.type !== 'MetricAlarm') continue;
        const turn = turnOf(alarm);
        if (turn <= (turns.get(alarm.name) ?? turn)) continue;
        turns.set(alarm.name, turn);
        evaluate(alarm);
      }
    },
  };
  return book;

  function turnOf(alarm: MetricAlarm): number {
    return floorTo(cadence(alarm), seconds.at(now()));
  }

  function evaluate(alarm: MetricAlarm): void {
    const evaluation = evaluateAlarm(
      {
        comparison: alarm.comparison,
        threshold: alarm.threshold,
        evaluationPeriods: alarm.evaluationPeriods,
        datapointsToAlarm: alarm.datapointsToAlarm,
        treatMissingData: missingDataTreatment(alarm),
        statistic: alarm.statistic,
        period: alarm.period,
        unit: alarm.unit,
      },
      range(alarm),
      now(),
    );
    evaluated?.(alarm.name, evaluation?.state ?? 'INSUFFICIENT_DATA');
    if (evaluation !== null && evaluation.state !== alarm.state.value) {
      enter(alarm, { value: evaluation.state, reason: evaluation.reason, reasonData: evaluation.reasonData });
    }
  }

  /** Periods end where the alarm's turn begins, not at round hours: that is how CloudWatch's windows slide. */
  function range(alarm: MetricAlarm): readonly Datapoint[] {
    const unit = alarm.unit ?? metrics.units(alarm.metric)[0];
    const length = evaluationRange(alarm.evaluationPeriods);
    const oldest = turnOf(alarm) - length * alarm.period;
    return Array.from({ length }, (_, index) => {
      const from = oldest + index * alarm.period;
      const set = unit === undefined ? null : metrics.aggregate(alarm.metric, unit, from, from + alarm.period);
      const value = set && statistic(alarm.statistic, set);
      return { at: seconds.instant(from), value, ...(set && value !== null ? { sampleCount: set.sampleCount } : {}) };
    });
  }

  function enter(alarm: Alarm, state: NewState): void {
    const previous = alarm.state;
    const at = now();
    const moved = state.value !== previous.value;
    const next = { ...alarm, state: { ...state, updatedAt: at, transitionedAt: moved ? at : previous.transitionedAt } };
    alarms.set(alarm.name, next);
    if (!moved) return;

    history.add({
      AlarmName: alarm.name,
      AlarmType: alarm.type,
      Timestamp: new Date(at),
      HistoryItemType: 'StateUpdate',
      HistorySummary: `Alarm updated from ${previous.value} to ${state.value}`,
      HistoryData: stateUpdateData(previous, next.state),
    });
    changed({ alarm: next, previous });
    for (const parent of parentsOf(alarm.name)) {
      evaluateComposite(parent, () => `${alarm.arn} transitioned to ${state.value} at ${spelledOut(at)}`, [next]);
    }
  }

  function evaluateComposite(
    alarm: CompositeAlarm,
    reason: (value: string) => string,
    triggering: readonly Alarm[],
  ): void {
    // An alarm that was deleted is in no state at all: nothing that asks for one holds.
    const value = holds(alarm.rule, (name) => alarms.get(name)?.state.value) ? 'ALARM' : 'OK';
    if (value === alarm.state.value) return;
    const triggeringAlarms = triggering.map(({ arn, state }) => ({
      arn,
      state: { value: state.value, timestamp: timestamp(state.transitionedAt) },
    }));
    const reasonData = JSON.stringify({ triggeringAlarms });
    enter(alarm, { value, reason: reason(value), reasonData, triggeredBy: triggeringAlarms });
  }

  function parentsOf(name: string): readonly CompositeAlarm[] {
    return [...alarms.values()].filter(
      (alarm): alarm is CompositeAlarm => alarm.type === 'CompositeAlarm' && alarmsIn(alarm.rule).includes(name),
    );
  }

  /** AWS lets rules form a cycle and then stops evaluating them; here such a rule is refused. */
  function checkChildren(alarm: CompositeAlarm): void {
    const absent = alarmsIn(alarm.rule).filter((name) => name !== alarm.name && !alarms.has(name));
    if (absent.length > 0) {
      throw validation(
        `Could not save the composite alarm as alarms [${absent.join(', ')}] in the alarm rule do not exist`,
      );
    }
    const seen = new Set<string>();
    const pending = [...alarmsIn(alarm.rule)];
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      if (name === alarm.name) throw validation(`The alarm rule of ${alarm.name} depends on ${alarm.name} itself.`);
      const child = seen.has(name) ? undefined : alarms.get(name);
      seen.add(name);
      if (child?.type === 'CompositeAlarm') pending.push(...alarmsIn(child.rule));
    }
  }

  function recordConfiguration(alarm: Alarm, how: 'created' | 'updated' | 'deleted'): void {
    history.add({
      AlarmName: alarm.name,
      AlarmType: alarm.type,
      Timestamp: new Date(now()),
      HistoryItemType: 'ConfigurationUpdate',
      HistorySummary: `Alarm "${alarm.name}" ${how}`,
      HistoryData: JSON.stringify({
        version: '1.0',
        type: how.replace(/d$/, '').replace(/^(\w)/, (c) => c.toUpperCase()),
      }),
    });
  }
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html, high-resolution alarms. */
function cadence(alarm: MetricAlarm): number {
  return alarm.period < 60 ? 10 : 60;
}

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `Sunday 30 October, 2022 20:47:35 UTC` */
function spelledOut(at: number): string {
  const date = new Date(at);
  const day = String(date.getUTCDate()).padStart(2, '0');
  const time = date.toISOString().slice(11, 19);
  return `${days[date.getUTCDay()]} ${day} ${months[date.getUTCMonth()]}, ${date.getUTCFullYear()} ${time} UTC`;
}

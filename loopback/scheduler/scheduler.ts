import { randomUUID } from 'node:crypto';
import { type Aws, AwsError, type Caller } from '../aws/service.ts';
import type { Clock } from '../clock.ts';
import { rateSeconds } from '../events/schedule.ts';
import type { Queues } from '../sqs/queues.ts';
import { waited } from '../waited.ts';
import { type Occurrences, occurrences } from './occurrences.ts';
import { type ScheduleTarget, startTarget } from './target.ts';

/** A schedule of EventBridge Scheduler. */
export interface Schedule {
  readonly name: string;
  readonly region: string;
  readonly arn: string;
  /** `rate(1 minute)`, `cron(0 10 ? * TUE#2 *)` or `at(2026-12-01T10:00:00)`. */
  readonly expression: string;
  /** In which the last two are read; UTC where it is not said. */
  readonly timeZone?: string | undefined;
  /** For a function that works as long as its period lasts: work is not scaled, and so neither is the period. It starts at once. */
  readonly lastsItsPeriod?: boolean;
  readonly target: ScheduleTarget;
}

/** A start that was given up. */
export interface MissedStart {
  readonly at: number;
  readonly schedule: string;
  readonly region: string;
  readonly because: string;
}

export interface Scheduler {
  put(schedule: Schedule): void;
  delete(name: string, region: string): void;
  /** Schedules run from here on: the first start of each is a period away. */
  start(): void;
  /** No schedule starts anything until `start`. */
  stop(): void;
  /** Every schedule, with how often it started something. */
  list(): readonly { readonly name: string; readonly region: string; readonly starts: number }[];
  /** Starts that were given up, oldest first. */
  missed(): readonly MissedStart[];
  close(): Promise<void>;
}

/** Schedules are precise to a minute. https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
const precisionMs = 60_000;

/** Waits before another try: the service says "exponential backoff" and no numbers. */
const firstBackoffMs = 1_000;

/**
 * EventBridge Scheduler: rates, cron and single times in time zones, Lambda functions and state machines as targets, retries, and a queue
 * for what was given up. The time until the calendar's next moment is scaled as periods are, and the calendar itself runs on at that pace.
 */
export function createScheduler({
  clock,
  random,
  tempo,
  aws,
  queues,
}: {
  readonly clock: Clock;
  /** Of when in its minute a schedule starts; 0 up to 1. */
  readonly random: () => number;
  /** Divides periods, times until a moment of the calendar, ages and the waits between tries. */
  readonly tempo: number;
  readonly aws: () => Aws;
  readonly queues: Pick<Queues, 'send'>;
}): Scheduler {
  const schedules = new Map<string, Schedule>();
  const timers = new Map<string, AbortController>();
  const underWay = new Set<Promise<void>>();
  const missed: MissedStart[] = [];
  const starts = new Map<string, number>();
  let runs = false;
  /** When the calendar's time was the clock's. */
  let startedAt = clock.now();
  const key = (name: string, region: string) => `${region}/${name}`;

  function run(schedule: Schedule): void {
    const at = key(schedule.name, schedule.region);
    timers.get(at)?.abort();
    if (!runs) return;
    const timer = new AbortController();
    timers.set(at, timer);
    track(
      schedule.expression.startsWith('rate(') ? repeat(schedule, timer.signal) : byCalendar(schedule, timer.signal),
    );
  }

  async function repeat(schedule: Schedule, signal: AbortSignal): Promise<void> {
    const { expression, lastsItsPeriod = false } = schedule;
    const periodMs = (rateSeconds(expression) * 1_000) / (lastsItsPeriod ? 1 : tempo);
    let next = clock.now() + (lastsItsPeriod ? 0 : periodMs + (random() * precisionMs) / tempo);
    while (await waited(clock, next - clock.now(), signal)) {
      track(invoke(schedule, next, signal));
      next = Math.max(next + periodMs, clock.now());
    }
  }

  async function byCalendar(schedule: Schedule, signal: AbortSignal): Promise<void> {
    const next: Occurrences = occurrences(schedule.expression, schedule.timeZone ?? 'UTC');
    const toClock = (moment: number) => startedAt + (moment - startedAt) / tempo;
    let moment = next(startedAt + (clock.now() - startedAt) * tempo);
    while (moment !== null) {
      const due = toClock(moment);
      if (!(await waited(clock, due + (random() * precisionMs) / tempo - clock.now(), signal))) return;
      track(invoke(schedule, due, signal));
      moment = next(moment);
    }
  }

  async function invoke({ name, region, arn, target }: Schedule, due: number, signal: AbortSignal): Promise<void> {
    const caller: Caller = {
      kind: 'role',
      roleArn: target.roleArn,
      session: randomUUID().replaceAll('-', ''),
      takenBy: 'scheduler.amazonaws.com',
    };
    const deadline = clock.now() + (target.longestAgeSeconds * 1_000) / tempo;
    const input = inputAt(target.input, { arn, due });
    for (let retries = 0; ; retries++) {
      let failure: unknown;
      try {
        await startTarget(aws(), target.arn, input, { region, caller });
        starts.set(key(name, region), (starts.get(key(name, region)) ?? 0) + 1);
        return;
      } catch (thrown) {
        failure = thrown;
      }
      const waitMs = (firstBackoffMs * 2 ** retries) / tempo;
      const isLast = retries >= target.retries || clock.now() + waitMs > deadline || !worthRetrying(failure);
      if (!isLast) {
        if (!(await waited(clock, waitMs, signal))) return;
        continue;
      }
      giveUp({ name, region, arn, target: { ...target, input } }, failure, caller);
      return;
    }
  }

  /** https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html */
  function giveUp({ name, region, arn, target }: Omit<Schedule, 'expression'>, failure: unknown, caller: Caller): void {
    const message = failure instanceof Error ? failure.message : String(failure);
    missed.push({ at: clock.now(), schedule: name, region, because: message });
    if (target.deadLetterQueue === undefined) return;
    const attributes = {
      ERROR_CODE: failure instanceof AwsError ? failure.code : 'SDK_CLIENT_ERROR',
      ERROR_MESSAGE: message,
      SCHEDULE_ARN: arn,
      TARGET_ARN: target.arn,
    };
    try {
      queues.send(target.deadLetterQueue, { body: target.input, attributes }, caller);
    } catch (thrown) {
      missed.push({
        at: clock.now(),
        schedule: name,
        region,
        because: `its dead letter: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
      });
    }
  }

  function track(work: Promise<void>): void {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  }

  function stop(): void {
    runs = false;
    for (const timer of timers.values()) timer.abort();
    timers.clear();
  }

  return {
    put(schedule) {
      // Whatever cannot be played is refused when the schedule is made, not when its time comes.
      if (/^(cron|at)\(/.test(schedule.expression)) occurrences(schedule.expression, schedule.timeZone ?? 'UTC');
      else rateSeconds(schedule.expression);
      schedules.set(key(schedule.name, schedule.region), schedule);
      run(schedule);
    },
    delete(name, region) {
      schedules.delete(key(name, region));
      timers.get(key(name, region))?.abort();
      timers.delete(key(name, region));
    },
    start() {
      if (runs) return;
      runs = true;
      startedAt = clock.now();
      for (const schedule of schedules.values()) run(schedule);
    },
    stop,
    list: () =>
      [...schedules.values()].map(({ name, region }) => ({
        name,
        region,
        starts: starts.get(key(name, region)) ?? 0,
      })),
    missed: () => [...missed],
    async close() {
      stop();
      await Promise.all(underWay);
    },
  };
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
const inputAt = (text: string, { arn, due }: { readonly arn: string; readonly due: number }): string =>
  text
    .replaceAll('<aws.scheduler.schedule-arn>', arn)
    .replaceAll('<aws.scheduler.scheduled-time>', `${new Date(due).toISOString().slice(0, 19)}Z`)
    .replaceAll('<aws.scheduler.execution-id>', randomUUID())
    .replaceAll('<aws.scheduler.attempt-number>', '1');

function worthRetrying(failure: unknown): boolean {
  return !(failure instanceof AwsError) || failure.status >= 500 || failure.status === 429;
}

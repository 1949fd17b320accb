import { randomUUID } from 'node:crypto';
import { type Aws, AwsError, type Caller } from '../aws/service.ts';
import type { Clock } from '../clock.ts';
import { rateSeconds } from '../events/schedule.ts';
import type { Queues } from '../sqs/queues.ts';
import { waited } from '../waited.ts';

/** A schedule of EventBridge Scheduler that starts a Lambda function. */
export interface Schedule {
  readonly name: string;
  readonly region: string;
  readonly arn: string;
  /** `rate(1 minute)` */
  readonly expression: string;
  /** For a function that works as long as its period lasts: work is not scaled, and so neither is the period. It starts at once. */
  readonly lastsItsPeriod?: boolean;
  readonly target: {
    readonly arn: string;
    readonly roleArn: string;
    readonly input: string;
    readonly deadLetterQueue: string | undefined;
    readonly retries: number;
    readonly longestAgeSeconds: number;
  };
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

/** EventBridge Scheduler: rates, Lambda functions as targets, retries, and a queue for what was given up. */
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
  /** Divides periods, ages and the waits between tries. */
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
  const key = (name: string, region: string) => `${region}/${name}`;

  function run(schedule: Schedule): void {
    const at = key(schedule.name, schedule.region);
    timers.get(at)?.abort();
    if (!runs) return;
    const timer = new AbortController();
    timers.set(at, timer);
    track(repeat(schedule, timer.signal));
  }

  async function repeat(schedule: Schedule, signal: AbortSignal): Promise<void> {
    const { expression, lastsItsPeriod = false } = schedule;
    const periodMs = (rateSeconds(expression) * 1_000) / (lastsItsPeriod ? 1 : tempo);
    let next = clock.now() + (lastsItsPeriod ? 0 : periodMs + (random() * precisionMs) / tempo);
    while (await waited(clock, next - clock.now(), signal)) {
      track(invoke(schedule, signal));
      next = Math.max(next + periodMs, clock.now());
    }
  }

  async function invoke({ name, region, arn, target }: Schedule, signal: AbortSignal): Promise<void> {
    const caller: Caller = {
      kind: 'role',
      roleArn: target.roleArn,
      session: randomUUID().replaceAll('-', ''),
      takenBy: 'scheduler.amazonaws.com',
    };
    const deadline = clock.now() + (target.longestAgeSeconds * 1_000) / tempo;
    const Payload = new TextEncoder().encode(target.input);
    for (let retries = 0; ; retries++) {
      let failure: unknown;
      try {
        const input = { FunctionName: target.arn, InvocationType: 'Event', Payload };
        await aws().call('lambda', 'Invoke', input, { region, caller });
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
      giveUp({ name, region, arn, target }, failure, caller);
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
      rateSeconds(schedule.expression);
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

function worthRetrying(failure: unknown): boolean {
  return !(failure instanceof AwsError) || failure.status >= 500 || failure.status === 429;
}

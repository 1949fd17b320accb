import { expect, test } from 'vitest';
import { type Aws, AwsError } from '../../../loopback/aws/service.ts';
import { createScheduler } from '../../../loopback/scheduler/scheduler.ts';
import { virtualClock } from '../virtual-clock.ts';

const machine = 'arn:aws:states:us-east-1:123456789012:stateMachine:m:live';
const minute = 60_000;

/** The clock begins at 10:00 UTC; nothing is late within its minute. */
function here({ tempo = 1, failing = false } = {}) {
  const clock = virtualClock();
  const calls: { readonly at: number; readonly operation: string; readonly input: unknown }[] = [];
  const letters: unknown[] = [];
  const began = clock.now();
  const aws = {
    call: async (service: string, operation: string, input: unknown) => {
      calls.push({ at: clock.now() - began, operation: `${service} ${operation}`, input });
      if (failing) throw new AwsError('StateMachineDoesNotExist', 'there is none', { status: 500 });
    },
  } as unknown as Aws;
  const queues = { send: (_: string, letter: unknown) => letters.push(letter) };
  const scheduler = createScheduler({ clock, random: () => 0, tempo, aws: () => aws, queues: queues as never });
  const put = (expression: string, timeZone?: string) =>
    scheduler.put({
      name: 's',
      region: 'us-east-1',
      arn: 'arn:aws:scheduler:us-east-1:123456789012:schedule/default/s',
      expression,
      timeZone,
      target: {
        arn: machine,
        roleArn: 'arn:aws:iam::123456789012:role/r',
        input: '{"scheduledAt":"<aws.scheduler.scheduled-time>"}',
        deadLetterQueue: 'queue',
        retries: 1,
        longestAgeSeconds: 60,
      },
    });
  return { clock, calls, letters, scheduler, put };
}

test('a state machine is started at its time, and is told which that was', async () => {
  const { clock, calls, scheduler, put } = here();
  put('cron(5 11 ? * FRI *)', 'Europe/Berlin');
  scheduler.start();
  await clock.advance(10 * minute);

  expect(calls).toEqual([
    {
      at: 5 * minute,
      operation: 'states StartExecution',
      input: { stateMachineArn: machine, input: '{"scheduledAt":"2026-11-20T10:05:00Z"}' },
    },
  ]);
  await scheduler.close();
});

test('the calendar runs at the pace of everything else', async () => {
  const { clock, calls, scheduler, put } = here({ tempo: 20 });
  put('cron(0 * * * ? *)');
  scheduler.start();
  await clock.advance(7 * minute);

  expect(calls.map(({ at }) => at)).toEqual([3 * minute, 6 * minute]);
  await scheduler.close();
});

test('a single time starts once, and what is over starts nothing', async () => {
  const { clock, calls, scheduler, put } = here();
  put('at(2026-11-20T10:01:00)');
  scheduler.start();
  await clock.advance(3 * minute);
  put('at(2026-11-20T09:00:00)');
  await clock.advance(60 * minute);

  expect(calls).toHaveLength(1);
  await scheduler.close();
});

test('what does not start is tried again, given up, and a dead letter with what it was to be', async () => {
  const { clock, calls, letters, scheduler, put } = here({ failing: true });
  put('at(2026-11-20T10:01:00)');
  scheduler.start();
  await clock.advance(3 * minute);

  expect(calls).toHaveLength(2);
  expect(letters).toMatchObject([{ body: '{"scheduledAt":"2026-11-20T10:01:00Z"}' }]);
  expect(scheduler.missed()).toMatchObject([{ schedule: 's', because: 'there is none' }]);
  await scheduler.close();
});

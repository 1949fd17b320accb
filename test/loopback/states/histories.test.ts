import { describe, expect, test } from 'vitest';
import type { TaskPort } from '../../../loopback/states/ports.ts';
import type { Answers } from './play.ts';
import { fails, linesOf, machine, play, start, tasksOf } from './play.ts';

interface Case {
  readonly fact: string;
  readonly states: object;
  readonly more?: object;
  readonly input?: string;
  readonly answers?: Answers;
  /** The events after ExecutionStarted. */
  readonly events: readonly string[];
}

const invoke = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Arguments: { FunctionName: 'f' } };
const token = { ...invoke, Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' };

const cases: readonly Case[] = [
  {
    fact: 'the first state follows event 0, not ExecutionStarted',
    states: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Succeed' } },
    events: [
      '2<0 PassStateEntered A',
      '3<2 PassStateExited A {}',
      '4<3 SucceedStateEntered B',
      '5<4 SucceedStateExited B {}',
      '6<5 ExecutionSucceeded {}',
    ],
  },
  {
    fact: 'text that no state changes is handed on as it came',
    states: { A: { Type: 'Pass', End: true } },
    input: '[1, 2]',
    events: ['2<0 PassStateEntered A', '3<2 PassStateExited A [1, 2]', '4<3 ExecutionSucceeded [1, 2]'],
  },
  {
    fact: 'an output of null is an output',
    states: { A: { Type: 'Pass', Output: null, End: true } },
    events: ['2<0 PassStateEntered A', '3<2 PassStateExited A null', '4<3 ExecutionSucceeded null'],
  },
  {
    fact: 'an expression that fails while a state is entered follows what was before the state',
    states: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Output: { r: '{% $nowhere %}' }, End: true } },
    events: [
      '2<0 PassStateEntered A',
      '3<2 PassStateExited A {}',
      '4<3 PassStateEntered B',
      '5<3 EvaluationFailed States.QueryEvaluationError',
      '6<5 ExecutionFailed States.QueryEvaluationError',
    ],
  },
  {
    fact: 'a bad Timestamp follows the entering of its Wait',
    states: { A: { Type: 'Wait', Timestamp: '{% $states.input.at %}', End: true } },
    input: '{"at":"2016-12-05 21:29:29Z"}',
    events: [
      '2<0 WaitStateEntered A',
      '3<2 EvaluationFailed States.QueryEvaluationError',
      '4<3 ExecutionFailed States.QueryEvaluationError',
    ],
  },
  {
    fact: 'an expression over a task’s result that fails follows TaskSucceeded',
    states: { A: { ...invoke, Output: '{% $states.result.none %}', End: true } },
    answers: [{}],
    events: [
      '2<0 TaskStateEntered A',
      '3<2 TaskScheduled',
      '4<3 TaskStarted',
      '5<4 TaskSucceeded {}',
      '6<5 EvaluationFailed States.QueryEvaluationError',
      '7<6 ExecutionFailed States.QueryEvaluationError',
    ],
  },
  {
    fact: 'a choice rule has its own Assign and Output, the default has the state’s',
    states: {
      A: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $states.input.yes %}', Next: 'B', Assign: { by: 'rule' }, Output: 'rule' }],
        Default: 'B',
        Assign: { by: 'default' },
        Output: 'default',
      },
      B: { Type: 'Succeed' },
    },
    input: '{"yes":false}',
    events: [
      '2<0 ChoiceStateEntered A',
      '3<2 ChoiceStateExited A "default" {"by":"\\"default\\""}',
      '4<3 SucceedStateEntered B',
      '5<4 SucceedStateExited B "default"',
      '6<5 ExecutionSucceeded "default"',
    ],
  },
  {
    fact: 'a Fail without Error ends the execution without one',
    states: { A: { Type: 'Fail' } },
    events: ['2<0 FailStateEntered A', '3<2 ExecutionFailed'],
  },
  {
    fact: 'a task is scheduled again for each retry and caught in the end',
    states: {
      A: {
        ...invoke,
        Retry: [{ ErrorEquals: ['E'], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B', Output: '{% $states.errorOutput.Error %}' }],
        End: true,
      },
      B: { Type: 'Succeed' },
    },
    answers: [fails('E', 'first'), fails('E', 'second')],
    events: [
      '2<0 TaskStateEntered A',
      '3<2 TaskScheduled',
      '4<3 TaskStarted',
      '5<4 TaskFailed E',
      '6<5 TaskScheduled',
      '7<6 TaskStarted',
      '8<7 TaskFailed E',
      '9<8 TaskStateExited A "E"',
      '10<9 SucceedStateEntered B',
      '11<10 SucceedStateExited B "E"',
      '12<11 ExecutionSucceeded "E"',
    ],
  },
  {
    fact: 'a task that takes too long has timed out, without a cause',
    states: { A: { ...invoke, TimeoutSeconds: 5, End: true } },
    answers: ['hangs'],
    events: [
      '2<0 TaskStateEntered A',
      '3<2 TaskScheduled',
      '4<3 TaskStarted',
      '5<4 TaskTimedOut States.Timeout',
      '6<5 ExecutionFailed States.Timeout',
    ],
  },
  {
    fact: 'a task without a heartbeat has timed out, and may be caught as States.HeartbeatTimeout',
    states: {
      A: { ...token, HeartbeatSeconds: 5, Catch: [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'B' }], Next: 'B' },
      B: { Type: 'Pass', Output: '{% $states.input.Error %}', End: true },
    },
    answers: ['hangs'],
    events: [
      '2<0 TaskStateEntered A',
      '3<2 TaskScheduled',
      '4<3 TaskStarted',
      '5<4 TaskTimedOut States.Timeout',
      '6<5 TaskStateExited A {"Error":"States.Timeout","Cause":""}',
      '7<6 PassStateEntered B',
      '8<7 PassStateExited B "States.Timeout"',
      '9<8 ExecutionSucceeded "States.Timeout"',
    ],
  },
  {
    fact: 'a function by its ARN has events of its own',
    states: { A: { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:123456789012:function:f', End: true } },
    answers: [7],
    events: [
      '2<0 TaskStateEntered A',
      '3<2 LambdaFunctionScheduled',
      '4<3 LambdaFunctionStarted',
      '5<4 LambdaFunctionSucceeded 7',
      '6<5 TaskStateExited A 7',
      '7<6 ExecutionSucceeded 7',
    ],
  },
  {
    fact: 'an iteration begins behind the last event inside the one before',
    states: {
      A: {
        Type: 'Map',
        Items: [1, 2],
        MaxConcurrency: 1,
        ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } },
        End: true,
      },
    },
    events: [
      '2<0 MapStateEntered A',
      '3<2 MapStateStarted 2',
      '4<3 MapIterationStarted A 0',
      '5<4 PassStateEntered I',
      '6<5 PassStateExited I 1',
      '7<6 MapIterationSucceeded A 0',
      '8<6 MapIterationStarted A 1',
      '9<8 PassStateEntered I',
      '10<9 PassStateExited I 2',
      '11<10 MapIterationSucceeded A 1',
      '12<11 MapStateSucceeded',
      '13<11 MapStateExited A [1,2]',
      '14<13 ExecutionSucceeded [1,2]',
    ],
  },
  {
    fact: 'a retried Map starts again without entering again, and fails once',
    states: {
      A: {
        Type: 'Map',
        Items: [1],
        ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Fail', Error: 'E' } } },
        Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
        End: true,
      },
    },
    events: [
      '2<0 MapStateEntered A',
      '3<2 MapStateStarted 1',
      '4<3 MapIterationStarted A 0',
      '5<4 FailStateEntered I',
      '6<5 MapIterationFailed A 0',
      '7<5 MapStateStarted 1',
      '8<7 MapIterationStarted A 0',
      '9<8 FailStateEntered I',
      '10<9 MapIterationFailed A 0',
      '11<9 MapStateFailed',
      '12<11 ExecutionFailed E',
    ],
  },
  {
    fact: 'iterations that did not begin before a failure never begin, and those that run are aborted',
    states: {
      A: {
        Type: 'Map',
        Items: [1, 0, 1],
        MaxConcurrency: 2,
        ItemProcessor: {
          StartAt: 'I',
          States: {
            I: { Type: 'Choice', Choices: [{ Condition: '{% $states.input = 0 %}', Next: 'F' }], Default: 'W' },
            W: { Type: 'Wait', Seconds: 9, End: true },
            F: { Type: 'Fail', Error: 'E' },
          },
        },
        End: true,
      },
    },
    events: [
      '2<0 MapStateEntered A',
      '3<2 MapStateStarted 3',
      '4<3 MapIterationStarted A 0',
      '5<3 MapIterationStarted A 1',
      '6<4 ChoiceStateEntered I',
      '7<6 ChoiceStateExited I 1',
      '8<5 ChoiceStateEntered I',
      '9<8 ChoiceStateExited I 0',
      '10<7 WaitStateEntered W',
      '11<9 FailStateEntered F',
      '12<11 MapIterationFailed A 1',
      '13<11 MapIterationAborted A 0',
      '14<11 WaitStateAborted',
      '15<11 MapStateFailed',
      '16<15 ExecutionFailed E',
    ],
  },
  {
    fact: 'Items that are no array fail the Map before it starts',
    states: {
      A: {
        Type: 'Map',
        Items: '{% 1 %}',
        ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } },
        End: true,
      },
    },
    events: [
      '2<0 MapStateEntered A',
      '3<0 EvaluationFailed States.QueryEvaluationError',
      '4<3 MapStateFailed',
      '5<4 ExecutionFailed States.QueryEvaluationError',
    ],
  },
  {
    fact: 'all branches are scheduled before the first of them starts, and the failed task of a branch is aborted',
    states: {
      A: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'X', States: { X: { ...invoke, End: true } } },
          { StartAt: 'Y', States: { Y: { ...invoke, End: true } } },
        ],
        Catch: [{ ErrorEquals: ['E'], Next: 'B' }],
        End: true,
      },
      B: { Type: 'Succeed', Output: '{% $states.input.Cause %}' },
    },
    answers: ['hangs', fails('E', 'because')],
    events: [
      '2<0 ParallelStateEntered A',
      '3<2 ParallelStateStarted',
      '4<3 TaskStateEntered X',
      '5<4 TaskScheduled',
      '6<3 TaskStateEntered Y',
      '7<6 TaskScheduled',
      '8<5 TaskStarted',
      '9<7 TaskStarted',
      '10<9 TaskFailed E',
      '11<10 TaskStateAborted',
      '12<10 TaskStateAborted',
      '13<10 ParallelStateFailed',
      '14<13 ParallelStateExited A {"Error":"E","Cause":"because"}',
      '15<14 SucceedStateEntered B',
      '16<15 SucceedStateExited B "because"',
      '17<16 ExecutionSucceeded "because"',
    ],
  },
  {
    fact: 'a Parallel succeeds and is left behind the last event of the branch that ended last',
    states: {
      A: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'X', States: { X: { Type: 'Wait', Seconds: 1, End: true } } },
          { StartAt: 'Y', States: { Y: { Type: 'Pass', Output: 'y', End: true } } },
        ],
        End: true,
      },
    },
    events: [
      '2<0 ParallelStateEntered A',
      '3<2 ParallelStateStarted',
      '4<3 WaitStateEntered X',
      '5<3 PassStateEntered Y',
      '6<5 PassStateExited Y "y"',
      '7<4 WaitStateExited X {}',
      '8<7 ParallelStateSucceeded',
      '9<7 ParallelStateExited A [{},"y"]',
      '10<9 ExecutionSucceeded [{},"y"]',
    ],
  },
  {
    fact: 'a branch is not overtaken by a later one because its expressions take longer',
    states: {
      A: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'X', States: { X: { Type: 'Pass', Output: '{% $sum([1..100]) %}', End: true } } },
          { StartAt: 'Y', States: { Y: { Type: 'Pass', Output: 'y', End: true } } },
        ],
        End: true,
      },
    },
    events: [
      '2<0 ParallelStateEntered A',
      '3<2 ParallelStateStarted',
      '4<3 PassStateEntered X',
      '5<4 PassStateExited X 5050',
      '6<3 PassStateEntered Y',
      '7<6 PassStateExited Y "y"',
      '8<7 ParallelStateSucceeded',
      '9<7 ParallelStateExited A [5050,"y"]',
      '10<9 ExecutionSucceeded [5050,"y"]',
    ],
  },
  {
    fact: 'an execution that takes too long ends behind event 0',
    states: { A: { Type: 'Wait', Seconds: 25, End: true } },
    more: { TimeoutSeconds: 3 },
    events: ['2<0 WaitStateEntered A', '3<0 ExecutionTimedOut States.Timeout'],
  },
  {
    fact: 'an output over 256 KiB ends the execution, whatever catches',
    states: { A: { Type: 'Pass', Output: '{% $join([1..70000].("abcd")) %}', End: true } },
    events: ['2<0 PassStateEntered A', '3<2 ExecutionFailed States.DataLimitExceeded'],
  },
  {
    fact: 'a task’s result over 256 KiB fails the task, and States.ALL catches it',
    states: {
      A: { ...invoke, Catch: [{ ErrorEquals: ['States.ALL'], Output: 1, Next: 'B' }], End: true },
      B: { Type: 'Succeed' },
    },
    answers: ['x'.repeat(262_143)],
    events: [
      '2<0 TaskStateEntered A',
      '3<2 TaskScheduled',
      '4<3 TaskStarted',
      '5<4 TaskFailed States.DataLimitExceeded',
      '6<5 TaskStateExited A 1',
      '7<6 SucceedStateEntered B',
      '8<7 SucceedStateExited B 1',
      '9<8 ExecutionSucceeded 1',
    ],
  },
];

describe('histories', () => {
  test.each(cases)('$fact', async ({ states, more, input, answers = [], events }) => {
    const played = await play(machine(states, more), {
      ...(input !== undefined && { input }),
      tasks: tasksOf(answers),
    });

    expect(linesOf(played.events)).toEqual(events);
  });

  test('event 25,000 says that there were too many', async () => {
    const loop = machine({
      A: { Type: 'Choice', Choices: [{ Condition: true, Next: 'A' }], Default: 'B' },
      B: { Type: 'Succeed' },
    });

    const { events } = await play(loop);

    expect(events).toHaveLength(25_000);
    expect(events.slice(-2)).toMatchObject([
      { id: 24_999, type: 'ChoiceStateExited' },
      {
        id: 25_000,
        previousEventId: 24_999,
        type: 'ExecutionFailed',
        executionFailedEventDetails: {
          error: 'States.Runtime',
          cause: 'The execution reached the maximum number of history events (25000).',
        },
      },
    ]);
  });

  test('a stopped execution says who stopped it and nothing after that', async () => {
    const { clock, execution, events } = start(machine({ A: { Type: 'Wait', Seconds: 30, End: true } }));
    await clock.advance(1000);

    execution.stop('Manual', 'probe');
    await clock.advance(60_000);

    expect(linesOf(events)).toEqual(['2<0 WaitStateEntered A', '3<0 ExecutionAborted Manual']);
    expect(await execution.outcome).toEqual({ status: 'ABORTED', error: 'Manual', cause: 'probe' });
    expect(clock.waiting).toBe(0);
  });

  test('the first events carry what the service’s carry', async () => {
    const { events } = await play(machine({ A: { Type: 'Pass', Assign: { x: [1] }, End: true } }), {
      input: '{"a": 1}',
    });

    expect(events.slice(0, 3)).toEqual([
      {
        id: 1,
        previousEventId: 0,
        timestamp: expect.any(Date),
        type: 'ExecutionStarted',
        executionStartedEventDetails: {
          input: '{"a": 1}',
          inputDetails: { truncated: false },
          roleArn: 'arn:aws:iam::123456789012:role/states',
        },
      },
      {
        id: 2,
        previousEventId: 0,
        timestamp: expect.any(Date),
        type: 'PassStateEntered',
        stateEnteredEventDetails: { name: 'A', input: '{"a": 1}', inputDetails: { truncated: false } },
      },
      {
        id: 3,
        previousEventId: 2,
        timestamp: expect.any(Date),
        type: 'PassStateExited',
        stateExitedEventDetails: {
          name: 'A',
          output: '{"a": 1}',
          outputDetails: { truncated: false },
          assignedVariables: { x: '[1]' },
          assignedVariablesDetails: { truncated: false },
        },
      },
    ]);
  });

  test('an answer to the call of an attempt that has timed out is not recorded', async () => {
    const states = {
      A: { ...token, TimeoutSeconds: 1, Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }], End: true },
    };
    const late: (() => void)[] = [];
    const tasks: TaskPort = {
      async run(_resource, _parameters, { submitted }) {
        if (late.push(() => submitted('late')) === 2) {
          for (const answer of late.slice(0, 1)) answer();
          return 'second';
        }
        return new Promise(() => {});
      },
    };

    const { events } = await play(machine(states), { tasks });

    expect(events.map(({ type }) => type)).not.toContain('TaskSubmitted');
    expect(events.at(-1)?.executionSucceededEventDetails?.output).toBe('"second"');
  });

  test('a heartbeat gives the task as long again', async () => {
    const states = { A: { ...token, HeartbeatSeconds: 5, End: true } };
    const beating: { beat?: () => void } = {};
    const tasks: TaskPort = {
      run(_resource, _parameters, { heartbeat, signal }) {
        beating.beat = heartbeat;
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
    };
    const { clock, events } = start(machine(states), { tasks });
    await clock.advance(4000);

    beating.beat?.();
    await clock.advance(60_000);

    const [first, last] = [events[0], events.at(-1)];
    expect(last?.executionFailedEventDetails?.error).toBe('States.Timeout');
    expect(Number(last?.timestamp) - Number(first?.timestamp)).toBe(9000);
  });

  test('a scheduled task says with what, where and for how long', async () => {
    const states = { A: { ...invoke, TimeoutSeconds: '{% 4 + 1 %}', HeartbeatSeconds: 2, End: true } };

    const { events } = await play(machine(states), { tasks: tasksOf([1]) });

    expect(events[2]?.taskScheduledEventDetails).toEqual({
      resourceType: 'lambda',
      resource: 'invoke',
      region: 'us-east-1',
      parameters: '{"FunctionName":"f"}',
      timeoutInSeconds: 5,
      heartbeatInSeconds: 2,
    });
  });
});

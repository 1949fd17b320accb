import { describe, expect, test } from 'vitest';
import { fails, machine, play, tasksOf } from './play.ts';

/** The last output, or error and cause, of a Pass with this Output. */
async function evaluate(output: unknown, input = '{}'): Promise<unknown> {
  const { outcome } = await play(machine({ S: { Type: 'Pass', Output: output, End: true } }), { input });
  return outcome.status === 'SUCCEEDED' ? outcome.output.value : outcome;
}

const prefix = "An error occurred while executing the state 'S' (entered at the event id #2). ";

describe('expressions', () => {
  test.each([
    ['a group of an empty list', '{% $exists($states.input.items{id: v}) %}', { items: [] }],
    ['an update by an absolute pattern', '{% $exists($states.input ~> |$states.input.a|{"x": 2}|) %}', { a: { x: 1 } }],
  ])('see the same input in every field, whatever another does with it: %s', async (_, g, input) => {
    const output = await evaluate({ g, after: '{% $states.input %}' }, JSON.stringify(input));

    expect(output).toEqual({ g: expect.any(Boolean), after: input });
  });

  test.each([
    ['{% $parse(\'{"a":[1]}\') %}', { a: [1] }],
    ['{% $range(0, 9, 3) %}', [0, 3, 6, 9]],
    // jsonata gives what stands alone without its array.
    ['{% $range(1, 9, 9) %}', 1],
    ['{% $partition([0], 2) %}', [[0]]],
    ['{% $partition([1..5], 2) %}', [[1, 2], [3, 4], [5]]],
    ["{% $hash('abc', 'SHA-256') %}", 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ["{% $hash('abc', 'MD5') %}", '900150983cd24fb0d6963f7d28e17f72'],
    ['{% $random(7) = $random(7) %}', true],
    ['{% $now() %}', '2026-11-20T10:00:00.000Z'],
    ["{% $now('[Y0001]') %}", '2026'],
    ['{% $millis() %}', Date.parse('2026-11-20T10:00:00Z')],
    [' {% not one, for the blank %}', ' {% not one, for the blank %}'],
    [{ list: ['{% 1 + 1 %}', null, 'x'] }, { list: [2, null, 'x'] }],
  ])('%j gives %j', async (output, value) => {
    expect(await evaluate(output)).toEqual(value);
  });

  test.each([
    [
      '{% $states.input.none %}',
      "The JSONata expression '$states.input.none' specified for the field 'Output' returned nothing (undefined).",
    ],
    [
      { a: [{ b: '{% $none %}' }] },
      "The JSONata expression '$none' specified for the field 'Output/a[0]/b' returned nothing (undefined).",
    ],
    [
      "{% $eval('1') %}",
      "The JSONata expression '$eval('1')' specified for the field 'Output' threw an error during evaluation. T1006: Attempted to invoke a non-function",
    ],
    [
      '{% function($x){$x} %}',
      "The JSONata expression 'function($x){$x}' specified for the field 'Output' returned an unsupported result type.",
    ],
  ])('%j fails in the service’s words', async (output, words) => {
    expect(await evaluate(output)).toEqual({
      status: 'FAILED',
      error: 'States.QueryEvaluationError',
      cause: `${prefix}${words}`,
    });
  });

  test('uuids are of version 4 and differ', async () => {
    const { outcome } = await play(
      machine({ S: { Type: 'Pass', Output: ['{% $uuid() %}', '{% $uuid() %}'], End: true } }),
      {
        random: Math.random,
      },
    );

    const [one, two] = (outcome.status === 'SUCCEEDED' ? outcome.output.value : []) as string[];
    expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(one).not.toBe(two);
  });

  test('a condition that is no boolean fails with what it was', async () => {
    const states = {
      S: { Type: 'Choice', Choices: [{ Condition: "{% 'yes' %}", Next: 'T' }], Default: 'T' },
      T: { Type: 'Succeed' },
    };

    expect((await play(machine(states))).events[2]?.evaluationFailedEventDetails).toEqual({
      error: 'States.QueryEvaluationError',
      cause: `${prefix}The JSONata expression ''yes'' specified for the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'string' for value: "yes"`,
      location: 'Choices[0]/Condition',
      state: 'S',
    });
  });
});

describe('$states', () => {
  test('the context of a Pass has no retries, that of a Task has', async () => {
    const states = {
      P: { Type: 'Pass', Assign: { pass: '{% $states.context.State %}' }, Next: 'T' },
      T: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: { n: '{% $states.context.State.RetryCount %}' },
        Retry: [{ ErrorEquals: ['E'] }],
        Output: { pass: '{% $pass %}', task: '{% $states.result %}' },
        End: true,
      },
    };
    let calls = 0;
    const tasks = {
      run: async (_resource: string, parameters: unknown) => {
        if (calls++ === 0) throw fails('E');
        return parameters as { n: number };
      },
    };

    const { outcome } = await play(machine(states), { tasks });

    expect(outcome).toMatchObject({
      output: { value: { pass: { Name: 'P', EnteredTime: '2026-11-20T10:00:00.000Z' }, task: { n: 1 } } },
    });
  });

  test('the execution’s input is the first one everywhere, and the item is that of the innermost Map', async () => {
    const inner = { Type: 'Map', Items: ['x'], ItemProcessor: { StartAt: 'P', States: { P: pass() } }, End: true };
    const states = {
      M: { Type: 'Map', Items: [[5]], ItemProcessor: { StartAt: 'N', States: { N: inner } }, End: true },
    };

    const { outcome } = await play(machine(states), { input: '{"root":true}' });

    expect(outcome).toMatchObject({ output: { value: [[{ root: { root: true }, item: { Index: 0, Value: 'x' } }]] } });
  });

  const pass = () => ({
    Type: 'Pass',
    Output: { root: '{% $states.context.Execution.Input %}', item: '{% $states.context.Map.Item %}' },
    End: true,
  });

  test('an ItemSelector sees the item before the iteration', async () => {
    const states = {
      M: {
        Type: 'Map',
        Items: ['a', 'b'],
        ItemSelector: { at: '{% $states.context.Map.Item.Index %}', is: '{% $states.context.Map.Item.Value %}' },
        ItemProcessor: { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } },
        End: true,
      },
    };

    expect((await play(machine(states))).outcome).toMatchObject({
      output: {
        value: [
          { at: 0, is: 'a' },
          { at: 1, is: 'b' },
        ],
      },
    });
  });

  test('Assign and Output of one state see the variables from before it', async () => {
    const states = {
      A: { Type: 'Pass', Assign: { x: 1 }, Next: 'B' },
      B: { Type: 'Pass', Assign: { x: '{% $x + 1 %}', y: '{% $x %}' }, Output: '{% $x %}', Next: 'C' },
      C: { Type: 'Succeed', Output: ['{% $states.input %}', '{% $x %}', '{% $y %}'] },
    };

    expect((await play(machine(states))).outcome).toMatchObject({ output: { value: [1, 2, 1] } });
  });

  test('a branch sees what was assigned before it, and what it assigns is seen by nobody else', async () => {
    const branch = (name: string) => ({
      StartAt: name,
      States: {
        [name]: { Type: 'Pass', Assign: { x: name }, Next: `${name}2` },
        [`${name}2`]: { Type: 'Pass', Output: '{% $x & $y %}', End: true },
      },
    });
    const states = {
      A: { Type: 'Pass', Assign: { x: 'outer', y: '!' }, Next: 'P' },
      P: { Type: 'Parallel', Branches: [branch('one'), branch('two')], Next: 'Z' },
      Z: { Type: 'Succeed', Output: ['{% $states.input %}', '{% $x %}'] },
    };

    expect((await play(machine(states))).outcome).toMatchObject({ output: { value: [['one!', 'two!'], 'outer'] } });
  });

  test('a catcher sees the error in Assign and Output', async () => {
    const states = {
      T: {
        Type: 'Task',
        Resource: 'arn:aws:states:::sns:publish',
        Catch: [
          { ErrorEquals: ['Other'], Next: 'Z' },
          {
            ErrorEquals: ['E'],
            Assign: { why: '{% $states.errorOutput.Cause %}' },
            Output: '{% $states.errorOutput.Error %}',
            Next: 'Z',
          },
        ],
        End: true,
      },
      Z: { Type: 'Succeed', Output: ['{% $states.input %}', '{% $why %}'] },
    };

    expect((await play(machine(states), { tasks: tasksOf([fails('E', 'because')]) })).outcome).toMatchObject({
      output: { value: ['E', 'because'] },
    });
  });
});

describe('what catches what', () => {
  const caughtBy = async (name: string, error: Error) => {
    const states = {
      T: {
        Type: 'Task',
        Resource: 'arn:aws:states:::sns:publish',
        Catch: [{ ErrorEquals: [name], Output: 'caught', Next: 'Z' }],
        End: true,
      },
      Z: { Type: 'Succeed' },
    };
    return (await play(machine(states), { tasks: tasksOf([error]) })).outcome.status === 'SUCCEEDED';
  };

  test.each([
    ['States.ALL', fails('E'), true],
    ['States.TaskFailed', fails('E'), true],
    ['States.TaskFailed', fails('States.Timeout'), false],
    ['E', fails('E'), true],
    ['F', fails('E'), false],
    ['States.ALL', fails(undefined as unknown as string), true],
    // Whatever else a task throws is a failed task.
    ['States.TaskFailed', new Error('surprise'), true],
  ])('%s and %o: %s', async (name, error, caught) => {
    expect(await caughtBy(name, error)).toBe(caught);
  });

  test('a Wait beyond what the service waits ends the execution uncaught, without a word of the Parallel around it', async () => {
    const states = {
      P: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'W', States: { W: { Type: 'Wait', Timestamp: '{% "2126-01-01T00:00:00Z" %}', End: true } } },
        ],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Z' }],
        End: true,
      },
      Z: { Type: 'Succeed' },
    };

    const { events } = await play(machine(states));

    expect(events.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'ParallelStateEntered',
      'ParallelStateStarted',
      'WaitStateEntered',
      'ExecutionFailed',
    ]);
  });
});

import { describe, expect, test } from 'vitest';
import { expressionOf, jsonata, type State } from '../../workflows/asl.ts';
import type { GuardedChoice, GuardedTask } from '../../workflows/guarded.ts';
import { machine } from './failover-run.ts';

describe('an expression', () => {
  test('is put in its brackets on one line', () => {
    expect(jsonata(' $a\n   = 1 ')).toBe('{% $a = 1 %}');
  });

  test('comes out of its brackets, and plain text does not', () => {
    expect(expressionOf('{% $a = 1 %}')).toBe('$a = 1');
    expect(expressionOf('{%$a%}')).toBe('$a');
    expect(expressionOf('100 %')).toBeNull();
  });
});

describe('the compiler refuses', () => {
  const task = {
    Type: 'Task',
    Comment: 'Does it.',
    Resource: 'arn:aws:states:::lambda:invoke',
    TimeoutSeconds: 1,
    Retry: [
      {
        ErrorEquals: ['Boom'],
        IntervalSeconds: 1,
        MaxAttempts: 1,
        BackoffRate: 2,
        MaxDelaySeconds: 1,
        JitterStrategy: 'FULL',
      },
    ],
    Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }],
    Output: null,
    Next: 'B',
  } as const satisfies GuardedTask;

  test('a member of another state', () => {
    // @ts-expect-error A Pass has no Resource.
    const state: State = { Type: 'Pass', Resource: 'r', Next: 'B' };
    expect(state).toBeDefined();
  });

  test('both Next and End, and neither', () => {
    // @ts-expect-error One of the two.
    const both: State = { Type: 'Pass', Next: 'B', End: true };
    // @ts-expect-error One of the two.
    const neither: State = { Type: 'Pass' };
    expect([both, neither]).toBeDefined();
  });

  test('a Wait for two things', () => {
    // @ts-expect-error One of the two.
    const state: State = { Type: 'Wait', Seconds: 1, Timestamp: '{% $at %}', Next: 'B' };
    expect(state).toBeDefined();
  });

  test('a JSONPath member', () => {
    // @ts-expect-error ResultPath belongs to the other query language.
    const state: State = { Type: 'Task', Resource: 'r', ResultPath: '$.a', Next: 'B' };
    expect(state).toBeDefined();
  });

  test('a condition without brackets', () => {
    // @ts-expect-error Plain text is always true to nobody.
    const state: State = { Type: 'Choice', Choices: [{ Condition: '$a', Next: 'B' }] };
    expect(state).toBeDefined();
  });

  test('a Task of ours without a timeout, a comment, a Retry or a Catch', () => {
    const { TimeoutSeconds: _t, ...timeless } = task;
    const { Comment: _c, ...silent } = task;
    const { Catch: _h, ...careless } = task;
    const { Retry: _r, ...hasty } = task;
    const states: GuardedTask[] = [
      // @ts-expect-error It would wait for ever.
      timeless,
      // @ts-expect-error An operator would not know what it is for.
      silent,
      // @ts-expect-error Its error would lead nowhere.
      careless,
      // @ts-expect-error The first hiccup would end it.
      hasty,
    ];
    expect(states).toHaveLength(4);
  });

  test('a Task of ours that does not catch everything last', () => {
    // @ts-expect-error States.ALL is missing.
    const state: GuardedTask = { ...task, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'B' }] };
    expect(state).toBeDefined();
  });

  test('a Choice of ours without a Default', () => {
    // @ts-expect-error What matches nothing would fail.
    const state: GuardedChoice = {
      Type: 'Choice',
      Comment: 'Which?',
      Choices: [{ Condition: '{% 1 = 1 %}', Next: 'B' }],
    };
    expect(state).toBeDefined();
  });
});

test('every state of the machine says what it is for', () => {
  const comments = JSON.stringify(machine).match(/"Comment":"[A-Z][^"]+[.?]"/g) ?? [];

  expect(comments.length).toBeGreaterThan(Object.keys(machine.States).length);
});

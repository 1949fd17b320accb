import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import jsonata from 'jsonata';
import { describe, expect, test } from 'vitest';
import { stepFunctions } from '../../deployment/steps.ts';
import type { StateMachine } from '../../workflows/asl.ts';
import { evacuationBounds } from '../../workflows/evacuation/bounds.ts';
import { boundVariables } from '../../workflows/failover/bounds.ts';
import type { LintContext } from '../../workflows/lint/finding.ts';
import { lint, rules } from '../../workflows/lint/lint.ts';
import { addedByAws, builtIn } from '../../workflows/lint/rules/known-functions.ts';
import { asl } from '../../workflows/print.ts';
import { functions, machine } from './failover-run.ts';

describe('our machines', () => {
  test('failover is clean', () => {
    expect(lint(machine, { functions, bounds: boundVariables })).toEqual([]);
  });

  test('failover is clean with placeholders too', () => {
    const placeholders = stepFunctions(
      (step) => `\${${step.replace(/^./, (first) => first.toUpperCase())}FunctionArn}`,
    );

    expect(lint(asl('failover'), { functions: placeholders, bounds: boundVariables })).toEqual([]);
  });

  test('evacuation is clean', () => {
    const functions = { evacuate: '${EvacuateFunctionArn}' };

    expect(lint(asl('evacuation'), { functions, bounds: evacuationBounds })).toEqual([]);
  });

  test('are not changed by being looked at', () => {
    const before = JSON.stringify(machine);

    lint(machine, { functions, bounds: boundVariables });

    expect(JSON.stringify(machine)).toBe(before);
  });
});

interface Broken {
  readonly rule: string;
  readonly because: string;
  readonly states: object;
  readonly startAt?: string;
  /** Of the machine as a whole. */
  readonly machine?: object;
  /** Of the state that is named in the finding, and a part of its message. */
  readonly finding: readonly [state: string, message: string];
}

const retry = { ErrorEquals: ['States.TaskFailed'], MaxAttempts: 1, MaxDelaySeconds: 1, JitterStrategy: 'FULL' };
const task = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'f', Payload: {} },
  TimeoutSeconds: 10,
  Retry: [retry],
  Catch: [{ ErrorEquals: ['States.ALL'], Next: 'End' }],
  Next: 'End',
};
const done = { End: { Type: 'Succeed' } };
const pass = (members: object) => ({ A: { Type: 'Pass', Next: 'End', ...members }, ...done });
const choice = (rule: object, members: object = { Default: 'End' }) => ({
  A: { Type: 'Choice', Choices: [{ Next: 'End', ...rule }], ...members },
  ...done,
});

const broken: readonly Broken[] = [
  { rule: 'schema', because: 'a Wait for nothing', states: { A: { Type: 'Wait', End: true } }, finding: ['', 'A'] },
  { rule: 'schema', because: 'a way to nowhere', states: { A: { Type: 'Pass', Next: 'B' } }, finding: ['', 'B'] },
  { rule: 'schema', because: 'what is no JSONata', states: pass({ Output: '{% 1 + %}' }), finding: ['', 'Output'] },
  ...['{% $( %}', "{% $x ?? 'none' %}"].flatMap((text) =>
    [{ Output: { text } }, { Assign: { text } }].map((members) => ({
      rule: 'schema',
      because: `what is no JSONata of 2.0 where an error is caught, ${JSON.stringify(members)}`,
      states: { A: { ...task, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'End', ...members }] }, ...done },
      finding: ['A', `Catch[0]/${Object.keys(members)[0]}/text`] as const,
    })),
  ),
  {
    rule: 'states-all',
    because: 'States.ALL is not the last',
    states: {
      A: {
        ...task,
        Catch: [
          { ErrorEquals: ['States.ALL'], Next: 'End' },
          { ErrorEquals: ['States.Timeout'], Next: 'End' },
        ],
      },
      ...done,
    },
    finding: ['A', 'Catch[0] names States.ALL and is not the last'],
  },
  {
    rule: 'states-all',
    because: 'States.ALL is not alone',
    states: { A: { ...task, Retry: [{ ...retry, ErrorEquals: ['States.ALL', 'Boom'] }] }, ...done },
    finding: ['A', 'Retry[0] names States.ALL together with other errors'],
  },
  {
    rule: 'heartbeat',
    because: 'the heartbeat is due with the timeout',
    states: { A: { ...task, HeartbeatSeconds: 10 }, ...done },
    finding: ['A', 'HeartbeatSeconds 10 is not below TimeoutSeconds 10'],
  },
  {
    rule: 'known-functions',
    because: 'a function of a later JSONata',
    states: pass({ Output: '{% $map([1], function($v) { $shout($v) }) %}' }),
    finding: ['A', 'Output calls $shout'],
  },
  {
    rule: 'no-eval',
    because: '$eval',
    states: pass({ Assign: { a: "{% $eval('1') %}" } }),
    finding: ['A', 'Assign/a uses $eval'],
  },
  {
    rule: 'no-eval',
    because: '$eval as a value',
    states: pass({ Assign: { a: "{% $map(['1'], $eval) %}" } }),
    finding: ['A', 'Assign/a uses $eval'],
  },
  {
    rule: 'qualified-names',
    because: 'a forgotten $',
    states: pass({ Output: { a: ['{% incident.id %}'] } }),
    finding: ['A', 'Output/a[0] reads incident without a variable'],
  },
  { rule: 'qualified-names', because: '$', states: pass({ Output: '{% $.id %}' }), finding: ['A', 'Output reads $ '] },
  {
    rule: 'qualified-names',
    because: '$$',
    states: pass({ Output: '{% $states.input[$$.x] %}' }),
    finding: ['A', 'Output reads $$ '],
  },
  {
    rule: 'states-members',
    because: 'a result before the call',
    states: { A: { ...task, Arguments: { FunctionName: 'f', Payload: '{% $states.result %}' } }, ...done },
    finding: ['A', 'Arguments/Payload reads $states.result'],
  },
  {
    rule: 'states-members',
    because: 'a result of a Pass',
    states: pass({ Output: '{% $states.result %}' }),
    finding: ['A', 'Output reads $states.result'],
  },
  {
    rule: 'states-members',
    because: 'an error where there is none',
    states: { A: { ...task, Output: '{% $states.errorOutput.Error %}' }, ...done },
    finding: ['A', 'Output reads $states.errorOutput'],
  },
  {
    rule: 'states-members',
    because: 'a member that is none',
    states: pass({ Output: '{% $states.inputs %}' }),
    finding: ['A', 'Output reads $states.inputs'],
  },
  {
    rule: 'assigned-variables',
    because: 'a variable that nothing assigns',
    states: pass({ Output: '{% $nothing %}' }),
    finding: ['A', 'Output reads $nothing, which nothing assigns'],
  },
  {
    rule: 'assigned-variables',
    because: 'a variable that is assigned by the same state',
    states: pass({ Assign: { a: 1, b: '{% $a %}' } }),
    finding: ['A', 'Assign/b reads $a, which is not assigned on every way there'],
  },
  {
    rule: 'assigned-variables',
    because: 'a variable that an error skips',
    states: {
      A: { ...task, Assign: { a: 1 }, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }], Next: 'B' },
      B: { Type: 'Pass', Output: '{% $a %}', Next: 'End' },
      ...done,
    },
    finding: ['B', 'Output reads $a, which is not assigned on every way there'],
  },
  {
    rule: 'assigned-variables',
    because: 'a variable that one rule of a Choice assigns',
    states: {
      A: { Type: 'Choice', Choices: [{ Condition: '{% true = false %}', Assign: { a: 1 }, Next: 'B' }], Default: 'B' },
      B: { Type: 'Pass', Output: '{% $a %}', Next: 'End' },
      ...done,
    },
    finding: ['B', 'Output reads $a'],
  },
  {
    rule: 'assigned-variables',
    because: 'a variable of a branch read behind it',
    states: {
      A: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'I', States: { I: { Type: 'Pass', Assign: { a: 1 }, End: true } } }],
        Next: 'B',
      },
      B: { Type: 'Pass', Output: '{% $a %}', Next: 'End' },
      ...done,
    },
    finding: ['B', 'Output reads $a, which nothing assigns'],
  },
  {
    rule: 'assigned-variables',
    because: 'a variable of the other branch',
    states: {
      A: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'I', States: { I: { Type: 'Pass', Assign: { a: 1 }, End: true } } },
          { StartAt: 'J', States: { J: { Type: 'Pass', Output: '{% $a %}', End: true } } },
        ],
        Next: 'End',
      },
      ...done,
    },
    finding: ['J', 'Output reads $a, which nothing assigns'],
  },
  {
    rule: 'assigned-variables',
    because: 'a Map that assigns what is around it',
    states: {
      A: { Type: 'Pass', Assign: { a: 1 }, Next: 'B' },
      B: {
        Type: 'Map',
        Items: [1],
        ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Pass', Assign: { a: 2 }, End: true } } },
        Next: 'End',
      },
      ...done,
    },
    finding: ['I', 'assigns $a, a variable of the flow around it'],
  },
  {
    rule: 'no-jsonpath',
    because: 'a member of the other language',
    states: pass({ ResultPath: '$.a' }),
    finding: ['A', 'ResultPath belongs to JSONPath'],
  },
  {
    rule: 'no-jsonpath',
    because: 'a key of the other language',
    states: pass({ Output: { 'a.$': 'x' } }),
    finding: ['A', 'Output/a.$ belongs to JSONPath'],
  },
  {
    rule: 'no-jsonpath',
    because: 'a path',
    states: pass({ Output: { a: '$.x' } }),
    finding: ['A', 'Output/a is a JSONPath: $.x'],
  },
  {
    rule: 'no-jsonpath',
    because: 'an intrinsic function',
    states: pass({ Output: { a: 'States.UUID()' } }),
    finding: ['A', 'is a JSONPath'],
  },
  {
    rule: 'no-jsonpath',
    because: 'the other language',
    machine: { QueryLanguage: 'JSONPath' },
    states: pass({}),
    finding: ['', 'not in JSONata mode'],
  },
  {
    rule: 'task-timeout',
    because: 'a Task without a timeout',
    states: { A: { ...task, TimeoutSeconds: undefined }, ...done },
    finding: ['A', 'has no TimeoutSeconds'],
  },
  {
    rule: 'task-timeout',
    because: 'a machine without a timeout',
    machine: { TimeoutSeconds: undefined },
    states: pass({}),
    finding: ['', 'the machine has no TimeoutSeconds'],
  },
  {
    rule: 'task-retry',
    because: 'a Task without a Retry',
    states: { A: { ...task, Retry: [] }, ...done },
    finding: ['A', 'has no Retry'],
  },
  {
    rule: 'task-retry',
    because: 'retries in step',
    states: { A: { ...task, Retry: [{ ErrorEquals: ['Boom'], MaxDelaySeconds: 1 }] }, ...done },
    finding: ['A', 'Retry[0] has no full jitter'],
  },
  {
    rule: 'task-retry',
    because: 'delays that grow without end',
    states: { A: { ...task, Retry: [{ ErrorEquals: ['Boom'], JitterStrategy: 'FULL' }] }, ...done },
    finding: ['A', 'Retry[0] has no MaxDelaySeconds'],
  },
  {
    rule: 'catch-all',
    because: 'a Task that catches one error',
    states: { A: { ...task, Catch: [{ ErrorEquals: ['Boom'], Next: 'End' }] }, ...done },
    finding: ['A', 'has no Catch for States.ALL'],
  },
  {
    rule: 'catch-all',
    because: 'a Parallel without a Catch',
    states: {
      A: { Type: 'Parallel', Branches: [{ StartAt: 'I', States: { I: { Type: 'Succeed' } } }], Next: 'End' },
      ...done,
    },
    finding: ['A', 'has no Catch for States.ALL'],
  },
  {
    rule: 'choice-default',
    because: 'a Choice without a Default',
    states: choice({ Condition: '{% 1 = 1 %}' }, {}),
    finding: ['A', 'has no Default'],
  },
  {
    rule: 'total-conditions',
    because: 'a bare value',
    states: choice({ Condition: '{% $states.input.ok %}' }),
    finding: ['A', 'Choices[0]/Condition may yield something else'],
  },
  {
    rule: 'total-conditions',
    because: 'an order of what may be no numbers',
    states: choice({ Condition: '{% $states.input.n < 3 and 1 = 1 %}' }),
    finding: ['A', 'Choices[0]/Condition may yield something else'],
  },
  {
    rule: 'total-conditions',
    because: 'plain text',
    states: choice({ Condition: 'yes' }),
    finding: ['A', 'is no expression'],
  },
  {
    rule: 'reachable',
    because: 'a state that nothing leads to',
    states: { ...pass({}), B: { Type: 'Pass', Next: 'End' } },
    finding: ['B', 'no way leads here'],
  },
  {
    rule: 'reachable',
    because: 'a state of a branch that nothing leads to',
    states: {
      A: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'I', States: { I: { Type: 'Succeed' }, J: { Type: 'Succeed' } } }],
        Next: 'End',
      },
      ...done,
    },
    finding: ['J', 'no way leads here'],
  },
  {
    rule: 'bounded-cycles',
    because: 'a cycle without a Choice',
    states: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } },
    finding: ['A', 'is in a cycle'],
  },
  {
    rule: 'bounded-cycles',
    because: 'a Choice that reads no bound',
    states: {
      A: { Type: 'Pass', Assign: { n: 1 }, Next: 'B' },
      B: { Type: 'Choice', Choices: [{ Condition: '{% $other = 1 %}', Next: 'A' }], Default: 'End' },
      ...done,
    },
    finding: ['B', 'is in a cycle'],
  },
  {
    rule: 'bounded-cycles',
    because: 'a bound that never changes on the way',
    states: {
      Z: { Type: 'Pass', Assign: { n: 1 }, Next: 'A' },
      A: { Type: 'Pass', Next: 'B' },
      B: { Type: 'Choice', Choices: [{ Condition: '{% $n < 3 %}', Next: 'A' }], Default: 'End' },
      ...done,
    },
    startAt: 'Z',
    finding: ['A', 'is in a cycle'],
  },
  {
    rule: 'bounded-cycles',
    because: 'a Default that goes round',
    states: {
      A: { Type: 'Pass', Assign: { n: 1 }, Next: 'B' },
      B: { Type: 'Choice', Choices: [{ Condition: '{% $n < 3 %}', Next: 'End' }], Default: 'A' },
      ...done,
    },
    finding: ['A', 'is in a cycle'],
  },
  {
    rule: 'registered-steps',
    because: 'a function that is no step',
    states: { A: { ...task, Arguments: { FunctionName: 'g' } }, ...done },
    finding: ['A', 'calls g, which is no step'],
  },
  {
    rule: 'registered-steps',
    because: 'a step that nothing calls',
    states: pass({}),
    finding: ['', 'nothing calls the step admit'],
  },
  {
    rule: 'registered-steps',
    because: 'another service',
    states: { A: { ...task, Resource: 'arn:aws:states:::dynamodb:putItem' }, ...done },
    finding: ['A', 'is no way to call a step'],
  },
];

describe('a lint finds', () => {
  test.each(broken)('$rule: $because', ({ rule, states, startAt = 'A', machine: whole, finding: [state, message] }) => {
    const definition = { QueryLanguage: 'JSONata', TimeoutSeconds: 60, StartAt: startAt, States: states, ...whole };

    const findings = rules.find(({ name }) => name === rule)?.check(definition as StateMachine, context);

    expect(findings).toContainEqual({ state, message: expect.stringContaining(message) });
  });

  test('nothing in a machine without a fault', () => {
    const states = {
      A: {
        ...task,
        Assign: { n: 0 },
        Catch: [{ ErrorEquals: ['States.ALL'], Assign: { n: 1 }, Next: 'B' }],
        Next: 'B',
      },
      B: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $n < 3 %}', Assign: { n: '{% $n + 1 %}' }, Next: 'B' }],
        Default: 'C',
      },
      C: {
        Type: 'Pass',
        Output:
          "{% ($f := function($v) { $v.a & $string($n) }; $x := $states.input; $map($x[a = 1], $f) ~> $join(', ')) %}",
        Next: 'End',
      },
      ...done,
    };
    const definition = { QueryLanguage: 'JSONata', TimeoutSeconds: 60, StartAt: 'A', States: states };

    expect(lint(definition as StateMachine, context)).toEqual([]);
  });

  test('something by every rule that there is', () => {
    expect(new Set(broken.map(({ rule }) => rule))).toEqual(new Set(rules.map(({ name }) => name)));
  });
});

describe('the known functions', () => {
  test('are those of jsonata, without eval and what it keeps to itself', () => {
    const source = readFileSync(fileURLToPath(import.meta.resolve('jsonata')), 'utf8');
    const bound = [...source.matchAll(/(?:staticFrame|environment)\.bind\('([A-Za-z0-9]+)'/g)].map(
      ([, name]) => name as string,
    );

    expect(new Set(bound)).toEqual(new Set([...builtIn, 'eval', 'clone']));
  });

  test('and AWS’s own, which jsonata does not have', async () => {
    const exist = await jsonata(`$exists(${[...addedByAws].map((name) => `$${name}`).join(') or $exists(')})`).evaluate(
      {},
    );

    expect(exist).toBe(false);
  });
});

const context: LintContext = { functions: { admit: 'f' } as never, bounds: ['n'] };

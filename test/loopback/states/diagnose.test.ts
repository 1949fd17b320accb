import validate from 'asl-validator';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../loopback/states/validate/diagnose.ts';
import { machine } from './play.ts';

const said = (definition: unknown): string[] =>
  diagnose(JSON.stringify(definition)).map(
    ({ code, message, location }) => `${code}: ${message} at ${location ?? null}`,
  );

const end = { Type: 'Succeed' };
const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true };
const inside = { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } };
const one = (state: object) => machine({ S: state });

const jsonPathBeside = (state: object) => ({
  StartAt: 'J',
  States: { J: { Type: 'Pass', QueryLanguage: 'JSONata', Next: 'S' }, S: state },
});

const refused: readonly (readonly [string, object, string])[] = [
  ['without anything', {}, 'SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /'],
  [
    'of JSONPath',
    { StartAt: 'S', States: { S: end } },
    "SCHEMA_VALIDATION_FAILED: The QueryLanguage is 'JSONPath', and the sandbox runs only 'JSONata' states at /States/S",
  ],
  [
    'with a JSONPath state',
    one({ ...end, QueryLanguage: 'JSONPath' }),
    "SCHEMA_VALIDATION_FAILED: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/S",
  ],
  [
    'with a state that JSONPath would read otherwise',
    jsonPathBeside({ Type: 'Fail', Cause: '{% 1 %}' }),
    "SCHEMA_VALIDATION_FAILED: The QueryLanguage is 'JSONPath', and the sandbox runs only 'JSONata' states at /States/S",
  ],
  [
    'with a state that has a path',
    jsonPathBeside({ Type: 'Pass', ResultPath: '$.a', End: true }),
    "SCHEMA_VALIDATION_FAILED: The QueryLanguage is 'JSONPath', and the sandbox runs only 'JSONata' states at /States/S",
  ],
  [
    'with a JSONPath field',
    one({ Type: 'Pass', ResultPath: '$.a', End: true }),
    "SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONata', but field 'ResultPath' is only supported for the 'JSONPath' QueryLanguage at /States/S",
  ],
  [
    'with a foreign field',
    one({ Type: 'Pass', TimeoutSeconds: 1, End: true }),
    "SCHEMA_VALIDATION_FAILED: Field 'TimeoutSeconds' is not supported at /States/S",
  ],
  [
    'without an end',
    machine({ A: { Type: 'Pass', Next: 'A' } }),
    'MISSING_END_STATE: Workflow has no terminal state at null',
  ],
  [
    'that goes nowhere',
    machine({ A: { Type: 'Pass', Next: 'C' }, C2: end }),
    "MISSING_TRANSITION_TARGET: Missing 'Next' target: C at /States/A/Next",
  ],
  [
    'with a state that nothing leads to',
    machine({ A: end, B: end }),
    'MISSING_TRANSITION_TARGET: State "B" is not reachable. at /States/B',
  ],
  [
    'that does not start',
    { ...machine({ A: end }), StartAt: 'B' },
    "MISSING_TRANSITION_TARGET: Missing 'StartAt' target: B at /StartAt",
  ],
  [
    'with one name twice',
    one({ Type: 'Parallel', Branches: [inside, inside], End: true }),
    'DUPLICATE_STATE_NAME: Duplicate state name: I at /States/S/Branches[1]/States/I',
  ],
  [
    'that does not parse',
    one({ Type: 'Pass', Output: { a: ['{% 1 + %}'] }, End: true }),
    'INVALID_JSONATA_EXPRESSION: Unexpected end of expression at /States/S/Output/a[0]',
  ],
  [
    'that begins from nothing',
    one({ Type: 'Pass', Output: '{% phone.number %}', End: true }),
    "UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'phone' at the top level is not supported. at /States/S/Output",
  ],
  [
    'that asks for an error where there is none',
    one({ Type: 'Pass', Output: '{% $states.errorOutput %}', End: true }),
    "UNSUPPORTED_JSONATA_EXPRESSION: Reference to '$states.errorOutput' is supported in 'Catch' only. at /States/S/Output",
  ],
  [
    'with an unknown resource',
    one({ ...task, Resource: 'arn:aws:states:::sqs:sendMessage' }),
    'SCHEMA_VALIDATION_FAILED: The resource provided arn:aws:states:::sqs:sendMessage is not recognized: the sandbox has nothing behind it at /States/S/Resource',
  ],
  [
    'with an activity',
    one({ ...task, Resource: 'arn:aws:states:us-east-1:123456789012:activity:a' }),
    'SCHEMA_VALIDATION_FAILED: The resource provided arn:aws:states:us-east-1:123456789012:activity:a is not recognized: the sandbox has nothing behind it at /States/S/Resource',
  ],
  [
    'with a distributed map',
    one({ Type: 'Map', ItemProcessor: { ...inside, ProcessorConfig: { Mode: 'DISTRIBUTED' } }, End: true }),
    "SCHEMA_VALIDATION_FAILED: The Mode 'DISTRIBUTED' is not supported: the sandbox runs INLINE maps only at /States/S/ItemProcessor/ProcessorConfig",
  ],
  [
    'with an item reader',
    one({ Type: 'Map', ItemReader: {}, ItemProcessor: inside, End: true }),
    "SCHEMA_VALIDATION_FAILED: Field 'ItemReader' is not supported: the sandbox runs inline maps with an ItemProcessor only at /States/S",
  ],
  [
    'with States.ALL before another',
    one({ ...task, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['E'] }] }),
    "SCHEMA_VALIDATION_FAILED: 'States.ALL' must appear in the last element only at /States/S/Retry[0]/ErrorEquals",
  ],
  [
    'with States.ALL among others',
    one({ ...task, Retry: [{ ErrorEquals: ['States.ALL', 'E'] }] }),
    "SCHEMA_VALIDATION_FAILED: 'States.ALL' must appear alone in 'ErrorEquals' at /States/S/Retry[0]/ErrorEquals",
  ],
  [
    'with a heartbeat as long as the timeout',
    one({ ...task, TimeoutSeconds: 5, HeartbeatSeconds: 5 }),
    "SCHEMA_VALIDATION_FAILED: The field 'HeartbeatSeconds' must be smaller than 'TimeoutSeconds' at /States/S/HeartbeatSeconds",
  ],
  [
    'with credentials without a role',
    one({ ...task, Credentials: {} }),
    "SCHEMA_VALIDATION_FAILED: The field 'RoleArn' is required but was missing at /States/S/Credentials",
  ],
  [
    'with a wait without an end',
    one({ Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z', End: true }),
    "SCHEMA_VALIDATION_FAILED: Exactly one of the fields 'Seconds' and 'Timestamp' must be given at /States/S",
  ],
  [
    'with half a second',
    one({ Type: 'Wait', Seconds: 0.5, End: true }),
    "SCHEMA_VALIDATION_FAILED: The field 'Seconds' must be a number of at least 0 and at most 99999999 at /States/S/Seconds",
  ],
  [
    'with a day that is none',
    one({ Type: 'Wait', Timestamp: '2026-02-30T00:00:00Z', End: true }),
    'SCHEMA_VALIDATION_FAILED: The field must be an ISO-8601 extended offset date-time at /States/S/Timestamp',
  ],
  [
    'that assigns $states',
    one({ Type: 'Pass', Assign: { states: 1 }, End: true }),
    "SCHEMA_VALIDATION_FAILED: The variable name 'states' is reserved at /States/S/Assign/states",
  ],
  [
    'with an unknown type',
    one({ Type: 'Loop' }),
    "SCHEMA_VALIDATION_FAILED: 'Type' must be one of [Pass, Task, Choice, Wait, Succeed, Fail, Parallel, Map] at /States/S/Type",
  ],
  [
    'that neither ends nor goes on',
    one({ Type: 'Pass' }),
    'SCHEMA_VALIDATION_FAILED: These fields are required: [Next] at /States/S',
  ],
];

describe('a definition', () => {
  test.each(refused)('%s is refused', (_, definition, words) => {
    expect(said(definition)).toContain(words);
  });

  test('that is no JSON is refused', () => {
    expect(diagnose('{')).toMatchObject([{ code: 'INVALID_JSON_DESCRIPTION' }]);
  });

  const whole = machine({
    P: { Type: 'Pass', Assign: { x: '{% $states.input.a[b = 1].c %}' }, Next: 'C' },
    C: { Type: 'Choice', Choices: [{ Condition: '{% $x = 1 %}', Next: 'W' }], Default: 'T' },
    W: { Type: 'Wait', Seconds: '{% $x %}', Next: 'T' },
    T: {
      ...task,
      TimeoutSeconds: 9,
      HeartbeatSeconds: 3,
      Retry: [
        { ErrorEquals: ['E'], IntervalSeconds: 1, MaxDelaySeconds: 5, JitterStrategy: 'FULL' },
        { ErrorEquals: ['States.ALL'], MaxAttempts: 0 },
      ],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'F', Output: { e: '{% $states.errorOutput.Error %}' } }],
    },
    F: { Type: 'Fail', Error: '{% $states.input.e %}' },
  });

  test('with every kind of state is accepted, as asl-validator accepts it', () => {
    expect(said(whole)).toEqual([]);
    // A clone: it writes into what it is given.
    expect(validate(structuredClone(whole)).errors).toEqual([]);
  });

  test.each([
    ['null as Output', one({ Type: 'Pass', Output: null, End: true })],
    ['a string as Output', one({ Type: 'Pass', Output: 'x', End: true })],
    [
      'true as a Condition',
      machine({ C: { Type: 'Choice', Choices: [{ Condition: true, Next: 'E' }], Default: 'E' }, E: end }),
    ],
    ['JSONata by state', { StartAt: 'S', States: { S: { ...end, QueryLanguage: 'JSONata' } } }],
    [
      'states beside a JSONata one that mean the same in either language',
      {
        StartAt: 'S',
        States: {
          S: { Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% 1 %}', Next: 'T' },
          T: { Type: 'Wait', Seconds: 1, Next: 'F' },
          F: { Type: 'Fail', Cause: 'told' },
        },
      },
    ],
    [
      'an unknown variable, which fails only when it is asked for',
      one({ Type: 'Pass', Output: '{% $unknown %}', End: true }),
    ],
    [
      'a context inside filters, functions, sorts and transforms',
      one({
        Type: 'Pass',
        Output: ['{% $states.input.x[$ > 1 and b = 2]^(>c).{"d": e} %}', '{% $states.input ~> |a|{"b": c}| %}'],
        End: true,
      }),
    ],
  ])('with %s is accepted', (_, definition) => {
    expect(said(definition)).toEqual([]);
  });
});

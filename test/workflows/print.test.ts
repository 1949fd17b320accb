import { describe, expect, test } from 'vitest';
import { steps } from '../../deployment/names.ts';
import { diagram } from '../../workflows/diagram.ts';
import { allStates } from '../../workflows/flows.ts';
import { asl } from '../../workflows/print.ts';

describe('a printed machine', () => {
  test('has a readable placeholder for every function and both topics', () => {
    const text = JSON.stringify(asl('failover'));

    const placeholders = new Set(text.match(/\$\{\w+\}/g));
    expect(placeholders).toEqual(
      new Set([
        ...steps.map((step) => `\${${step[0]?.toUpperCase()}${step.slice(1)}FunctionArn}`),
        '${CriticalTopicArn}',
        '${InfoTopicArn}',
      ]),
    );
  });

  test('is plain JSON', () => {
    const machine = asl('failover');

    expect(JSON.parse(JSON.stringify(machine))).toEqual(machine);
  });
});

describe('a diagram', () => {
  test('shows every state, what only errors lead to, and where it ends', () => {
    const text = diagram({
      QueryLanguage: 'JSONata',
      StartAt: 'Go?',
      States: {
        'Go?': { Type: 'Choice', Choices: [{ Condition: '{% 1 = 1 %}', Next: 'Do' }], Default: 'No' },
        Do: {
          Type: 'Parallel',
          Branches: [
            { StartAt: 'Left', States: { Left: { Type: 'Pass', End: true } } },
            { StartAt: 'Right', States: { Right: { Type: 'Succeed' } } },
          ],
          Catch: [
            { ErrorEquals: ['States.Timeout'], Next: 'No' },
            { ErrorEquals: ['States.ALL'], Next: 'No' },
          ],
          Next: 'Yes',
        },
        Yes: { Type: 'Succeed' },
        No: { Type: 'Fail' },
      },
    });

    expect(text).toBe(
      `stateDiagram-v2
  [*] --> Go_
  state "Go?" as Go_
  Go_ --> Do
  Go_ --> No : else
  state Do {
    [*] --> Left
    Left --> [*]
    --
    [*] --> Right
    Right --> [*]
  }
  Do --> Yes
  Do --> No : timeout, error
  Yes --> [*]
  No --> [*]`,
    );
  });

  test('of the failover machine has all of its states', () => {
    const text = diagram(asl('failover'));

    for (const [name] of allStates(asl('failover'))) expect(text).toContain(name.replace('?', '_'));
  });
});

import fc from 'fast-check';
import jsonata from 'jsonata';
import { expect, test } from 'vitest';
import { stepFunctions } from '../../../deployment/steps.ts';
import { fastPathOf } from '../../../loopback/states/fast-path/fast-path.ts';
import { fallBackToJsonata } from '../../../loopback/states/fast-path/node.ts';
import type { Json } from '../../../loopback/states/json.ts';
import { plainJson } from '../../../loopback/states/json.ts';
import { expressionOf } from '../../../workflows/asl.ts';
import { failoverMachine } from '../../../workflows/failover/machine.ts';

const machine = failoverMachine({
  functions: stepFunctions((step) => step),
  topicArns: { critical: 'topic', info: 'topic' },
});

const sources = [
  ...new Set([
    ...expressionsIn(machine),
    // What the machine does not say, and could.
    '$a = $b',
    '$a != $b',
    '$a and $b or $c',
    '$a < $b',
    '$a <= 3',
    "$a & ':' & $b",
    '$a + $b - 1',
    '$a * 2',
    "$a in ['x', 1]",
    '$a ? $b : $c',
    '$a ? $b',
    '$a.b.c',
    '$exists($a.b)',
    "{'x': $a, 'y': $b.c}",
    '$merge([$a, {"z": 1}])',
    '$sum([$a, $b])',
    '$number($a)',
    '$string($a)',
    '$toMillis($a)',
    '$fromMillis($a)',
    'null = $a',
    '$a = {}',
    '$a.b[0]',
    '$a.b[1].c',
    '$count($a.b)',
    '($a or $b) and $c',
    '$unknown',
    "null in ['x', $a.b]",
    '$a in [$b, null, $c.b]',
    'false in [false, $sum([$a])]',
    // What may stand behind an expression, behind every kind of expression that is taken by the fast path.
    ...postfixed([
      '$a',
      '($a)',
      '$a.b',
      '$a.b[0]',
      '($a = $b)',
      '($a ? $b : $c)',
      "{'b': $a}",
      '$merge([$a])',
      '$count($a.b)',
      '$exists($a)',
      "'x'",
      '1',
      'null',
    ]),
  ]),
];

function postfixed(expressions: readonly string[]): string[] {
  const postfixes = ['[0]', '[-1]', '[b = 1]', '[]', "{'g': b}", '@$q.b', '#$i.b', '^(b)', '.b', '[0].b', '[0][1]'];
  return expressions.flatMap((expression) => postfixes.map((postfix) => `${expression}${postfix}`)).filter(isSyntax);
}

function isSyntax(source: string): boolean {
  try {
    jsonata(source);
    return true;
  } catch {
    return false;
  }
}

const scalar = fc.oneof(
  fc.constantFrom<Json>(null, true, false, '', 'x', 'move', 'hold', 'automatic', '2026-11-20T03:00:00.000Z', '7'),
  fc.constantFrom<Json>(0, 1, -1, 2, 1.5, 1e21, 253_402_300_800_000, 1_763_607_600_000),
);
const members = [
  'kind',
  'state',
  'Payload',
  'result',
  'plan',
  'b',
  'c',
  'verdict',
  'evidence',
  'gatheredAt',
  'outcome',
  'steps',
];
const { value } = fc.letrec<{ value: Json; object: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    tie('object'),
    fc.array(scalar, { maxLength: 2 }),
  ),
  object: fc.dictionary(fc.constantFrom(...members), tie('value'), { maxKeys: 4 }),
}));

test('gives what jsonata gives, or leaves it to jsonata', async () => {
  let certain = 0;
  for (const source of sources) {
    const compiled = jsonata(source);
    const fastPath = fastPathOf(compiled.ast());
    if (fastPath === null) continue;
    const names = [...new Set(source.match(/\$[A-Za-z_]\w*/g)?.map((name) => name.slice(1)) ?? [])].filter(
      (name) => !fastPath.functions.has(name),
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom('unused', ...names), value), async (variables) => {
        const bindings = { states: () => variables['states'], variables, functions: {} };
        let found: Json | undefined;
        try {
          found = fastPath.value(bindings);
        } catch (error) {
          if (error === fallBackToJsonata) return;
          throw error;
        }
        certain++;
        expect(plainJson(found), source).toEqual(plainJson(await compiled.evaluate(undefined, variables)));
      }),
      { seed: 20261120, numRuns: 40 },
    );
  }
  // A test that never compares anything would pass as well.
  expect(certain).toBeGreaterThan(1_000);
});

test.each([
  '$number($a.b)',
  '$string($a.b)',
  '$exists($a.b)',
  '$toMillis($a.b)',
  '$fromMillis($a)',
  '$count($a.b)',
  '$sum([$a.b, 1])',
  "$merge([$a, {'b': $c}])",
])('does %s itself', (source) => {
  expect(fastPathOf(jsonata(source).ast())).not.toBeNull();
});

test('does most of the expressions of the failover machine itself', () => {
  const expressions = expressionsIn(machine);
  const fastPath = expressions.filter((source) => fastPathOf(jsonata(source).ast()) !== null);

  expect(fastPath.length / expressions.length).toBeGreaterThan(0.85);
});

function expressionsIn(part: unknown): string[] {
  if (typeof part === 'string') return expressionOf(part) === null ? [] : [expressionOf(part) as string];
  return typeof part === 'object' && part !== null ? Object.values(part).flatMap(expressionsIn) : [];
}

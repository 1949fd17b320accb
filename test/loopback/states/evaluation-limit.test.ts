import jsonata from 'jsonata';
import { expect, test } from 'vitest';
import { limitEvaluation } from '../../../loopback/states/evaluation-limit.ts';
import { machine, play } from './play.ts';

/** A clock that every look at it moves on: no test waits. */
function limited(source: string, { limitMs = 100, msPerLook = 1 } = {}) {
  const expression = jsonata(source);
  let at = 0;
  limitEvaluation(expression, { limitMs, now: () => (at += msPerLook) });
  return expression;
}

test.each([
  ['a tail call', '($f := function($x) { $f($x) }; $f(1))'],
  ['a call within a call', '($f := function($x) { 1 + $f($x) }; $f(1))'],
  ['two calls side by side', '($f := function($x) { [$f($x), $f($x)] }; $f(1))'],
  ['a range of ranges', '[1..1000].([1..1000].([1..1000].(1)))'],
  ['a path within a path', 'a.($$.a.($$.a.($$.a.($$.a.(1)))))'],
])('%s without end comes to its end', async (_, source) => {
  const input = { a: Array.from({ length: 200 }, (_, n) => n) };

  await expect(limited(source).evaluate(input, {})).rejects.toThrow('The evaluation takes longer than 100 ms');
});

test('a recursion that ends gives its value', async () => {
  const sum = '($f := function($x) { $x = 0 ? 0 : $x + $f($x - 1) }; $f(50))';

  expect(await limited(sum).evaluate(undefined, {})).toBe(1275);
});

test('evaluations of one expression have a limit each, one after the other and at the same time', async () => {
  // 40 looks for each, and one clock for all.
  const expression = limited('($f := function($x) { $x = 0 ? 0 : $f($x - 1) }; $f(100))', { limitMs: 150 });
  const evaluate = () => expression.evaluate(undefined, {});

  expect(await Promise.all([evaluate(), evaluate()])).toEqual([0, 0]);
  for (let n = 0; n < 5; n++) expect(await evaluate()).toBe(0);
});

test('what cannot repeat itself is not counted', async () => {
  const expression = limited('$sum(items.price) + $count(items) + $max(items.price) - $min(items.price)', {
    limitMs: -1,
  });

  expect(await expression.evaluate({ items: [{ price: 1 }, { price: 2 }] }, {})).toBe(6);
});

test('a state machine with an endless recursion fails with States.QueryEvaluationError', async () => {
  const Output = '{% ($f := function($x) { $f($x) }; $f(1)) %}';

  const { outcome } = await play(machine({ S: { Type: 'Pass', Output, End: true } }));

  expect(outcome).toMatchObject({
    status: 'FAILED',
    error: 'States.QueryEvaluationError',
    cause: expect.stringContaining('threw an error during evaluation: The evaluation takes longer than 2000 ms'),
  });
});

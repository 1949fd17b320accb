import { expect, test } from 'vitest';
import { simulate } from '../../cli/commands/simulate.ts';
import { exitCodes } from '../../cli/exit-codes.ts';

async function run(values: Record<string, string | boolean>, operands: string[] = []) {
  const lines: string[] = [];
  const status = await simulate.run({
    operands,
    values,
    out: (text) => lines.push(text),
    err: () => {},
    signal: new AbortController().signal,
  });
  return { status, text: lines.join('\n') };
}

test('a scenario is told side by side, with one line for each event', async () => {
  const { status, text } = await run({ scenario: 'simulation/scenarios/github-2018-43-seconds.yaml' });

  expect(status).toBe(exitCodes.done);
  expect(text).toMatch(/naive rule {3}1 move, 1 away from a region that was well; us-west-2 serves well/);
  expect(text).toMatch(/understudy {3}0 moves; us-east-1 serves well/);
  expect(text).toMatch(/0:40\.000 {2}✗ path-cut us-west-2 us-east-1 begins/);
});

test('seeds are counted: what was tried, how runs ended, what held', async () => {
  const { status, text } = await run({ seeds: '3', json: true });

  expect(status).toBe(exitCodes.done);
  expect(JSON.parse(text)).toMatchObject({ seeds: 3, failures: [], invariants: { 'somebody-serves': 0 } });
});

test('one seed is one story', async () => {
  const { status, text } = await run({ seed: '23' });

  expect(status).toBe(exitCodes.done);
  expect(text).toMatch(/^seed 23: kvs/);
  expect(text).toMatch(/every invariant holds$/);
});

test.each([
  [{ seeds: 'many' }, [], /--seeds takes a whole number, not many/],
  [{ seeds: '1', seed: '1' }, [], /one of --scenario, --seeds and --seed/],
  [{ scenario: 'no/such/file.yaml' }, [], /could not be read/],
  [{}, ['orders'], /takes options only/],
])('%j %j is refused with what to write instead', async (values, operands, message) => {
  await expect(run(values, operands)).rejects.toThrow(message);
});

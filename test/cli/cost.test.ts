import { expect, test } from 'vitest';
import { cost } from '../../cli/commands/cost.ts';

async function said(values: Record<string, string | boolean>): Promise<string> {
  const lines: string[] = [];
  const status = await cost.run({
    operands: [],
    values,
    out: (text) => lines.push(text),
    err: (text) => lines.push(text),
    signal: new AbortController().signal,
  });
  expect(status).toBe(0);
  return lines.join('\n');
}

test('the table has the dearest first, the sum, where and when the prices are from, and what is doubtful', async () => {
  const text = await said({ requests: '1000000' });

  expect(text.split('\n')[0]).toMatch(/^ARC: the cluster.* 730 × \$2\.5 per hour +\$1825\.00$/);
  expect(text).toMatch(/^a month +\$\d+\.\d\d$/m);
  expect(text).toMatch(/Prices of us-east-1, \d{4}-\d\d, free tiers not counted/);
  expect(text).toContain('the worst case');
  expect(text.split('\n').at(-1)).toMatch(
    /^Canaries, a service: \$\d+\.\d\d with canaries of its own, \$\d+\.\d\d with shared ones\. `sharedCanaries: true` saves \$\d+\.\d\d a month/,
  );
});

test('JSON has every item with its price, its page and the assumptions', async () => {
  const parsed = JSON.parse(await said({ json: true }));

  expect(parsed).toMatchObject({
    region: 'us-east-1',
    usage: { requests: 0, runs: 10 },
    assumed: { canarySeconds: 5 },
  });
  const sum = parsed.items.reduce((total: number, { usd }: { usd: number }) => total + usd, 0);
  expect(parsed.totalUsd).toBeCloseTo(sum);
  expect(parsed.items[0]).toMatchObject({ unitUsd: 0.0012, page: 'https://aws.amazon.com/cloudwatch/pricing/' });
});

test('a number that is none is refused with a sentence', async () => {
  await expect(said({ requests: 'many' })).rejects.toThrow('--requests takes a whole number');
});

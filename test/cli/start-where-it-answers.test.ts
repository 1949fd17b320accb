import { describe, expect, test } from 'vitest';
import type { Executions } from '../../cli/executions.ts';
import { executionsIn } from '../../cli/executions.ts';
import { startWhereItAnswers } from '../../cli/start-where-it-answers.ts';
import { Unreachable } from '../../cli/unreachable.ts';
import { type Region, region } from '../../core/brand.ts';
import { configuration } from '../e2e/configuration.ts';

const first = region('us-west-2');
const second = region('us-east-2');

const failures = {
  refused: Object.assign(new Error('connect'), { code: 'ECONNREFUSED', address: '10.0.0.1', port: 443 }),
  timeout: Object.assign(new Error('no answer within 5000 ms'), { name: 'TimeoutError' }),
  unresolved: Object.assign(new Error('getaddrinfo ENOTFOUND states'), { code: 'ENOTFOUND' }),
  broken: Object.assign(new Error('unavailable'), { $metadata: { httpStatusCode: 503 } }),
  denied: Object.assign(new Error('not you'), { name: 'AccessDenied', $metadata: { httpStatusCode: 400 } }),
};

/** Regions that fail as they are told, and start what they are asked to otherwise. */
function world(fails: Partial<Record<string, Error>>) {
  const said: string[] = [];
  const asked: string[] = [];
  const connection = {
    failover: configuration({ controlRegions: [first, second] }),
    region: first,
    otherRegions: [second] as readonly Region[],
    now: () => 7,
    executionsIn: (here: Region) =>
      ({
        async start(machine: string, name: string) {
          asked.push(`${here} ${name}`);
          const failure = fails[here];
          if (failure !== undefined) throw new Unreachable(`Step Functions in ${here} could not start it`, failure);
          return `${machine}:${name}`;
        },
      }) as unknown as Executions,
  };
  return { connection, said, asked, say: (text: string) => said.push(text) };
}

const move = { service: 'orders', mode: 'manual', to: 'us-west-2' } as const;

describe('a run by hand', () => {
  test.each(['refused', 'timeout', 'unresolved', 'broken'] as const)(
    'starts in the next control region when the first one does not answer (%s), and says which was skipped and why',
    async (why) => {
      const { connection, said, asked, say } = world({ [first]: failures[why] });

      const { executionArn } = await startWhereItAnswers(connection, move, say);

      expect(executionArn).toContain(`:${second}:`);
      expect(asked).toEqual([`${first} orders-manual-7`, `${second} orders-manual-7`]);
      expect(said[0]).toMatch(/^understudy: skipped us-west-2: Step Functions in us-west-2 could not start it: ./);
      expect(said[1]).toContain('trying us-east-2');
    },
  );

  test('is not tried elsewhere when it is refused: it would be there too', async () => {
    const { connection, said, asked, say } = world({ [first]: failures.denied });

    await expect(startWhereItAnswers(connection, move, say)).rejects.toThrow('AccessDenied: not you');
    expect(asked).toHaveLength(1);
    expect(said).toEqual([]);
  });

  test('is tried nowhere else where a person chose the region, or when no region answers', async () => {
    const chosen = world({ [first]: failures.refused });
    await expect(
      startWhereItAnswers({ ...chosen.connection, otherRegions: [] }, move, chosen.say),
    ).rejects.toBeInstanceOf(Unreachable);
    expect(chosen.asked).toHaveLength(1);

    const dark = world({ [first]: failures.refused, [second]: failures.timeout });
    await expect(startWhereItAnswers(dark.connection, move, dark.say)).rejects.toThrow('no answer in time');
  });

  test('is never started twice when a second one could move back what the first one moved', async () => {
    const { connection, asked, say } = world({ [first]: failures.timeout });

    await expect(startWhereItAnswers(connection, { service: 'orders', mode: 'manual' }, say)).rejects.toThrow();
    expect(asked).toHaveLength(1);

    await startWhereItAnswers(connection, { service: 'orders', mode: 'rehearsal' }, say);
    await startWhereItAnswers(connection, { service: 'orders', mode: 'manual', from: 'us-east-1' }, say);
    expect(asked).toHaveLength(1 + 2 + 2);
  });
});

test('an address where nothing listens is named, with what to try', async () => {
  process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';
  const executions = executionsIn(first, 'http://127.0.0.1:1');

  const error = await executions.start('arn', 'name', {}).catch((thrown: unknown) => thrown);
  executions.close();

  expect(error).toMatchObject({
    isOutage: true,
    message:
      'Step Functions in us-west-2 (http://127.0.0.1:1) could not start arn: nothing listens at 127.0.0.1:1 (connection refused); is it up, and is that the right address?',
  });
});

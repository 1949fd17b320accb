import { describe, expect, test } from 'vitest';
import { ControlRegions } from '../../cli/control-regions.ts';
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
  invalid: Object.assign(new Error('not JSON'), { name: 'InvalidExecutionInput', $metadata: { httpStatusCode: 400 } }),
  busy: Object.assign(new Error('slow down'), { name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } }),
  clock: Object.assign(new Error('expired'), { name: 'InvalidSignatureException', $metadata: { httpStatusCode: 403 } }),
  denied: Object.assign(new Error('not you'), { name: 'AccessDenied', $metadata: { httpStatusCode: 400 } }),
};

/** Regions that fail as they are told, and start what they are asked to otherwise. */
function world(fails: Partial<Record<string, Error>>) {
  const said: string[] = [];
  const asked: string[] = [];
  const connection = {
    failover: configuration({ controlRegions: [first, second] }),
    regions: new ControlRegions([first, second], (text) => said.push(text)),
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
    },
  );

  test('is not tried elsewhere when its input is refused: it would be there too', async () => {
    const { connection, said, asked, say } = world({ [first]: failures.invalid });

    await expect(startWhereItAnswers(connection, move, say)).rejects.toThrow('InvalidExecutionInput: not JSON');
    expect(asked).toHaveLength(1);
    expect(said).toEqual([]);
  });

  test.each(['denied', 'busy', 'clock'] as const)(
    'starts in the next region when the first one alone refuses (%s)',
    async (why) => {
      const { connection, asked, say } = world({ [first]: failures[why] });

      const { executionArn } = await startWhereItAnswers(connection, move, say);

      expect(executionArn).toContain(`:${second}:`);
      expect(asked).toHaveLength(2);
    },
  );

  test('that every region refuses is refused with what the last one said', async () => {
    const { connection, said, say } = world({ [first]: failures.denied, [second]: failures.denied });

    await expect(startWhereItAnswers(connection, move, say)).rejects.toThrow('AccessDenied: not you');
    expect(said).toHaveLength(2);
  });

  test('is tried nowhere else where a person chose the region, or when no region answers', async () => {
    const chosen = world({ [first]: failures.refused });
    await expect(
      startWhereItAnswers({ ...chosen.connection, regions: new ControlRegions([first]) }, move, chosen.say),
    ).rejects.toBeInstanceOf(Unreachable);
    expect(chosen.asked).toHaveLength(1);

    const dark = world({ [first]: failures.refused, [second]: failures.timeout });
    await expect(startWhereItAnswers(dark.connection, move, dark.say)).rejects.toThrow('no answer in time');
  });

  test('is never started twice when a second one could move back what the first one moved', async () => {
    const blind = { service: 'orders', mode: 'manual' } as const;
    const lost = world({ [first]: failures.timeout });
    await expect(startWhereItAnswers(lost.connection, blind, lost.say)).rejects.toThrow();
    expect(lost.asked).toHaveLength(1);

    const inputs = [{ ...blind, mode: 'rehearsal' } as const, { ...blind, from: 'us-east-1' }];
    for (const input of inputs) {
      const { connection, asked, say } = world({ [first]: failures.timeout });
      await startWhereItAnswers(connection, input, say);
      expect(asked).toHaveLength(2);
    }
  });

  test('may be started elsewhere whatever it asks for when it is known not to have begun', async () => {
    const { connection, asked, said, say } = world({ [first]: failures.refused });

    await startWhereItAnswers(connection, { service: 'orders', mode: 'manual' }, say);

    expect(asked).toHaveLength(2);
    expect(said.join()).not.toContain('all the same');
  });

  test('asks a region that was skipped last from then on', async () => {
    const { connection, asked, say } = world({ [first]: failures.timeout });

    await startWhereItAnswers(connection, move, say);
    await startWhereItAnswers(connection, { ...move, service: 'payments' }, say);

    expect(asked.map((line) => line.split(' ')[0])).toEqual([first, second, second]);
  });
});

test('an address where nothing listens is named, with what to try', async () => {
  process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';
  const executions = executionsIn(first, 'http://127.0.0.1:1');

  const error = await executions.start('arn', 'name', {}).catch((thrown: unknown) => thrown);
  executions.close();

  expect(error).toMatchObject({
    isTheRegions: true,
    wasNotPerformed: true,
    message:
      'Step Functions in us-west-2 (http://127.0.0.1:1) could not start arn: nothing listens at 127.0.0.1:1 (connection refused); is it up, and is that the right address?',
  });
});

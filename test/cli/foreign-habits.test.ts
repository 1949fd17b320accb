import { describe, expect, test } from 'vitest';
import type { Command, Invocation } from '../../cli/command.ts';
import { approve } from '../../cli/commands/approve.ts';
import { evacuate } from '../../cli/commands/evacuate.ts';
import { pause } from '../../cli/commands/pause.ts';
import { start } from '../../cli/commands/start.ts';
import { status } from '../../cli/commands/status.ts';
import { executionsIn } from '../../cli/executions.ts';
import { Unreachable } from '../../cli/unreachable.ts';
import { region } from '../../core/brand.ts';
import { freshRecord } from '../../core/record.ts';
import { foreignHabitsContract } from '../contracts/foreign-habits.contract.ts';
import { configuration } from '../e2e/configuration.ts';
import {
  type Asked,
  error,
  type Habit,
  type HabitualServer,
  habitualServer,
  losesTheAnswer,
  type Said,
  says,
  stalls,
  trickles,
} from '../support/habits.ts';

process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';

const first = region('us-west-2');
const second = region('us-east-2');
const json = (body: unknown, headers = {}): Said => ({ body: JSON.stringify(body), headers });
const executionArn = `arn:aws:states:${second}:123456789012:execution:understudy-failover:run-1`;
const gaveUp = expect.any(Unreachable);

foreignHabitsContract('the command line, a start', {
  connect: (url, answerMs) => {
    const executions = executionsIn(first, url, { connectMs: 20_000, answerMs });
    return () => executions.start('arn', 'run-1', {});
  },
  ok: json({ executionArn, startDate: 1 }),
  gaveUp,
  attempts: 2,
});

foreignHabitsContract('the command line, an approval', {
  connect: (url, answerMs) => {
    const executions = executionsIn(first, url, { connectMs: 20_000, answerMs });
    return () => executions.answer('token', '{}');
  },
  ok: json({}),
  gaveUp,
  attempts: 1,
  once: true,
});

/** A region's AWS: a store where the home region serves, an empty ledger, and runs that have ended well. */
const well: Readonly<Record<string, Said>> = {
  GetItem: json({}),
  PutItem: json({}),
  StartExecution: json({ executionArn, startDate: 1 }),
  DescribeExecution: json({
    executionArn,
    status: 'SUCCEEDED',
    output: JSON.stringify({ ending: 'recovered', headline: 'orders moved', incident: 'orders#7' }),
  }),
  GetExecutionHistory: json({ events: [] }),
  SendTaskSuccess: json({}),
};

/** All of AWS at one address, as a sandbox has it: what is signed for `first` meets the habit. */
function twoRegions(habit: Habit, elsewhere: Readonly<Record<string, Said>> = well): Promise<HabitualServer> {
  return aws((asked) => (asked.region === first ? habit : says(elsewhere[asked.operation] ?? store(asked))));
}

async function aws(habitOf: (asked: Asked) => Habit): Promise<HabitualServer> {
  const server: HabitualServer = await habitualServer((asked) =>
    asked.operation === 'GET /_sandbox/config' ? says(json(configurationAt(server.url))) : habitOf(asked),
  );
  return server;
}

function configurationAt(endpoint: string): object {
  const failover = configuration({ controlRegions: [first, second], byArc: {} });
  const services = failover.services.map((service) => ({ ...service, lever: { ...service.lever, endpoint } }));
  return { ...failover, services };
}

const store = ({ operation }: Asked): Said =>
  operation.includes('/keys/')
    ? error('ResourceNotFoundException', 404)
    : json({ KvsARN: 'arn', ItemCount: 0, TotalSizeInBytes: 0, Created: 1 }, { etag: 'E1' });

async function run(command: Command, operands: readonly string[], endpoint: string, values: Invocation['values'] = {}) {
  const lines: string[] = [];
  const say = (text: string) => void lines.push(text);
  const { signal } = new AbortController();
  const ended = await command
    .run({ operands, values: { endpoint, ...values }, out: say, err: say, signal })
    .catch((thrown: unknown) => thrown);
  return { ended, said: lines.join('\n') };
}

const refused: readonly [string, Habit][] = [
  ['is broken', says(error('InternalFailure', 500))],
  ['asks for a pause', says(error('ServiceUnavailable', 503, { 'retry-after': '30' }))],
  ['throttles', says(error('ThrottlingException', 400, { 'retry-after': '30' }))],
  ['takes no signature', says(error('InvalidSignatureException', 403))],
  ['loses every answer', losesTheAnswer],
];

describe('commands, while the first control region is lost', () => {
  test.each(refused)('a move that succeeded elsewhere has succeeded: the first one %s', async (_, habit) => {
    await using there = await twoRegions(habit);

    const { ended, said } = await run(start, ['orders'], there.url, { to: 'us-west-2' });

    expect(said).toContain(`skipped ${first}`);
    expect(said).toContain('orders moved');
    expect(ended).toBe(0);
  });

  test('a region that stalls is left for the next', async () => {
    await using there = await twoRegions(stalls);

    expect((await run(start, ['orders'], there.url, { to: 'us-west-2' })).ended).toBe(0);
  });

  test('why a run was refused is told where a ledger can be read, and else the run was refused all the same', async () => {
    const output = JSON.stringify({ ending: 'refused', headline: 'refused: paused', incident: null });
    const concluded = { ...well, DescribeExecution: json({ executionArn, status: 'SUCCEEDED', output }) };
    await using there = await twoRegions(says(error('InternalFailure', 500)), {
      ...concluded,
      GetItem: error('InternalFailure', 500),
    });

    const { ended, said } = await run(start, ['orders'], there.url, { to: 'us-west-2' });

    expect(said).toContain('refused: paused');
    expect(said).toContain('could not be read');
    expect(ended).toBe(1);
  });

  test.each(refused)('an evacuation counts what left: the first one %s', async (_, habit) => {
    const headline = '1 of 1 services are out of us-east-1';
    const output = JSON.stringify({ isComplete: true, headline, stays: [] });
    const reported = {
      ...well,
      Query: json({ Items: [] }),
      DescribeExecution: json({ executionArn, status: 'SUCCEEDED', output }),
    };
    await using there = await twoRegions(habit, reported);

    const { ended, said } = await run(evacuate, ['us-east-1'], there.url);

    expect(said).toContain('1 of 1 services are out of us-east-1');
    expect(ended).toBe(0);
  });

  test.each(refused)('status, pause and resume use the ledger of the next: the first one %s', async (_, habit) => {
    await using there = await twoRegions(habit);

    for (const [command, operand] of [
      [status, 'orders'],
      [pause, 'orders'],
    ] as const) {
      const { ended, said } = await run(command, [operand], there.url);
      expect(said).toContain(`skipped ${first}`);
      expect(ended).toBe(0);
    }
    expect(there.asked.filter(({ operation }) => operation === 'PutItem').at(-1)?.region).toBe(second);
  });

  test('an address whose answers never end is no sandbox', async () => {
    await using there = await habitualServer(() => trickles);

    expect((await run(status, ['orders'], there.url)).ended).toBeInstanceOf(Unreachable);
  });

  test('a region that a person has chosen is the only one that is asked', async () => {
    await using there = await twoRegions(says(error('InternalFailure', 500)));

    expect((await run(status, ['orders'], there.url, { region: first })).ended).toBeInstanceOf(Unreachable);
    expect(new Set(there.asked.map(({ region: signed }) => signed))).not.toContain(second);
  });
});

describe('an approval', () => {
  const token = 'AAAAKgAAAAIAAAAA';
  const lease = { holder: executionArn, expiresAt: Date.now() + 60_000 };

  /** A ledger in which orders#7 waits, and a history that says what the run was answered. */
  function asking(answered: object | null): Readonly<Record<string, Said>> {
    const resource = { resourceType: 'lambda', resource: 'invoke.waitForTaskToken' };
    const at = { timestamp: 1, previousEventId: 1 };
    const question = { ...at, id: 5, type: 'TaskScheduled' };
    const parameters = JSON.stringify({ Payload: { taskToken: token } });
    const succeeded = { ...resource, output: JSON.stringify(answered) };
    const events = [
      ...(answered === null ? [] : [{ ...at, id: 8, type: 'TaskSucceeded', taskSucceededEventDetails: succeeded }]),
      { ...question, taskScheduledEventDetails: { ...resource, region: second, parameters } },
      { ...at, id: 3, type: 'TaskSucceeded', taskSucceededEventDetails: { ...resource, output: '{"approved":false}' } },
    ];
    return { ...well, GetExecutionHistory: json({ events }) };
  }

  const items = ({ body }: Asked): Said => {
    const { service, sk } = JSON.parse(body).Key as Record<'service' | 'sk', { S: string }>;
    const kept =
      sk.S === 'record'
        ? { ...freshRecord('orders'), version: '1', lease }
        : { incident: 'orders#7', taskToken: token, deadline: lease.expiresAt };
    return json({ Item: { ...attributes(kept), service, sk } });
  };

  function answers(history: Readonly<Record<string, Said>>, habit: Habit): Promise<HabitualServer> {
    return aws((asked) => {
      if (asked.region === first) return says(error('InternalFailure', 500));
      if (asked.operation === 'SendTaskSuccess') return habit;
      return says(asked.operation === 'GetItem' ? items(asked) : (history[asked.operation] ?? store(asked)));
    });
  }

  const sent = ({ asked }: HabitualServer) => asked.filter(({ operation }) => operation === 'SendTaskSuccess');

  test('is given in the region of the run, from the ledger of the region that answers', async () => {
    await using there = await answers(asking(null), says(json({})));

    const { ended, said } = await run(approve, ['orders#7'], there.url);

    expect(said).toContain('approved');
    expect(ended).toBe(0);
    expect(sent(there).map(({ region: signed }) => signed)).toEqual([second]);
  });

  test('whose answer was lost was taken: the history of the run says so, and it is sent once', async () => {
    const { by } = JSON.parse(await answerOf()) as { by: string };
    await using there = await answers(asking({ approved: true, by }), losesTheAnswer);

    const { ended, said } = await run(approve, ['orders#7'], there.url);

    expect(said).toMatch(/orders#7 approved/);
    expect(ended).toBe(0);
    expect(sent(there)).toHaveLength(1);
  });

  test('that came after another says whose answer stands', async () => {
    const answered = { approved: false, by: 'ana' };
    await using there = await answers(asking(answered), says(error('TaskTimedOut', 400)));

    const { ended, said } = await run(approve, ['orders#7'], there.url);

    expect(said).toMatch(/already answered.*ana/);
    expect(ended).toBe(1);
  });

  test('that nobody knows of is told so', async () => {
    await using there = await answers(asking(null), losesTheAnswer);

    expect((await run(approve, ['orders#7'], there.url)).ended).toBeInstanceOf(Unreachable);
  });

  /** What this person's answer looks like. */
  async function answerOf(): Promise<string> {
    await using there = await answers(asking(null), says(json({})));
    await run(approve, ['orders#7'], there.url);
    return (JSON.parse(sent(there)[0]?.body ?? '{}') as { output: string }).output;
  }
});

/** As DynamoDB has them. */
const attributes = (item: object): object =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, attribute(value)]));

function attribute(value: unknown): object {
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.map(attribute) };
  if (typeof value === 'object') return { M: attributes(value) };
  if (typeof value === 'number') return { N: String(value) };
  return typeof value === 'boolean' ? { BOOL: value } : { S: String(value) };
}

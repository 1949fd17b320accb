import {
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  DeleteStateMachineAliasCommand,
  DeleteStateMachineCommand,
  DeleteStateMachineVersionCommand,
  DescribeExecutionCommand,
  DescribeStateMachineAliasCommand,
  DescribeStateMachineCommand,
  ListExecutionsCommand,
  ListStateMachineAliasesCommand,
  ListStateMachineVersionsCommand,
  PublishStateMachineVersionCommand,
  StartExecutionCommand,
  UpdateStateMachineAliasCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { failure } from '../aws/aws-fixture.ts';
import { definition, roleArn, statesServer } from './service-fixture.ts';

const arn = 'arn:aws:states:us-east-1:123456789012:stateMachine:m';
const live = `${arn}:live`;
const saying = (text: string) => definition({ P: { Type: 'Pass', Output: text, End: true } });

/** Versions 1 and 2, which say `one` and `two`, and an unpublished revision that says `three`. */
async function published(random: () => number = Math.random) {
  const started = await statesServer(() => null, { random });
  const { client } = started;
  await client.send(new CreateStateMachineCommand({ name: 'm', roleArn, definition: saying('one') }));
  await client.send(new PublishStateMachineVersionCommand({ stateMachineArn: arn, revisionId: 'INITIAL' }));
  await client.send(new UpdateStateMachineCommand({ stateMachineArn: arn, definition: saying('two') }));
  await client.send(new PublishStateMachineVersionCommand({ stateMachineArn: arn, description: 'the second' }));
  await client.send(new UpdateStateMachineCommand({ stateMachineArn: arn, definition: saying('three') }));
  const route = (...weights: readonly [version: number, weight: number][]) =>
    weights.map(([version, weight]) => ({ stateMachineVersionArn: `${arn}:${version}`, weight }));
  const run = async (stateMachineArn: string, name?: string) => {
    const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, name }));
    for (;;) {
      const described = await client.send(new DescribeExecutionCommand({ executionArn }));
      if (described.status !== 'RUNNING') return described;
    }
  };
  return { ...started, route, run };
}

describe('a version', () => {
  test('is the machine as it was when it was published, whatever becomes of the machine', async () => {
    const { client, run } = await published();

    expect([(await run(`${arn}:1`)).output, (await run(`${arn}:2`)).output, (await run(arn)).output]).toEqual([
      '"one"',
      '"two"',
      '"three"',
    ]);
    expect(await client.send(new DescribeStateMachineCommand({ stateMachineArn: `${arn}:2` }))).toMatchObject({
      stateMachineArn: `${arn}:2`,
      definition: saying('two'),
      description: 'the second',
    });
  });

  test('is published once for a revision, also when its number was given away and taken back', async () => {
    const { client } = await published();
    const publish = async () =>
      (await client.send(new PublishStateMachineVersionCommand({ stateMachineArn: arn }))).stateMachineVersionArn;

    expect([await publish(), await publish()]).toEqual([`${arn}:3`, `${arn}:3`]);
    await client.send(new DeleteStateMachineVersionCommand({ stateMachineVersionArn: `${arn}:3` }));
    expect(await publish()).toBe(`${arn}:4`);
    const { stateMachineVersions = [] } = await client.send(
      new ListStateMachineVersionsCommand({ stateMachineArn: arn }),
    );
    expect(stateMachineVersions.map(({ stateMachineVersionArn }) => stateMachineVersionArn)).toEqual([
      `${arn}:4`,
      `${arn}:2`,
      `${arn}:1`,
    ]);
  });

  test('of another revision than the present one is refused', async () => {
    const { client } = await published();

    const stale = new PublishStateMachineVersionCommand({ stateMachineArn: arn, revisionId: 'INITIAL' });

    expect(await failure(client.send(stale))).toMatchObject({ name: 'ConflictException' });
  });

  test('is published by the update itself where that asks for it', async () => {
    const { client } = await published();
    const update = { stateMachineArn: arn, definition: saying('four'), publish: true, versionDescription: 'v' };

    expect(await client.send(new UpdateStateMachineCommand(update))).toMatchObject({
      stateMachineVersionArn: `${arn}:3`,
    });
  });

  test('is described only where it is published', async () => {
    const { client } = await published();
    const update = { stateMachineArn: arn, definition: saying('four'), versionDescription: 'v' };

    expect(await failure(client.send(new UpdateStateMachineCommand(update)))).toMatchObject({
      name: 'ValidationException',
      message: 'Version description can only be set when publish is true',
    });
  });

  test('is the one that is there already where an update changes nothing', async () => {
    const { client } = await published();
    const update = new UpdateStateMachineCommand({ stateMachineArn: arn, definition: saying('three'), publish: true });

    const [first, second] = [await client.send(update), await client.send(update)];

    expect([first.stateMachineVersionArn, second.stateMachineVersionArn]).toEqual([`${arn}:3`, `${arn}:3`]);
    expect(second.revisionId).toBe(first.revisionId);
  });

  test('that was published with its machine stays the first until something changes', async () => {
    const { client } = await published();
    const made = {
      name: 'other',
      definition: saying('one'),
      roleArn: 'arn:aws:iam::123456789012:role/r',
      publish: true,
    };
    const { stateMachineArn, stateMachineVersionArn } = await client.send(new CreateStateMachineCommand(made));

    const again = await client.send(new UpdateStateMachineCommand({ stateMachineArn, ...made }));

    expect(again).toMatchObject({ stateMachineVersionArn });
    expect(again.revisionId).toBeUndefined();
  });

  test('is described only where it is published', async () => {
    const { client } = await published();
    const create = new CreateStateMachineCommand({
      name: 'other',
      definition: saying('one'),
      roleArn: 'arn:aws:iam::123456789012:role/r',
      versionDescription: 'the first',
    });

    expect(await failure(client.send(create))).toMatchObject({ name: 'ValidationException' });
  });

  test('to which an alias routes is not deleted', async () => {
    const { client, route, run } = await published();
    await client.send(new CreateStateMachineAliasCommand({ name: 'live', routingConfiguration: route([1, 100]) }));
    const remove = new DeleteStateMachineVersionCommand({ stateMachineVersionArn: `${arn}:1` });

    expect(await failure(client.send(remove))).toMatchObject({ name: 'ConflictException' });
    await client.send(new DeleteStateMachineAliasCommand({ stateMachineAliasArn: live }));
    await client.send(remove);
    expect(await failure(run(`${arn}:1`))).toMatchObject({ name: 'StateMachineDoesNotExist' });
  });
});

describe('an alias', () => {
  test('starts the version that it routes to, and the execution says both', async () => {
    const { client, route, run, emitted } = await published();
    await client.send(new CreateStateMachineAliasCommand({ name: 'live', routingConfiguration: route([1, 100]) }));

    const before = await run(live, 'before');
    await client.send(
      new UpdateStateMachineAliasCommand({ stateMachineAliasArn: live, routingConfiguration: route([2, 100]) }),
    );
    const after = await run(live, 'after');

    expect(before).toMatchObject({ output: '"one"', stateMachineArn: arn, stateMachineAliasArn: live });
    expect(before.executionArn).toBe('arn:aws:states:us-east-1:123456789012:execution:m:before');
    expect([before, after].map(({ stateMachineVersionArn }) => stateMachineVersionArn)).toEqual([
      `${arn}:1`,
      `${arn}:2`,
    ]);
    expect(emitted[0]?.event.detail).toMatchObject({
      stateMachineArn: arn,
      stateMachineVersionArn: `${arn}:1`,
      stateMachineAliasArn: live,
    });
  });

  test('chooses between two versions by weight', async () => {
    let drawn = 0;
    const { client, route, run } = await published(() => drawn);
    const routingConfiguration = route([1, 80], [2, 20]);
    await client.send(new CreateStateMachineAliasCommand({ name: 'live', routingConfiguration }));

    const outputs: unknown[] = [];
    for (drawn of [0, 0.79, 0.8, 0.99]) outputs.push((await run(live)).output);

    expect(outputs).toEqual(['"one"', '"one"', '"two"', '"two"']);
  });

  test('lists the executions that it started, and is listed by its machine and its version', async () => {
    const { client, route, run } = await published();
    await client.send(new CreateStateMachineAliasCommand({ name: 'live', routingConfiguration: route([2, 100]) }));
    await run(arn, 'machine');
    await run(`${arn}:2`, 'version');
    await run(live, 'alias');
    const names = async (stateMachineArn: string) =>
      ((await client.send(new ListExecutionsCommand({ stateMachineArn }))).executions ?? []).map(({ name }) => name);
    const aliases = async (stateMachineArn: string) =>
      (await client.send(new ListStateMachineAliasesCommand({ stateMachineArn }))).stateMachineAliases?.length;

    expect(await names(live)).toEqual(['alias']);
    expect(await names(`${arn}:2`)).toEqual(['alias', 'version']);
    expect(await names(arn)).toEqual(['alias', 'version', 'machine']);
    expect([await aliases(arn), await aliases(`${arn}:2`), await aliases(`${arn}:1`)]).toEqual([1, 1, 0]);
  });

  test('is described as it is, made once, and changed by an update alone', async () => {
    const { client, route } = await published();
    const create = (version: number) =>
      client.send(
        new CreateStateMachineAliasCommand({
          name: 'live',
          description: 'd',
          routingConfiguration: route([version, 100]),
        }),
      );
    await create(1);

    expect((await create(1)).stateMachineAliasArn).toBe(live);
    expect(await failure(create(2))).toMatchObject({ name: 'ConflictException' });
    expect(await client.send(new DescribeStateMachineAliasCommand({ stateMachineAliasArn: live }))).toMatchObject({
      stateMachineAliasArn: live,
      name: 'live',
      description: 'd',
      routingConfiguration: route([1, 100]),
    });
  });

  test.each<[string, string, readonly [number, number][], string]>([
    ['without versions', 'live', [], 'ValidationException'],
    ['whose weights are not a hundred together', 'live', [[1, 90]], 'ValidationException'],
    [
      'of one version twice',
      'live',
      [
        [1, 50],
        [1, 50],
      ],
      'ValidationException',
    ],
    ['of a version that there is not', 'live', [[7, 100]], 'ResourceNotFound'],
    ['that is a number', '1', [[1, 100]], 'ValidationException'],
    ['with a blank in its name', 'A B', [[1, 100]], 'ValidationException'],
  ])('%s is refused', async (_, name, weights, error) => {
    const { client, route } = await published();

    const create = new CreateStateMachineAliasCommand({ name, routingConfiguration: route(...weights) });

    expect(await failure(client.send(create))).toMatchObject({ name: error });
  });

  test('is refused in the words that AWS was recorded to use', async () => {
    const { client } = await published();
    const version = (number: number) => `${arn}:${number}`;
    const said = async (...routes: readonly [stateMachineVersionArn: string, weight: number][]) => {
      const routingConfiguration = routes.map(([stateMachineVersionArn, weight]) => ({
        stateMachineVersionArn,
        weight,
      }));
      return (await failure(client.send(new CreateStateMachineAliasCommand({ name: 'live', routingConfiguration }))))
        .message;
    };

    expect(await said([version(1), 60], [version(2), 41])).toBe(
      'Sum of routing configuration weights must equal 100. Received: [60, 41]',
    );
    expect(await said([version(2), 50], [version(2), 50])).toBe(
      `Routing configuration must contain distinct state machine version ARNs. Received: [${version(2)}, ${version(2)}]`,
    );
    expect(await said([version(1), 50], [arn, 50])).toBe(
      `Routing configuration must contain state machine version ARNs. Received: [${version(1)}, ${arn}]`,
    );
    const nobody = new UpdateStateMachineAliasCommand({ stateMachineAliasArn: `${arn}:nobody`, description: 'd' });
    expect(await failure(client.send(nobody))).toMatchObject({
      name: 'ResourceNotFound',
      message: 'Request references a resource that does not exist.',
    });
  });

  test('of a machine that is named without a version is refused', async () => {
    const { client } = await published();
    const routingConfiguration = [{ stateMachineVersionArn: arn, weight: 100 }];

    const create = client.send(new CreateStateMachineAliasCommand({ name: 'live', routingConfiguration }));

    expect(await failure(create)).toMatchObject({ name: 'ValidationException' });
  });

  test('is listed after those that were made before it, and is deleted twice without a word', async () => {
    const { client, route } = await published();
    for (const name of ['zebra', 'ant', 'live']) {
      await client.send(new CreateStateMachineAliasCommand({ name, routingConfiguration: route([1, 100]) }));
    }
    const listed = async () =>
      (await client.send(new ListStateMachineAliasesCommand({ stateMachineArn: arn }))).stateMachineAliases?.map(
        ({ stateMachineAliasArn }) => stateMachineAliasArn?.split(':').at(-1),
      );
    const remove = new DeleteStateMachineAliasCommand({ stateMachineAliasArn: `${arn}:ant` });

    expect(await listed()).toEqual(['zebra', 'ant', 'live']);
    await client.send(remove);
    await client.send(remove);
    expect(await listed()).toEqual(['zebra', 'live']);
  });

  test('goes with its machine', async () => {
    const { client, route, run } = await published();
    await client.send(new CreateStateMachineAliasCommand({ name: 'live', routingConfiguration: route([1, 100]) }));

    await client.send(new DeleteStateMachineCommand({ stateMachineArn: arn }));

    expect(await failure(run(live))).toMatchObject({ name: 'StateMachineDoesNotExist' });
    expect(await failure(run(`${arn}:1`))).toMatchObject({ name: 'StateMachineDoesNotExist' });
  });
});

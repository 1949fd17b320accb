import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { Lambda } from '../../loopback/aws/lambda/lambda.ts';
import type { FunctionRegistration } from '../../loopback/aws/lambda/lambda-function.ts';
import type { Aws } from '../../loopback/aws/service.ts';
import { deploy } from '../../sandbox/deploy.ts';
import { allStates } from '../../workflows/flows.ts';
import { failover } from '../support/world.ts';

interface Made {
  readonly functions: readonly FunctionRegistration[];
  readonly calls: readonly { readonly operation: string; readonly input: Record<string, unknown> }[];
}

/** What a deployment of the example makes. */
async function made(): Promise<Made> {
  const functions: FunctionRegistration[] = [];
  const calls: { operation: string; input: Record<string, unknown> }[] = [];
  const aws: Aws = {
    account: failover.account,
    async call(_service, operation, input) {
      calls.push({ operation, input: { ...input } });
      return {};
    },
  };
  const lambda = { register: (registration: FunctionRegistration) => functions.push(registration) };
  await deploy({ failover, aws, lambda: lambda as unknown as Lambda, dist: 'dist', env: {}, served: [] });
  return { functions, calls };
}

test('no function outlives the Task that waits for it', async () => {
  const { functions, calls } = await made();
  const timeoutOf = (arn: string | undefined) => functions.find(({ name }) => arn?.endsWith(`:${name}`))?.timeoutMs;
  const definition = calls.find(({ operation }) => operation === 'CreateStateMachine')?.input['definition'];

  const tasks = allStates(JSON.parse(String(definition))).flatMap(([name, state]) => {
    if (state.Type !== 'Task' || typeof state.TimeoutSeconds !== 'number') return [];
    const functionMs = timeoutOf((state.Arguments as { FunctionName?: string }).FunctionName);
    return functionMs === undefined ? [] : [{ name, functionMs, taskMs: state.TimeoutSeconds * 1_000 }];
  });

  expect(tasks.length).toBeGreaterThanOrEqual(9);
  expect(tasks.filter(({ functionMs, taskMs }) => functionMs >= taskMs)).toEqual([]);
  expect(tasks.filter(({ functionMs, taskMs }) => functionMs < taskMs * 0.7)).toEqual([]);
});

test('what rules start is the alias, which is there before them', async () => {
  const { calls } = await made();
  const operations = calls.map(({ operation }) => operation);
  const alias = calls.filter(({ operation }) => operation === 'CreateStateMachineAlias');
  const machines = calls
    .filter(({ operation }) => operation === 'PutTargets')
    .flatMap(({ input }) => input['Targets'] as readonly { readonly Arn: string }[])
    .filter(({ Arn }) => Arn.includes(':stateMachine:'));

  expect(alias.map(({ input }) => input['name'])).toEqual(failover.controlRegions.map(() => 'live'));
  expect(machines.length).toBeGreaterThan(0);
  expect(machines.every(({ Arn }) => Arn.endsWith(':live'))).toBe(true);
  expect(operations.lastIndexOf('CreateStateMachineAlias')).toBeLessThan(operations.indexOf('PutTargets'));
});

test('every alarm leads to an article of the runbook', async () => {
  const { calls } = await made();
  const runbook = await readFile('docs/runbook.md', 'utf8');
  const articles = [...runbook.matchAll(/^## (.+)$/gm)].map(([, title = '']) => anchorOf(title));

  const alarms = calls.filter(({ operation }) => operation === 'PutMetricAlarm').map(({ input }) => input);

  expect(alarms.length).toBe(failover.observers.length * 6);
  for (const { AlarmName, AlarmDescription } of alarms) {
    const anchor = /docs\/runbook\.md#([\w-]+)$/.exec(String(AlarmDescription))?.[1];
    expect(articles).toContain(anchor);
    expect(anchor === 'the-front-door-is-red', String(AlarmName)).toBe(String(AlarmName).endsWith('-front-door'));
  }
});

/** As GitHub makes them. */
const anchorOf = (title: string) => title.toLowerCase().replaceAll(' ', '-');

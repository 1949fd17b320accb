import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAssembly } from '../../loopback/cloudformation/assembly.ts';
import type { CloudFormation } from '../../loopback/cloudformation/cloudformation.ts';
import type { StackResource } from '../../loopback/cloudformation/stack.ts';
import { type Loopback, startLoopback } from '../../loopback/loopback.ts';
import { deployment } from '../../sandbox/deploy.ts';
import { allStates } from '../../workflows/flows.ts';
import { failover } from '../support/world.ts';
import { synthesisedExample } from './synthesised-example.ts';

let loopback: Loopback;
let cloud: CloudFormation;
let stacks: readonly { readonly name: string; readonly region: string }[];
let templates: Disposable;

beforeAll(async () => {
  const synthesised = synthesisedExample();
  templates = synthesised;
  const assembly = readAssembly(synthesised.folder);
  ({ stacks } = assembly);
  loopback = await startLoopback({ account: failover.account, tempo: 20 });
  cloud = loopback.cloudformation(assembly.asset);
  const parts = deployment(failover, assembly, cloud);
  await parts.levers();
  await parts.rest();
});
afterAll(async () => {
  templates[Symbol.dispose]();
  await loopback.close();
});

const made = (type: string, region?: string): readonly StackResource[] =>
  stacks
    .filter((stack) => region === undefined || stack.region === region)
    .flatMap((stack) => [...cloud.resources(stack.name, stack.region).values()])
    .filter((resource) => resource.type === type);

test('no function outlives the Task that waits for it', () => {
  const [region = ''] = failover.controlRegions;
  const timeoutOf = (arn: string | undefined) => {
    const found = loopback.lambda.registered(arn?.split(':').at(-1) ?? '', region);
    return found?.timeoutMs;
  };
  const definition = made('AWS::StepFunctions::StateMachine', region)[0]?.properties['DefinitionString'];

  const tasks = allStates(JSON.parse(String(definition))).flatMap(([name, state]) => {
    if (state.Type !== 'Task' || typeof state.TimeoutSeconds !== 'number') return [];
    const functionMs = timeoutOf((state.Arguments as { FunctionName?: string }).FunctionName);
    return functionMs === undefined ? [] : [{ name, functionMs, taskMs: state.TimeoutSeconds * 1_000 }];
  });

  expect(tasks.length).toBeGreaterThanOrEqual(9);
  expect(tasks.filter(({ functionMs, taskMs }) => functionMs >= taskMs)).toEqual([]);
  expect(tasks.filter(({ functionMs, taskMs }) => functionMs < taskMs * 0.7)).toEqual([]);
});

test('what rules start is the alias, which is there before them', () => {
  for (const region of failover.controlRegions) {
    const targets = made('AWS::Events::Rule', region)
      .flatMap(({ properties }) => properties['Targets'] as readonly { readonly Arn: string }[])
      .filter(({ Arn }) => Arn.includes(':stateMachine:'));
    expect(targets.length).toBeGreaterThan(0);
    expect(targets.every(({ Arn }) => Arn.endsWith(':live'))).toBe(true);
    const { name } = stacks.find((stack) => stack.region === region && stack.name.endsWith(region)) ?? { name: '' };
    const types = cloud.events(name, region).map(({ type }) => type);
    expect(types.lastIndexOf('AWS::StepFunctions::StateMachineAlias')).toBeLessThan(types.indexOf('AWS::Events::Rule'));
  }
});

test('every alarm leads to an article of the runbook', async () => {
  const runbook = await readFile('docs/runbook.md', 'utf8');
  const articles = [...runbook.matchAll(/^## (.+)$/gm)].map(([, title = '']) => anchorOf(title));

  const alarms = [...made('AWS::CloudWatch::Alarm'), ...made('AWS::CloudWatch::CompositeAlarm')].map(
    ({ properties }) => properties,
  );

  expect(alarms.length).toBeGreaterThan(failover.observers.length * 6);
  for (const { AlarmName, AlarmDescription } of alarms) {
    const anchor = /docs\/runbook\.md#([\w-]+)$/.exec(String(AlarmDescription))?.[1];
    expect(articles).toContain(anchor);
    expect(anchor === 'the-front-door-is-red', String(AlarmName)).toBe(String(AlarmName).endsWith('-front-door'));
  }
});

/** As GitHub makes them. */
const anchorOf = (title: string) => title.toLowerCase().replaceAll(' ', '-');

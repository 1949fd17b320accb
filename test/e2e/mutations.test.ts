import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AssembledStack } from '../../loopback/cloudformation/assembly.ts';
import { readAssembly } from '../../loopback/cloudformation/assembly.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { synthesised } from '../../sandbox/synthesis.ts';
import { configuration, standby } from './configuration.ts';
import { idle } from './idle.ts';
import { until } from './until.ts';

interface Template {
  readonly Resources: Record<string, { readonly Type: string; readonly Properties: Any }>;
}

// biome-ignore lint/suspicious/noExplicitAny: a template is JSON of many shapes.
type Any = any;

const parameters = { BootstrapVersion: '30' };
const failover = configuration();

let sandbox: Sandbox;
let stack: AssembledStack;
beforeAll(async () => {
  const found = readAssembly(await synthesised(failover)).stacks.find(({ name }) => name.endsWith(standby));
  if (found === undefined) throw new Error(`there is no stack of ${standby}`);
  stack = found;
  sandbox = await startSandbox({ failover, tempo: 100, canaries: false });
  await sandbox.warm();
  sandbox.loopback.scheduler.stop();
}, 120_000);
afterAll(() => sandbox.close());

/** The running stack with its template changed, until the test ends. */
async function changed(edit: (template: Template) => void): Promise<AsyncDisposable> {
  const template = structuredClone(stack.template) as Template;
  edit(template);
  await sandbox.cloudformation.deploy({ ...stack, template, parameters });
  return {
    async [Symbol.asyncDispose]() {
      await sandbox.cloudformation.deploy({ ...stack, parameters });
    },
  };
}

/** A look at a service by hand, of which nothing is written: most of what a machine does. */
async function rehearsed(): Promise<string> {
  const stateMachineArn = `arn:aws:states:${standby}:${failover.account}:stateMachine:${failover.name}-failover:live`;
  const input = JSON.stringify({
    service: 'orders',
    to: standby,
    reason: 'a mutated template',
    requestedBy: 'the test',
    mode: 'rehearsal',
  });
  const call = (operation: string, parameters: object) =>
    sandbox.aws.call('states', operation, parameters, { region: standby });
  const { executionArn } = await call('StartExecution', { stateMachineArn, input });
  return until('the end of the rehearsal', async () => {
    const { status } = await call('DescribeExecution', { executionArn });
    return status !== 'RUNNING' && String(status);
  });
}

/** Every action of a role that was needed when nothing was changed. */
let needed: readonly { readonly role: string; readonly action: string }[] = [];

const roleOf = (logicalId: string) =>
  sandbox.cloudformation.resources(stack.name, stack.region).get(logicalId)?.made.id;

test('the templates as they are do a rehearsal, with nothing denied', async () => {
  expect(sandbox.loopback.iam.denials()).toEqual([]);
  sandbox.loopback.iam.forget();
  expect(await rehearsed()).toBe('SUCCEEDED');
  expect(sandbox.loopback.iam.denials()).toEqual([]);
  const used = sandbox.loopback.iam.grants().filter((grant) => grant.used && grant.role.startsWith(stack.name));
  needed = [...new Map(used.map((grant) => [`${grant.role} ${grant.action}`, grant])).values()];
  expect(needed.length).toBeGreaterThan(10);
});

describe('a grant that is taken away is missed', () => {
  test.each([0, 1, 2, 3, 4, 5, 6, 7])('(one of every eighth, from %i)', async (start) => {
    const grant = needed[Math.floor(((start + 0.5) / 8) * needed.length)];
    if (grant === undefined) throw new Error('no grant was needed');

    await using _ = await changed(({ Resources }) => {
      for (const { Type, Properties } of Object.values(Resources)) {
        if (Type !== 'AWS::IAM::Policy' || roleOf(Properties.Roles[0].Ref) !== grant.role) continue;
        for (const statement of Properties.PolicyDocument.Statement) {
          statement.Action = [statement.Action].flat().filter((action: string) => action !== grant.action);
          if (statement.Action.length === 0) statement.Action = ['none:None'];
        }
      }
    });
    await rehearsed();

    const denied = sandbox.loopback.iam.denials().map(({ who, action }) => `${who} ${action}`);
    expect(denied).toContain(`${grant.role} ${grant.action}`);
  });
});

test('a dimension that is changed leaves an alarm that watches nothing', async () => {
  const before = await idle(sandbox);
  const names: string[] = [];

  await using _ = await changed(({ Resources }) => {
    const alarms = Object.values(Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
    for (const { Properties } of alarms.filter((_alarm, index) => index % 5 === 0)) {
      const [dimension] = Properties.Dimensions;
      if (names.length % 2 === 0) dimension.Name = `${dimension.Name}s`;
      else dimension.Value = 'another';
      names.push(`alarm ${Properties.AlarmName} (${standby})`);
    }
  });

  expect(names.length).toBeGreaterThan(5);
  const found = await idle(sandbox);
  for (const name of names) expect(found).toContain(name);
  expect(found.filter((line) => !before.includes(line) && !names.includes(line))).toEqual([]);
});

import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Size, Sized } from '../../../core/ready-hook.ts';
import { type ReadyClients, readyHook } from '../../../handlers/ready/ready-hook.ts';
import { startAwsServer } from '../../../loopback/aws/server.ts';
import { AwsError } from '../../../loopback/aws/service.ts';
import { home, standby } from '../../support/world.ts';
import { question } from './given.ts';
import { around, played } from './played.ts';

/** What stands in each region, whatever it is: each look finds one more of it running. */
const standing: Record<string, { wanted: number; running: number }> = {};
const most = 10;
const asked: string[] = [];
beforeEach(() => {
  Object.assign(standing, { [home]: { wanted: 6, running: 6 }, [standby]: { wanted: 2, running: 2 } });
  asked.length = 0;
});
const look = (region: string) => {
  const at = standing[region] ?? { wanted: 0, running: 0 };
  at.running += Math.sign(at.wanted - at.running);
  return at;
};
const want = (region: string, count: number) => {
  asked.push(`${region} ${count}`);
  standing[region] = { running: standing[region]?.running ?? 0, wanted: count };
};

const server = await played(({ action, region, input }) => {
  const at = look(region);
  switch (action) {
    case 'DescribeServices':
      return { services: [{ status: 'ACTIVE', desiredCount: at.wanted, runningCount: at.running }], failures: [] };
    case 'UpdateService':
      want(region, Number(input['desiredCount']));
      return { service: {} };
    case 'DescribeAutoScalingGroups': {
      const well = '<member><LifecycleState>InService</LifecycleState><HealthStatus>Healthy</HealthStatus></member>';
      const ill = '<member><LifecycleState>Pending</LifecycleState><HealthStatus>Healthy</HealthStatus></member>';
      return `<DescribeAutoScalingGroupsResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><DescribeAutoScalingGroupsResult><AutoScalingGroups><member><DesiredCapacity>${at.wanted}</DesiredCapacity><MaxSize>${most}</MaxSize><Instances>${well.repeat(at.running)}${ill}</Instances></member></AutoScalingGroups></DescribeAutoScalingGroupsResult></DescribeAutoScalingGroupsResponse>`;
    }
    case 'UpdateAutoScalingGroup':
      want(region, Number(input['DesiredCapacity']));
      expect(input['MinSize']).toBe(input['DesiredCapacity']);
      return '<UpdateAutoScalingGroupResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"></UpdateAutoScalingGroupResponse>';
    default:
      throw new Error(action);
  }
});
const aws = await startAwsServer({
  port: 0,
  account: '123456789012',
  services: [
    {
      id: 'lambda',
      operations: {
        async GetProvisionedConcurrencyConfig(_, { region }) {
          const { wanted, running } = look(region);
          if (wanted === 0)
            throw new AwsError('ProvisionedConcurrencyConfigNotFoundException', 'No config', { status: 404 });
          return {
            Status: running < wanted ? 'IN_PROGRESS' : 'READY',
            RequestedProvisionedConcurrentExecutions: wanted,
            AvailableProvisionedConcurrentExecutions: running,
          };
        },
        async PutProvisionedConcurrencyConfig({ ProvisionedConcurrentExecutions }, { region }) {
          want(region, ProvisionedConcurrentExecutions);
          return { Status: 'IN_PROGRESS' };
        },
        async DeleteProvisionedConcurrencyConfig(_, { region }) {
          want(region, 0);
          return {};
        },
      },
    },
  ],
});
afterAll(async () => {
  server.close();
  await aws.close();
});
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const clients: ReadyClients = {
  ...server.clients,
  lambda: (region) => new LambdaClient({ endpoint: aws.url, region, credentials, maxAttempts: 1 }),
};

const kinds: readonly Sized[] = [
  { kind: 'ecs', cluster: 'shop', service: 'orders' },
  { kind: 'autoscaling', group: 'orders' },
  { kind: 'lambda', function: 'orders', alias: 'live' },
];

describe.each(kinds)('$kind', (of) => {
  const ready: Size = { kind: 'size', of, serving: 6, standby: 2 };
  const hook = (change = {}, more: Partial<Size> = {}, time = around()) =>
    readyHook({ ...ready, ...more }, question(change), clients, time);

  test('is raised before the move, and waited for', async () => {
    expect(await hook()).toMatchObject({ kind: 'ok', detail: expect.stringContaining(`${standby} runs 6 of 6`) });
    expect(asked).toEqual([`${standby} 6`]);
    await hook();
    expect(asked).toHaveLength(1);
  });

  test('that does not come in time is a failure with the figure', async () => {
    await expect(hook({}, {}, around(10_000))).rejects.toThrow(/runs 4 of 6 .* after 5 s/);
  });

  test('more than that is left as it is', async () => {
    standing[standby] = { wanted: 8, running: 8 };
    await hook();
    await hook({ when: 'undo' });
    expect(asked).toEqual([]);
  });

  test('is lowered where the move came to nothing, and the standby’s on the return', async () => {
    standing[standby] = { wanted: 6, running: 6 };
    expect(await hook({ when: 'undo' })).toMatchObject({ detail: expect.stringMatching(/^lowered .* from 6 to 2$/) });
    standing[standby] = { wanted: 6, running: 6 };
    await hook({ when: 'return', from: standby, to: home });
    expect(asked).toEqual([`${standby} 2`, `${standby} 2`]);
  });

  test('is lowered nowhere that carries a share of the traffic all the same', async () => {
    standing[standby] = { wanted: 6, running: 6 };
    for (const way of [{ when: 'undo' }, { when: 'return', from: standby, to: home }] as const) {
      expect((await hook({ ...way, keepsShare: true })).detail).toMatch(/^us-west-2 keeps its 6 .* carries a share$/);
      expect((await hook({ ...way, keepsShare: true, mode: 'rehearsal' })).detail).toMatch(/ carries a share$/);
    }
    expect(asked).toEqual([]);
  });

  test('a rehearsal says what it would do', async () => {
    expect((await hook({ mode: 'rehearsal' })).detail).toMatch(/^would raise .* in us-west-2 from 2 to 6$/);
    expect((await hook({ mode: 'rehearsal', when: 'undo' })).detail).toMatch(/^would lower .* in us-west-2 to 2$/);
    expect(asked).toEqual([]);
  });

  test('rules a target out that runs too few, with the figure', async () => {
    const gate = { kind: 'capacity', of, serving: 6 } as const;
    expect(await readyHook(gate, question({ when: 'readiness' }), clients, around())).toMatchObject({
      kind: 'veto',
      detail: expect.stringMatching(/^us-west-2 runs 2 .*, and needs 6$/),
    });
    standing[standby] = { wanted: 6, running: 6 };
    expect(await readyHook(gate, question({ when: 'readiness' }), clients, around())).toMatchObject({ kind: 'ok' });
  });
});

test('a group that may not have as many is a veto with the figure, and is not touched', async () => {
  const of = { kind: 'autoscaling', group: 'orders' } as const;
  const ready: Size = { kind: 'size', of, serving: 12, standby: 2 };

  expect(await readyHook(ready, question(), clients, around())).toEqual({
    kind: 'veto',
    detail: 'us-west-2 may have 10 instances of orders at most, and needs 12',
  });
  expect(asked).toEqual([]);
});

test('provisioned concurrency of none is taken away', async () => {
  const of = { kind: 'lambda', function: 'orders', alias: 'live' } as const;
  standing[standby] = { wanted: 6, running: 6 };
  await readyHook({ kind: 'size', of, serving: 6, standby: 0 }, question({ when: 'undo' }), clients, around());
  expect(asked).toEqual([`${standby} 0`]);
});

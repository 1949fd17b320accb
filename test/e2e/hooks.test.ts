import { afterEach, describe, expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import type { HookMoment } from '../../core/hook.ts';
import { understudy } from './cli.ts';
import { configuration, home, standby } from './configuration.ts';
import { deployment } from './deployment.ts';

/* A database that has to be promoted before a move, as a function of somebody's own: it vetoes, hangs, succeeds and is taken back. */
const described = configuration({ byArc: {}, orders: { verify: { timeoutMs: 30_000 } } });
const hook = (name: string, ...when: HookMoment[]) => ({
  name,
  when,
  functionArn: `arn:aws:lambda:us-east-2:${described.account}:function:${name}`,
  timeoutMs: 4_000,
});
const lag = {
  name: 'lag',
  ready: { kind: 'dynamodb-lag', table: 'orders', maxLagMs: 2_000 },
  timeoutMs: 10_000,
};
const hooks = [
  lag,
  hook('size', 'prepare', 'undo', 'return'),
  hook('promote', 'prepare', 'undo'),
  hook('workers', 'after'),
];
const here = deployment({
  failover: parseFailover({
    ...described,
    services: described.services.map((service) => ({ ...service, hooks })),
  } as never),
});

interface Played {
  readonly asked: readonly { readonly question: { hook: string; when: string; to: string; token: string } }[];
}
const hooksUrl = () => `${here.sandbox.addresses.aws}/_sandbox/hooks`;
const order = async (body: object) => {
  const response = await fetch(hooksUrl(), { method: 'POST', body: JSON.stringify(body) });
  expect(response.ok, await response.clone().text()).toBe(true);
};
const asked = async () => {
  const { asked } = (await (await fetch(hooksUrl())).json()) as Played;
  return asked.map(({ question }) => `${question.when} ${question.hook} ${question.to}`);
};
const forget = () => fetch(hooksUrl(), { method: 'DELETE' });
const move = () => here.run({ service: 'orders', to: standby, reason: 'maintenance', requestedBy: 'the test' });
const explained = async (incident: string | null) =>
  (await understudy(['explain', incident ?? '', '--endpoint', here.sandbox.addresses.aws])).stdout;

afterEach(async () => {
  await forget();
  await here.comeHome('orders');
  await forget();
});

describe('a hook that promotes a database', () => {
  test('vetoes: nothing is written, what came before it is taken back, and people read why', async () => {
    await order({ hook: 'promote', answer: 'veto', detail: 'the replica is 40 s behind' });

    const { incident } = await newest(move);

    expect(here.leverWrites).toEqual([]);
    expect(await asked()).toEqual([`prepare size ${standby}`, `prepare promote ${standby}`, `undo size ${standby}`]);
    const text = await explained(incident);
    expect(text).toContain('promote: the replica is 40 s behind');
    expect(text).toContain(`hooks (undo) from ${home} to ${standby}: size: ok: played undo`);
  });

  test('hangs: the move waits for as long as it may, and is not made', async () => {
    await order({ hook: 'promote', answer: 'hang' });

    const { incident } = await newest(move);

    expect(here.leverWrites).toEqual([]);
    // What hangs may have promoted all the same, and hangs again where it is to be taken back: people hear of that.
    expect(await asked()).toEqual([
      `prepare size ${standby}`,
      `prepare promote ${standby}`,
      `undo promote ${standby}`,
      `undo size ${standby}`,
    ]);
    expect(await explained(incident)).toContain('waits for the hook promote, 4 s at most');
    expect(here.told('slack')).toContain('orders: promote failed to undo what was prepared');
  });

  test('succeeds: traffic moves after it, and what follows is called once people have heard', async () => {
    expect(await move()).toMatchObject({ ending: 'recovered' });

    expect(await asked()).toEqual([
      `prepare size ${standby}`,
      `prepare promote ${standby}`,
      `after workers ${standby}`,
    ]);
    expect((await here.lever('orders')).weights).toEqual({ [home]: 0, [standby]: 1000 });
    await forget();

    await here.comeHome('orders');
    expect(await asked()).toEqual([`prepare size ${home}`, `prepare promote ${home}`, `return size ${home}`]);
  });

  test('is undone: the target fails in the move, traffic goes back, and so does the database', async () => {
    here.beforeEach('Shift', () => here.fault(standby, 'dark'));

    const { incident } = await newest(move);

    expect((await here.lever('orders')).weights).toEqual({ [home]: 1000, [standby]: 0 });
    expect((await asked()).slice(2)).toEqual([`undo promote ${standby}`, `undo size ${standby}`]);
    expect(await explained(incident)).toContain('promote: ok: played undo; size: ok: played undo');
  });

  test('a failure after the move is told, and the move stands', async () => {
    await order({ hook: 'workers', answer: 'fail', when: 'after', detail: 'no capacity' });

    expect(await move()).toMatchObject({ ending: 'recovered' });

    expect((await here.lever('orders')).weights).toEqual({ [home]: 0, [standby]: 1000 });
    expect(here.told('sns understudy-critical')).toContain('orders: workers failed after the move');
  });

  test('a rehearsal calls none of them, and says what a move would call', async () => {
    const { incident } = await here.run({
      service: 'orders',
      to: standby,
      mode: 'rehearsal',
      reason: 'practice',
      requestedBy: 'the test',
    });

    expect(await asked()).toEqual([]);
    const text = await explained(incident);
    for (const moment of ['prepare', 'after', 'undo']) expect(text).toContain(`a move would call it (${moment})`);
  });

  test('one that comes with the deployment looks at the lag, by its own role, and rules a target out with the figure', async () => {
    const moved = await move();
    expect(moved.ending).toBe('recovered');
    const [first] = await here.happenings('orders', moved.incident ?? '', 'decided');
    expect(first?.evidence.readiness).toMatchObject([
      { check: 'lag', ready: true, detail: expect.stringContaining('has no datum of the last five minutes') },
    ]);
    await here.comeHome('orders');
    here.sandbox.loopback.cloudwatch.publish(home, {
      Namespace: 'AWS/DynamoDB',
      MetricData: [
        {
          MetricName: 'ReplicationLatency',
          Dimensions: [
            { Name: 'TableName', Value: 'orders' },
            { Name: 'ReceivingRegion', Value: standby },
          ],
          Timestamp: new Date(),
          Value: 60_000,
        },
      ],
    });

    const held = await move();

    expect(held.ending).toBe('held');
    expect(await explained(held.incident)).toContain(`${standby} is 60000 ms behind, and may be 2000 ms`);
  });
});

/** An execution that fails says no incident: it is the newest one of the service. */
async function newest(run: () => Promise<unknown>): Promise<{ readonly incident: string }> {
  await run();
  return { incident: `orders#${(await here.record('orders')).epoch}` };
}

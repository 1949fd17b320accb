import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterEach, describe, expect, test } from 'vitest';
import { byName, throughEdge } from './callers.ts';
import { understudy } from './cli.ts';
import { configuration, home, standby } from './configuration.ts';
import { clientConfig, deployment, type Ended } from './deployment.ts';
import { byHand } from './requests.ts';
import { pointSlackAtNobody } from './slack-nowhere.ts';
import { until } from './until.ts';

const here = deployment({ failover: configuration({ byArc: { payments: {}, stopped: {} } }) });

const athome = { [home]: 1000, [standby]: 0 };
const moved = { [home]: 0, [standby]: 1000 };
const toStandby = byHand('orders', { to: standby });

afterEach(() => here.comeHome('orders'));

describe('a ledger that', () => {
  test('is unavailable for a while delays a move, and no more', async () => {
    await here.awsFault({ service: 'dynamodb', fault: 'unavailable', times: 8 });

    await expectMove(await here.run(toStandby));
  });

  test('loses the answer to every other write is the same after it', async () => {
    const loseNext = () => here.awsFault({ service: 'dynamodb', operation: 'PutItem', fault: 'answer-lost', times: 1 });
    let puts = 0;
    await loseNext();
    here.onCall(async ({ operation }, phase) => {
      if (operation !== 'PutItem' || phase !== 'after') return;
      puts += 1;
      if (puts % 2 === 0) await loseNext();
    });

    await expectMove(await here.run(toStandby));
  });

  test('goes away between decision and write lets nothing be written', async () => {
    goesAwayWhen('Shift');

    const { status, error } = await here.run(toStandby);

    expect({ status, error }).toEqual({ status: 'FAILED', error: 'RolledBack' });
    const { epoch } = await here.record('orders');
    expect(await here.happenings('orders', `orders#${epoch}`, 'shifted')).toEqual([]);
    expect((await here.lever('orders')).weights).toEqual(athome);
    expect((await here.record('orders')).lease).toBeNull();
  });

  test('is unavailable for good starts no move, which is told without it', async () => {
    await here.awsFault({ service: 'dynamodb', fault: 'unavailable' });

    const { status, error, cause } = await here.run(toStandby);

    expect({ status, error }).toEqual({ status: 'FAILED', error: 'NotConcluded' });
    expect(cause).toContain('LedgerUnavailable');
    expect(here.leverWrites).toEqual([]);
    expect((await here.lever('orders')).weights).toEqual(athome);
    expect(here.told('sns understudy-info')).toEqual(['Understudy could not conclude a run']);
    // Waking people is the alarm's: there is one such run a minute.
    expect(here.told('sns understudy-critical')).toEqual([]);
    expect(await throughEdge(here.sandbox, { method: 'POST' })).toEqual({ status: 201, region: home });
  });

  /** Away from the moment that the state is entered until the run takes back what it did. */
  function goesAwayWhen(state: string): void {
    const { faults } = here.sandbox.aws;
    let fault: string | null = null;
    const end = here.sandbox.watch((event) => {
      if (event.kind !== 'state' || event.phase !== 'entered') return;
      if (event.state === state) fault ??= faults.set({ service: 'dynamodb', fault: 'unavailable' });
      if (event.state !== 'Rollback' || fault === null) return;
      faults.clear(fault);
      end();
    });
  }
});

describe('functions that are killed', () => {
  test.for([
    ['first', 1],
    ['second', 2],
  ] as const)('right after the %s write of each step leave the same end as if they were not', async ([, nth]) => {
    const killed = killEachStepAfter(nth);

    const ended = await here.run(toStandby);

    await expectMove(ended);
    expect(killed).toEqual(expect.arrayContaining(['admit', 'conclude', 'shift', 'verify']));
    const kinds = (await here.entries('orders', ended.incident ?? '')).map(({ what }) => what.kind);
    // An announcement is not tried again: people might be told twice before the move, and they are told after it.
    expect(kinds.filter((kind) => kind !== 'announced')).toEqual([
      'admitted',
      // Assess that was killed once its verdict is on record looks again: both verdicts are kept, each with its evidence.
      ...(nth === 2 ? ['decided', 'decided'] : ['decided']),
      'shifted',
      'verified',
      'verified',
      'concluded',
    ]);
    expect(here.told('slack').filter((subject) => subject.includes(ended.headline ?? '?')).length).toBeGreaterThan(0);
  });

  /** Kills every step once, when the write has been performed and before its answer is back. Returns whom it has killed. */
  function killEachStepAfter(nth: number): string[] {
    const running = new Set<string>();
    const writes = new Map<string, number>();
    const killed: string[] = [];
    const end = here.sandbox.watch((event) => {
      if (event.kind === 'execution' && event.status !== 'RUNNING') end();
      if (event.kind !== 'state' || !steps.has(event.state)) return;
      if (event.phase === 'entered') running.add(event.state.toLowerCase());
      else running.delete(event.state.toLowerCase());
    });
    here.onCall(async ({ operation }, phase) => {
      if (phase === 'before' || !mutating.has(operation)) return;
      for (const step of running) {
        const count = (writes.get(step) ?? 0) + 1;
        writes.set(step, count);
        if (count < nth || killed.includes(step)) continue;
        if ((await here.sandbox.loopback.lambda.kill(`understudy-${step}`, standby)) > 0) killed.push(step);
      }
    });
    return killed;
  }
});

const steps = new Set(['Admit', 'Assess', 'Announce', 'Shift', 'Verify', 'Conclude']);
const mutating = new Set(['PutItem', 'UpdateKeys', 'Publish']);

test('a run that is stopped from outside cannot conclude, and people are told all the same', async () => {
  await here.awsFault({ service: 'lambda', operation: 'Invoke', fault: 'hang' });
  const run = await here.begin(byHand('stopped'));
  const client = new SFNClient(clientConfig(here.sandbox.addresses.aws, standby));

  await client.send(new StopExecutionCommand({ executionArn: run.arn }));
  client.destroy();

  const told = await until('somebody is told', () =>
    here.told('sns understudy-critical').find((text) => text.includes(run.arn)),
  );
  expect(told).toContain('ended as ABORTED and could not conclude');
  expect(here.leverWrites).toEqual([]);
});

test('with SNS and Slack down the move stands, and the report says who was not told', async () => {
  await here.awsFault({ service: 'sns', operation: 'Publish', fault: 'unavailable' });
  for (const step of ['announce', 'conclude']) await pointSlackAtNobody(here, step);

  // Not a service that has to come home: that would be told to nobody, too, for as long as patience lasts.
  const ended = await here.run(byHand('payments', { to: standby }));

  expect(ended.ending).toBe('recovered');
  expect((await here.lever('payments')).weights).toEqual(moved);
  await until('the name leads to the standby', async () => (await byName(here.sandbox, 'payments')).region === standby);
  expect(here.events.filter(({ kind }) => kind === 'notification')).toEqual([]);
  expect(ended.deliveries).toEqual([
    { channel: 'sns', delivered: false, attempts: 3, because: expect.stringContaining('SNS did not take the message') },
    { channel: 'slack', delivered: false, attempts: 3, because: expect.stringContaining('Slack could not be reached') },
  ]);
  const explained = await understudy(['explain', ended.incident ?? '', '--endpoint', here.sandbox.addresses.aws]);
  expect(explained.stdout).toMatch(/sns: NOT told after 3 attempts/);
  expect(explained.stdout).toMatch(/slack: NOT told after 3 attempts/);
  expect(explained.stdout).not.toContain('127.0.0.1:1/');
});

async function expectMove({ status, ending, incident }: Ended) {
  expect({ status, ending }).toEqual({ status: 'SUCCEEDED', ending: 'recovered' });
  expect(await here.lever('orders')).toEqual({ epoch: Number(incident?.split('#')[1]), weights: moved });
  expect(await here.happenings('orders', incident ?? '', 'shifted')).toMatchObject([{ wrote: true }]);
  expect(await here.happenings('orders', incident ?? '', 'concluded')).toMatchObject([{ ending: 'recovered' }]);
  expect(await here.record('orders')).toMatchObject({ lease: null, activeRegion: standby, armed: true });
  await until('writes answered by the standby', async () => {
    const got = await throughEdge(here.sandbox, { method: 'POST' });
    return got.status === 201 && got.region === standby;
  });
}

import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { AuroraGlobal } from '../../../core/ready-hook.ts';
import { auroraGlobal } from '../../../handlers/ready/aurora-global.ts';
import { home, standby } from '../../support/world.ts';
import { question } from './given.ts';
import { around, played, Refused } from './played.ts';

const arn = (region: string) => `arn:aws:rds:${region}:123456789012:cluster:orders-${region}`;
const ready: AuroraGlobal = {
  kind: 'aurora-global',
  globalCluster: 'orders',
  clusters: { [home]: `orders-${home}`, [standby]: `orders-${standby}` },
  allowDataLoss: false,
};
const losing: AuroraGlobal = { ...ready, allowDataLoss: true };

/** A global database: what was asked for takes so many looks. */
const database = { writer: home as string, goal: null as string | null, status: '', looks: 0, takes: 2, refuses: '' };
beforeEach(() => {
  Object.assign(database, { writer: home, goal: null, status: '', looks: 0, takes: 2, refuses: '' });
  server.heard.length = 0;
});

const server = await played(({ action, input }) => {
  if (action === 'DescribeGlobalClusters') {
    if (database.goal !== null && ++database.looks > database.takes)
      Object.assign(database, { writer: database.goal, goal: null, status: '' });
    return `<DescribeGlobalClustersResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><DescribeGlobalClustersResult><GlobalClusters>${described()}</GlobalClusters></DescribeGlobalClustersResult></DescribeGlobalClustersResponse>`;
  }
  if (database.refuses !== '') throw new Refused(database.refuses);
  const goal = String(input['TargetDbClusterIdentifier']).split(':')[3] ?? '';
  Object.assign(database, {
    goal,
    looks: 0,
    status: action === 'FailoverGlobalCluster' ? 'failing-over' : 'switching-over',
  });
  return `<${action}Response xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><${action}Result></${action}Result></${action}Response>`;
});
afterAll(server.close);

function described(): string {
  const member = (region: string) =>
    `<GlobalClusterMember><DBClusterArn>${arn(region)}</DBClusterArn><IsWriter>${region === database.writer}</IsWriter></GlobalClusterMember>`;
  const state =
    database.goal === null
      ? ''
      : `<FailoverState><Status>${database.status}</Status><ToDbClusterArn>${arn(database.goal)}</ToDbClusterArn></FailoverState>`;
  return `<GlobalClusterMember><GlobalClusterIdentifier>orders</GlobalClusterIdentifier>${state}<GlobalClusterMembers>${member(home)}${member(standby)}</GlobalClusterMembers></GlobalClusterMember>`;
}

const asked = (of: AuroraGlobal, change = {}, time = around()) =>
  auroraGlobal(of, question(change), server.clients.rds, time);
const begun = () => server.heard.filter(({ action }) => action !== 'DescribeGlobalClusters');

describe('an Aurora global database', () => {
  test('is switched over from a region that is well, in the target’s region, and waited for', async () => {
    expect(await asked(losing)).toEqual({ kind: 'ok', detail: `orders: ${standby} is primary (settled)` });

    expect(begun()).toMatchObject([
      {
        action: 'SwitchoverGlobalCluster',
        region: standby,
        input: { GlobalClusterIdentifier: 'orders', TargetDbClusterIdentifier: arn(standby) },
      },
    ]);
  });

  test('fails over from a region that is down, where the configuration allows to lose data, and only there', async () => {
    expect(await asked(ready, { flees: true })).toEqual({
      kind: 'veto',
      detail: `${home} is down, a switchover needs it, and a failover would lose data (allowDataLoss is not set)`,
    });
    expect(begun()).toEqual([]);

    expect(await asked(losing, { flees: true })).toMatchObject({ kind: 'ok' });
    expect(begun()).toMatchObject([{ action: 'FailoverGlobalCluster', input: { AllowDataLoss: 'true' } }]);
  });

  test('is asked for once, however often the hook is asked', async () => {
    await asked(ready);
    expect(await asked(ready)).toEqual({ kind: 'ok', detail: `the primary cluster is in ${standby} already` });
    Object.assign(database, { writer: home, goal: standby, status: 'switching-over', looks: 0 });
    expect(await asked(ready)).toMatchObject({ kind: 'ok' });

    expect(begun()).toHaveLength(1);
  });

  test('that goes elsewhere is a veto, and one that does not come in time a failure', async () => {
    Object.assign(database, { writer: standby, goal: home, status: 'switching-over', takes: 99 });
    expect(await asked(ready)).toEqual({ kind: 'veto', detail: `orders is switching-over to ${home}` });

    Object.assign(database, { writer: home, goal: null });
    await expect(asked(ready, {}, around(20_000))).rejects.toThrow(
      `orders: ${home} is primary (switching-over), after 15 s`,
    );
  });

  test('that RDS refuses to switch is a failure, in its words', async () => {
    database.refuses = 'InvalidGlobalClusterStateFault';

    await expect(asked(ready)).rejects.toThrow('InvalidGlobalClusterStateFault');
  });

  test('goes back where the move came to nothing, by a switchover alone', async () => {
    database.writer = standby;
    expect(await asked(losing, { when: 'undo' })).toMatchObject({ kind: 'ok' });
    expect(begun()).toMatchObject([{ action: 'SwitchoverGlobalCluster', region: home }]);

    Object.assign(database, { writer: standby });
    await expect(asked(losing, { when: 'undo', flees: true })).rejects.toThrow(
      `the primary cluster stays in ${standby}: ${home} was down, and a switchover needs it`,
    );
  });

  test('says in a rehearsal what it would do, and does nothing', async () => {
    expect(await asked(losing, { mode: 'rehearsal' })).toEqual({
      kind: 'ok',
      detail: `would make ${standby} the primary cluster instead of ${home}, by a switchover`,
    });
    expect(await asked(losing, { mode: 'rehearsal', when: 'undo' })).toMatchObject({ kind: 'ok' });
    expect(begun()).toEqual([]);
  });
});

import {
  DescribeGlobalClustersCommand,
  FailoverGlobalClusterCommand,
  type GlobalCluster,
  type RDSClient,
  SwitchoverGlobalClusterCommand,
} from '@aws-sdk/client-rds';
import type { HookQuestion, HookReply } from '../../core/hook.ts';
import type { AuroraGlobal } from '../../core/ready-hook.ts';
import { type Around, awaited, ok, veto } from './question.ts';

/**
 * Makes the target's cluster the primary one, and waits until it is. A region that is well is left by a switchover, which loses nothing; one that
 * is down by a failover, and only where the configuration allows to lose what was not replicated. Where a move came to nothing the
 * database goes back by a switchover: never by a failover. What the cluster says already is not asked for again.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_SwitchoverGlobalCluster.html
 */
export async function auroraGlobal(
  ready: AuroraGlobal,
  { when, from, to, mode, flees = false }: HookQuestion,
  clientIn: (region: string) => RDSClient,
  around: Around,
): Promise<HookReply> {
  const undoes = when === 'undo';
  const goal = undoes ? from : to;
  if (goal === null) throw new Error('which region the database goes back to is not said');
  // Of two regions the one that is well is asked: it knows the whole database.
  const client = clientIn(undoes && !flees ? goal : to);
  const global = await described(ready, client);
  const writer = primaryOf(global);
  const underWay = global.FailoverState?.ToDbClusterArn;
  if (writer === goal && underWay === undefined) return ok(`the primary cluster is in ${goal} already`);
  if (underWay !== undefined && regionOf(underWay) !== goal) {
    const text = `${ready.globalCluster} is ${global.FailoverState?.Status ?? 'changing'} to ${regionOf(underWay)}`;
    if (undoes) throw new Error(text);
    return veto(text);
  }
  if (undoes && flees)
    throw new Error(`the primary cluster stays in ${writer}: ${goal} was down, and a switchover needs it`);
  if (flees && !ready.allowDataLoss) {
    return veto(`${from} is down, a switchover needs it, and a failover would lose data (allowDataLoss is not set)`);
  }
  const target = global.GlobalClusterMembers?.find(({ DBClusterArn }) => regionOf(DBClusterArn) === goal)?.DBClusterArn;
  if (target === undefined) return veto(`${ready.globalCluster} has no cluster in ${goal}`);
  const kind = flees ? 'a failover that may lose data' : 'a switchover';
  if (mode === 'rehearsal') return ok(`would make ${goal} the primary cluster instead of ${writer}, by ${kind}`);
  if (underWay === undefined) {
    await begin(ready, target, flees, client).catch(async (error: unknown) => {
      // Its answer may have been lost: what is under way says whether it was heard.
      const { FailoverState } = await described(ready, client);
      if (regionOf(FailoverState?.ToDbClusterArn) !== goal) throw error;
    });
  }
  return ok(
    await awaited(async () => {
      const now = await described(ready, client);
      const primary = primaryOf(now);
      const isDone = primary === goal && now.FailoverState?.Status === undefined;
      return {
        isDone,
        text: `${ready.globalCluster}: ${primary} is primary (${now.FailoverState?.Status ?? 'settled'})`,
      };
    }, around),
  );
}

async function begin({ globalCluster }: AuroraGlobal, target: string, loses: boolean, client: RDSClient) {
  // By its ARN, so that RDS finds it in its region.
  const of = { GlobalClusterIdentifier: globalCluster, TargetDbClusterIdentifier: target };
  if (loses) await client.send(new FailoverGlobalClusterCommand({ ...of, AllowDataLoss: true }));
  else await client.send(new SwitchoverGlobalClusterCommand(of));
}

async function described({ globalCluster }: AuroraGlobal, client: RDSClient): Promise<GlobalCluster> {
  const command = new DescribeGlobalClustersCommand({ GlobalClusterIdentifier: globalCluster });
  const { GlobalClusters: [found] = [] } = await client.send(command);
  if (found === undefined) throw new Error(`there is no global database ${globalCluster}`);
  return found;
}

const primaryOf = ({ GlobalClusterMembers }: GlobalCluster): string =>
  regionOf(GlobalClusterMembers?.find(({ IsWriter }) => IsWriter)?.DBClusterArn);

const regionOf = (arn: string | undefined): string => arn?.split(':')[3] ?? 'no region';

import type { Construct } from 'constructs';
import type { BuiltTopology } from '../../config/built-topology.ts';
import type { Failover } from '../../core/service.ts';
import {
  beaconStandbys,
  beaconsStackName,
  deployedRegions,
  ledgerStackName,
  leversStackName,
  recordsStackName,
} from '../../deployment/names.ts';
import { addTopology } from '../topologies/deploy/topology.ts';
import { BeaconsStack } from './beacons-stack.ts';
import { ChatStack } from './chat-stack.ts';
import { LedgerStack } from './ledger-stack.ts';
import { LeversStack } from './levers.ts';
import { hasRecords, RecordsStack } from './records-stack.ts';
import { RegionStack } from './region-stack.ts';

/** Every stack of a configuration. */
export interface Stacks {
  readonly levers: LeversStack;
  readonly ledger: LedgerStack;
  /** One for each region that has a role. */
  readonly regions: readonly RegionStack[];
  /** Where the deployment makes records of services. */
  readonly records: RecordsStack | undefined;
  /** Where people are told in a channel of Slack. */
  readonly chat: ChatStack | undefined;
}

/**
 * Makes them below `scope`: that of the levers, one for each region that has a role, and where a topology is given, those of its
 * applications. Their names are those of the configuration, wherever `scope` is. No stack looks anything up, and none reads what
 * another made but the names of levers, as values, when it is deployed.
 */
export function addStacks(scope: Construct, failover: Failover, topology?: BuiltTopology): Stacks {
  const levers = new LeversStack(scope, leversStackName(failover), { failover, topology });
  const ledger = new LedgerStack(scope, ledgerStackName(failover), { failover });
  const { created } = levers;
  const records = recordsOf(scope, failover, levers);
  const deployed = deployedRegions(failover);
  const regions = deployed.map(
    (region) => new RegionStack(scope, `${failover.name}-${region}`, { failover, region, created }),
  );
  // What runs finds its table, in whichever order regions are deployed.
  for (const stack of regions) stack.addStackDependency(ledger);
  // A name that is not there yet would look like an outage.
  if (records !== undefined) for (const stack of regions) stack.addStackDependency(records);
  const channel = failover.notify.slackChannel;
  const chat = channel && new ChatStack(scope, `${failover.name}-chat`, { failover, channel, regions: deployed });
  for (const stack of regions) chat?.addStackDependency(stack);
  if (topology !== undefined) addTopology(scope, { failover, topology, levers, records, watching: regions });
  return { levers, ledger, regions, records, chat };
}

/** The records, where the deployment makes some, after the alarms that their health checks follow. */
function recordsOf(scope: Construct, failover: Failover, levers: LeversStack): RecordsStack | undefined {
  if (!failover.services.some(hasRecords)) return undefined;
  const records = new RecordsStack(scope, recordsStackName(failover), { failover: levers.complete });
  for (const region of beaconStandbys(failover)) {
    records.addStackDependency(new BeaconsStack(scope, beaconsStackName(failover, region), { failover, region }));
  }
  return records;
}

import type { Construct } from 'constructs';
import type { BuiltTopology } from '../../config/built-topology.ts';
import { type Failover, frontHost } from '../../core/service.ts';
import { grouped, groupOf } from '../../deployment/groups.ts';
import {
  beaconStandbys,
  beaconsStackName,
  chatStackName,
  deployedRegions,
  ledgerStackName,
  leversStackName,
  pageName,
  recordsStackName,
  regionStackName,
  servicesStackName,
} from '../../deployment/names.ts';
import { hasRecords } from '../constructs/records-part.ts';
import type { Existing } from '../existing.ts';
import { addTopology } from '../topologies/deploy/topology.ts';
import { BeaconsStack } from './beacons-stack.ts';
import { ChatStack } from './chat-stack.ts';
import { LedgerStack } from './ledger-stack.ts';
import { LeversStack } from './levers.ts';
import { PageStack } from './page-stack.ts';
import { RecordsStack } from './records-stack.ts';
import { RegionStack } from './region-stack.ts';
import { hasServicesIn, ServicesStack } from './services-stack.ts';

/** Every stack of a configuration. */
export interface Stacks {
  readonly levers: LeversStack;
  readonly ledger: LedgerStack;
  /** One for each region that has a role. */
  readonly regions: readonly RegionStack[];
  /** What there is of services in these regions, one for each group of them. */
  readonly services: readonly ServicesStack[];
  /** A dashboard each, of the services of a group. */
  readonly pages: readonly PageStack[];
  /** Of the names that the deployment makes records of, by group. */
  readonly records: readonly RecordsStack[];
  /** Where people are told in a channel of Slack. */
  readonly chat: ChatStack | undefined;
}

export interface StacksOptions {
  /** What stands behind the front doors, where that is one of the topologies. */
  readonly topology?: BuiltTopology | undefined;
  readonly existing?: Existing;
}

/**
 * Makes them below `scope`: that of the levers, one for each region that has a role, those of the groups of services, and where a topology is given,
 * those of its applications. Their names are those of the configuration, wherever `scope` is. No stack looks anything up, and none reads what
 * another made but the names of levers, as values, when it is deployed.
 */
export function addStacks(
  scope: Construct,
  failover: Failover,
  { topology, existing = {} }: StacksOptions = {},
): Stacks {
  const levers = new LeversStack(scope, leversStackName(failover), {
    failover,
    topology,
    viewerRequest: existing.viewerRequest,
  });
  const ledger = new LedgerStack(scope, ledgerStackName(failover), { failover });
  const { created } = levers;
  const records = recordsOf(scope, failover, levers);
  const deployed = deployedRegions(failover);
  const regions = deployed.map(
    (region) => new RegionStack(scope, regionStackName(failover, region), { failover, region, created, existing }),
  );
  // What runs finds its table, in whichever order regions are deployed; and a name that is not there yet would look like an outage.
  for (const stack of regions) for (const before of [ledger, ...records]) stack.addStackDependency(before);
  const groups = grouped(failover.services).map(([group, services]) => ({ group, ofGroup: { ...failover, services } }));
  const pages = groups.map(
    ({ group, ofGroup }) => new PageStack(scope, pageName(failover, group), { failover: ofGroup, group }),
  );
  const services = groups.flatMap(({ group, ofGroup }) =>
    regions
      .filter(({ where }) => hasServicesIn(ofGroup, where))
      .map(
        (regionStack) =>
          new ServicesStack(scope, servicesStackName(failover, regionStack.where, group), {
            failover: ofGroup,
            regionStack,
          }),
      ),
  );
  const channel = failover.notify.slackChannel;
  const chat = channel && new ChatStack(scope, chatStackName(failover), { failover, channel, regions: deployed });
  for (const stack of regions) chat?.addStackDependency(stack);
  if (topology !== undefined) addTopology(scope, { failover, topology, levers, records, watching: regions });
  return { levers, ledger, regions, services, pages, records, chat };
}

/** The records that the deployment makes, by groups of hosts, after the alarms that their health checks follow. */
function recordsOf(scope: Construct, failover: Failover, levers: LeversStack): readonly RecordsStack[] {
  const beacons = new Map(
    grouped(failover.services).flatMap(([group, services]) =>
      beaconStandbys({ services }).map((region) => {
        const id = beaconsStackName(failover, region, group);
        return [id, new BeaconsStack(scope, id, { failover: { ...failover, services }, region })] as const;
      }),
    ),
  );
  return grouped(levers.complete.services.filter(hasRecords), frontHost).map(([group, services]) => {
    const records = new RecordsStack(scope, recordsStackName(failover, group), {
      failover: { ...levers.complete, services },
    });
    for (const service of services) {
      for (const region of beaconStandbys({ services: [service] })) {
        const followed = beacons.get(beaconsStackName(failover, region, groupOf(service.name)));
        if (followed !== undefined) records.addStackDependency(followed);
      }
    }
    return records;
  });
}

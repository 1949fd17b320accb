import { App, Validations } from 'aws-cdk-lib';
import featureFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { AwsSolutionsChecks } from 'cdk-nag';
import type { BuiltTopology } from '../config/built-topology.ts';
import type { Failover } from '../core/service.ts';
import {
  beaconStandbys,
  beaconsStackName,
  deployedRegions,
  ledgerStackName,
  leversStackName,
  recordsStackName,
} from '../deployment/names.ts';
import { understudyChecks } from './checks/plugin.ts';
import { BeaconsStack } from './stacks/beacons-stack.ts';
import { ChatStack } from './stacks/chat-stack.ts';
import { LedgerStack } from './stacks/ledger-stack.ts';
import { LeversStack } from './stacks/levers.ts';
import { hasRecords, RecordsStack } from './stacks/records-stack.ts';
import { RegionStack } from './stacks/region-stack.ts';
import { addTopology } from './topologies/deploy/topology.ts';

/**
 * Every stack of a configuration: that of the levers, one for each region that has a role, and where a topology is given,
 * those of its applications. No stack looks anything up,
 * and none reads what another made but the names of levers, as values, when it is deployed. `outdir` is where the assembly goes; the `cdk` command
 * says it in `CDK_OUTDIR`, and then it is that.
 */
export function understudyApp(
  failover: Failover,
  {
    outdir,
    topology,
    judged = true,
  }: {
    readonly outdir?: string;
    readonly topology?: BuiltTopology | undefined;
    /** Whether AWS's validator, cdk-nag and our own checks look at every template: most of the time that a synthesis takes. */
    readonly judged?: boolean;
  } = {},
): App {
  const app = new App({
    analyticsReporting: false,
    // In the code and not in cdk.json, so that a test, a synth and a deployment see the same.
    context: featureFlags,
    ...(outdir !== undefined && { outdir }),
    ...(!judged && { builtinCloudFormationValidation: false }),
  });
  const levers = new LeversStack(app, leversStackName(failover), { failover, topology });
  const ledger = new LedgerStack(app, ledgerStackName(failover), { failover });
  const { created } = levers;
  const records = recordsOf(app, failover, levers);
  const regions = deployedRegions(failover);
  const stacks = regions.map(
    (region) => new RegionStack(app, `${failover.name}-${region}`, { failover, region, created }),
  );
  // What runs finds its table, in whichever order regions are deployed.
  for (const stack of stacks) stack.addStackDependency(ledger);
  // A name that is not there yet would look like an outage.
  if (records !== undefined) for (const stack of stacks) stack.addStackDependency(records);
  const channel = failover.notify.slackChannel;
  if (channel !== undefined) {
    const chat = new ChatStack(app, `${failover.name}-chat`, { failover, channel, regions });
    for (const stack of stacks) chat.addStackDependency(stack);
  }
  if (topology !== undefined) addTopology(app, { failover, topology, levers, records, watching: stacks });
  if (judged) Validations.of(app).addPlugins(new AwsSolutionsChecks(app), understudyChecks(failover));
  return app;
}

/** The records, where the deployment makes some, after the alarms that their health checks follow. */
function recordsOf(app: App, failover: Failover, levers: LeversStack): RecordsStack | undefined {
  if (!failover.services.some(hasRecords)) return undefined;
  const records = new RecordsStack(app, recordsStackName(failover), { failover: levers.complete });
  for (const region of beaconStandbys(failover)) {
    records.addStackDependency(new BeaconsStack(app, beaconsStackName(failover, region), { failover, region }));
  }
  return records;
}

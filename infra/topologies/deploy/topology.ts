import type { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { BuiltTopology } from '../../../config/built-topology.ts';
import type { Failover } from '../../../core/service.ts';
import { AccessStack } from '../access-stack.ts';
import { ApplicationStack } from '../application-stack.ts';
import { behindDistribution, FrontStack, regionsOf } from '../front-stack.ts';

export interface TopologyStacks {
  readonly failover: Failover;
  readonly topology: BuiltTopology;
  /** The function that the distribution associates is made there. */
  readonly levers: Stack;
  /** Records of the front door that a lever moves, where the deployment makes some. */
  readonly records: readonly Stack[];
  readonly watching: readonly Stack[];
}

/**
 * The applications, a stack a region, and the distribution before them where there is one; all of it before anything watches:
 * what is not there yet would look like an outage.
 */
export function addTopology(app: Construct, { failover, topology, levers, records, watching }: TopologyStacks): void {
  const applications = Object.fromEntries(
    regionsOf(failover).map((region) => [
      region,
      new ApplicationStack(app, `${failover.name}-application-${region}`, { failover, topology, region }),
    ]),
  );
  const last: Stack[] = Object.values(applications);
  // Route 53 takes no record that leads to one which is not there.
  for (const stack of records) after(stack, Object.values(applications));
  if (behindDistribution(failover).length > 0) {
    const front = new FrontStack(app, `${failover.name}-front`, { failover, topology, applications });
    after(front, [levers, ...Object.values(applications)]);
    last.push(front);
    for (const region of regionsOf(failover)) {
      const application = applications[region];
      if (application === undefined || !isSigned(topology)) continue;
      const props = { failover, topology, region, application, front };
      const access = new AccessStack(app, `${failover.name}-access-${region}`, props);
      after(access, [application, front]);
      last.push(access);
    }
  }
  for (const stack of watching) after(stack, last);
}

const isSigned = ({ applications }: BuiltTopology) =>
  Object.values(applications).some(({ integration, site }) => integration === 'function-url' || site !== undefined);

function after(stack: Stack, others: readonly Stack[]): void {
  for (const other of others) stack.addStackDependency(other);
}

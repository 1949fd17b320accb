import type { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { BuiltTopology } from '../../../config/built-topology.ts';
import { type Failover, regionNames } from '../../../core/service.ts';
import { ApplicationStack } from '../application-stack.ts';
import { FrontStack } from '../front-stack.ts';

export interface TopologyStacks {
  readonly failover: Failover;
  readonly topology: BuiltTopology;
  /** The function that the distribution associates is made there. */
  readonly levers: Stack;
}

/** The applications, a stack a region, and the distribution before them where there is one. */
export function addTopology(app: Construct, { failover, topology, levers }: TopologyStacks): void {
  const regions = [...new Set(failover.services.flatMap(regionNames))];
  const applications = regions.map(
    (region) => new ApplicationStack(app, `${failover.name}-app-${region}`, { failover, topology, region }),
  );
  // Records lead to what is there already.
  for (const application of applications) levers.addStackDependency(application);
  if (topology.behaviours.length === 0) return;
  const front = new FrontStack(app, `${failover.name}-front`, { failover, topology });
  front.addStackDependency(levers);
}

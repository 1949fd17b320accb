import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { CreatedLevers } from '../../config/created-levers.ts';
import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import type { ExistingInRegion } from '../existing.ts';
import type { CanaryHome } from './canary-home.ts';
import { DeadLetters } from './dead-letters.ts';
import { placeFunctions } from './function-network.ts';
import { Observer } from './observer.ts';
import { Orchestrator } from './orchestrator.ts';
import { Topics } from './topics.ts';

export interface RegionPartProps {
  readonly failover: Failover;
  readonly region: Region;
  readonly created?: CreatedLevers | undefined;
  readonly existing?: ExistingInRegion | undefined;
}

/** What stands in one region by the roles that the configuration gives it, and does not grow with the number of services. */
export class RegionPart extends Construct {
  readonly where: Region;
  /** Where the region is an observer. */
  readonly canaryHome: CanaryHome | undefined;

  constructor(scope: Construct, id: string, { failover, region, created, existing = {} }: RegionPartProps) {
    super(scope, id);
    this.where = region;
    const topics = new Topics(this, 'Topics', { failover, existing });
    const deadLetters = new DeadLetters(this, 'DeadLetters', { failover, topics });
    const orchestrator = failover.controlRegions.includes(region)
      ? new Orchestrator(this, 'Orchestrator', { failover, region, topics, deadLetters, created })
      : null;
    if (failover.observers.includes(region)) {
      const observer = new Observer(this, 'Observer', { failover, region, deadLetters, created });
      this.canaryHome = observer.canaryHome;
      // Nothing may start a machine that is not there yet.
      if (orchestrator !== null) observer.startRules.node.addDependency(orchestrator.machine.live);
    }
    const network = existing.vpc?.(Stack.of(this));
    if (network !== undefined) placeFunctions(this, network);
  }
}

import { CrossStackReferences, ReferenceStrength, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { CreatedLevers } from '../../config/created-levers.ts';
import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import type { CanaryHome } from '../constructs/canary-home.ts';
import { DeadLetters } from '../constructs/dead-letters.ts';
import { Observer } from '../constructs/observer.ts';
import { Orchestrator } from '../constructs/orchestrator.ts';
import { Topics } from '../constructs/topics.ts';

export interface RegionStackProps {
  readonly failover: Failover;
  readonly region: Region;
  readonly created?: CreatedLevers | undefined;
}

/**
 * What Understudy owns in one region, by the roles that the configuration gives it, and that does not grow with the number of services: the
 * canaries and alarms of services have stacks of their own.
 */
export class RegionStack extends Stack {
  /** Where the region is an observer. */
  readonly canaryHome: CanaryHome | undefined;
  readonly where: Region;

  constructor(scope: Construct, id: string, { failover, region, created }: RegionStackProps) {
    super(scope, id, {
      stackName: id,
      env: { account: failover.account, region },
      description: `Understudy in ${region}: ${rolesOf(failover, region).join(', ')}.`,
    });
    this.where = region;
    // What the levers' stack made is filled in by CloudFormation when this one is deployed: Fn::GetStackOutput.
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    const topics = new Topics(this, 'Topics', { failover });
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
  }
}

function rolesOf(failover: Failover, region: Region): readonly string[] {
  const { controlRegions, observers } = failover;
  return [
    ...(controlRegions.includes(region) ? ['orchestrator'] : []),
    ...(observers.includes(region) ? ['observer'] : []),
  ];
}

import { CrossStackReferences, ReferenceStrength, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { RegionPart, type RegionPartProps } from '../constructs/region-part.ts';

/**
 * What Understudy owns in one region, by the roles that the configuration gives it, and that does not grow with the number of services: the
 * canaries and alarms of services have stacks of their own.
 */
export class RegionStack extends Stack {
  readonly part: RegionPart;

  constructor(scope: Construct, id: string, props: RegionPartProps) {
    const { failover, region } = props;
    super(scope, id, {
      stackName: id,
      env: { account: failover.account, region },
      description: `Understudy in ${region}: ${rolesOf(failover, region).join(', ')}.`,
    });
    // What the levers' stack made is filled in by CloudFormation when this one is deployed: Fn::GetStackOutput.
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    this.part = new RegionPart(this, 'Default', props);
  }

  get where(): Region {
    return this.part.where;
  }
}

function rolesOf(failover: Failover, region: Region): readonly string[] {
  const { controlRegions, observers } = failover;
  return [
    ...(controlRegions.includes(region) ? ['orchestrator'] : []),
    ...(observers.includes(region) ? ['observer'] : []),
  ];
}

import { CrossStackReferences, ReferenceStrength, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { watches } from '../../deployment/canaries.ts';
import { tellServices } from '../constructs/services-output.ts';
import { ServicesPart } from '../constructs/services-part.ts';
import type { RegionStack } from './region-stack.ts';

export interface ServicesStackProps {
  /** With the services of one group. */
  readonly failover: Failover;
  /** Of the region. */
  readonly regionStack: RegionStack;
}

/** What there is of a group's services in a region: canaries and their alarms in an observer, whether they are ready in a control region. */
export class ServicesStack extends Stack {
  constructor(scope: Construct, id: string, { failover, regionStack }: ServicesStackProps) {
    const { where: region } = regionStack;
    super(scope, id, {
      stackName: id,
      env: { account: failover.account, region },
      description: `Understudy in ${region}: ${failover.services.map(({ name }) => name).join(', ')}.`.slice(0, 1_024),
    });
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    // Topics, rules and what publishes whether a service is ready are there before the alarms.
    this.addStackDependency(regionStack);
    tellServices(this, failover.services);
    new ServicesPart(this, 'Default', { failover, inRegion: regionStack.part });
  }
}

/** Whether a region has anything of these services. */
export const hasServicesIn = ({ services, observers, controlRegions }: Failover, region: Region): boolean =>
  controlRegions.includes(region) ||
  (observers.includes(region) && services.some((service) => watches(service, region)));

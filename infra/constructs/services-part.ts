import { Construct } from 'constructs';
import type { Failover, Service } from '../../core/service.ts';
import { ownCanaryPlans, watches } from '../../deployment/canaries.ts';
import { canaryName } from '../../deployment/names.ts';
import { Canaries } from './canaries.ts';
import { CanaryAlarms } from './canary-alarms.ts';
import type { RegionPart } from './region-part.ts';
import { ServiceAlarms } from './service-alarms.ts';

export interface ServicesPartProps {
  /** With the services that it is about. */
  readonly failover: Failover;
  readonly inRegion: Pick<RegionPart, 'where' | 'canaryHome'>;
}

/** What there is of services in a region: canaries and their alarms in an observer, whether they are ready in a control region. */
export class ServicesPart extends Construct {
  constructor(scope: Construct, id: string, { failover, inRegion }: ServicesPartProps) {
    super(scope, id);
    const { where: region, canaryHome: home } = inRegion;
    const canaries =
      home &&
      new Canaries(this, 'Canaries', {
        plans: ownCanaryPlans(failover, region),
        home,
        network: failover.networks?.[region],
      });
    if (canaries !== undefined) new CanaryAlarms(this, 'CanaryAlarms', { failover, observer: region, canaries });
    if (failover.controlRegions.includes(region)) {
      const after = (service: Service) =>
        watches(service, region) ? canaries?.named(canaryName(failover, service.name, null)) : undefined;
      new ServiceAlarms(this, 'ServiceAlarms', { failover, region, after });
    }
  }
}

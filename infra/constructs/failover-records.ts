import { CfnRecordSetGroup } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { HostedZone } from '../../core/lever.ts';
import { frontHost, homeRegion, regionNames, type Service } from '../../core/service.ts';

export interface FailoverRecordsProps {
  readonly service: Service;
  readonly hostedZone: HostedZone;
  /** Health check ids, by region; a region without one counts as healthy always. */
  readonly healthChecks: Readonly<Record<string, string>>;
}

/**
 * The service's name, which leads to the home region while its health check is healthy and to the standby else. Aliases of
 * regional endpoints: they have no TTL of their own, and whether the target lives is the lever's to say.
 *
 * One group, because Route 53 takes a group as one batch of changes: while home and standby are exchanged, two records of one name
 * are never both SECONDARY, which Route 53 refuses.
 */
export class FailoverRecords extends Construct {
  constructor(scope: Construct, id: string, { service, hostedZone, healthChecks }: FailoverRecordsProps) {
    super(scope, id);
    new CfnRecordSetGroup(this, 'Group', {
      hostedZoneId: hostedZone.id,
      recordSets: regionNames(service).map((region) => {
        const alias = hostedZone.aliases[region];
        if (alias === undefined) throw new Error(`${service.name}: lever.hostedZone.aliases has none for ${region}`);
        const healthCheckId = healthChecks[region];
        return {
          name: `${frontHost(service)}.`,
          type: 'A',
          setIdentifier: region,
          failover: region === homeRegion(service) ? 'PRIMARY' : 'SECONDARY',
          aliasTarget: { dnsName: alias.dnsName, hostedZoneId: alias.zoneId, evaluateTargetHealth: false },
          ...(healthCheckId !== undefined && { healthCheckId }),
        };
      }),
    });
  }
}

import { createHash } from 'node:crypto';
import { Token } from 'aws-cdk-lib';
import { CfnHealthCheck } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { HostedZone } from '../../core/lever.ts';
import { regionNames, type Service } from '../../core/service.ts';
import { FailoverRecords } from './failover-records.ts';

export interface ControlRecordsProps {
  readonly service: Service;
  /** Routing control ARNs, by region. */
  readonly controls: Readonly<Record<string, string>>;
  readonly hostedZone: HostedZone;
}

/** What makes routing controls move traffic: a health check that follows each, and the records behind them. */
export class ControlRecords extends Construct {
  constructor(scope: Construct, id: string, { service, controls, hostedZone }: ControlRecordsProps) {
    super(scope, id);
    const healthChecks = Object.fromEntries(
      regionNames(service).map((region): [string, string] => {
        const routingControlArn = controls[region];
        if (routingControlArn === undefined) throw new Error(`${service.name} has no routing control for ${region}`);
        const check = new CfnHealthCheck(this, `${region}${suffixOf(service, routingControlArn)}`, {
          healthCheckConfig: { type: 'RECOVERY_CONTROL', routingControlArn },
          healthCheckTags: [{ key: 'Name', value: `${service.name}-${region}` }],
        });
        return [region, check.attrHealthCheckId];
      }),
    );
    new FailoverRecords(this, 'Records', { service, hostedZone, healthChecks });
  }
}

/**
 * CloudFormation says that it updated a health check whose routing control changed, and does not: another control makes
 * another health check. One that the deployment makes is another one where the service has another name.
 * https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2028
 */
function suffixOf({ name }: Service, arn: string): string {
  const identity = Token.isUnresolved(arn) ? name : arn;
  return createHash('sha256').update(identity).digest('hex').slice(0, 8);
}

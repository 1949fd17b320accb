import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { canaryNamespace } from '../../deployment/canary-code.ts';
import { defaultBus } from '../../deployment/names.ts';
import { probes } from '../../deployment/probe-permissions.ts';
import { acknowledge } from './acknowledge.ts';
import { entersNetworks } from './observer-network.ts';
import { statementsOf } from './statement.ts';

export interface CanaryHomeProps {
  readonly failover: Failover;
  readonly observer: Region;
}

/** What a run leaves behind helps for as long as somebody may still ask about an incident. */
export const keptDays = 31;

/** What all canaries of an observer region share: what they may do, and where they put what a run leaves behind. */
export class CanaryHome extends Construct {
  readonly artifacts: Bucket;
  readonly role: Role;

  constructor(scope: Construct, id: string, { failover, observer }: CanaryHomeProps) {
    super(scope, id);
    this.artifacts = new Bucket(this, 'Artifacts', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(keptDays), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(
      this.artifacts,
      'S1',
      'Only canaries write here, and what they leave expires: nobody reads access logs of it.',
    );
    this.role = this.#roleOf(failover, observer);
  }

  /**
   * One role for all canaries of the region: they differ in nothing that they may do.
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_CanaryPermissions.html
   */
  #roleOf(failover: Failover, observer: Region): Role {
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: 'What the canaries of this region may do: write their artifacts, metrics and logs.',
    });
    const allow = (actions: string[], resources: string[], conditions = {}) =>
      role.addToPolicy(new PolicyStatement({ actions, resources, conditions }));
    allow(['s3:PutObject'], [this.artifacts.arnForObjects('*')]);
    allow(['s3:GetBucketLocation'], [this.artifacts.bucketArn]);
    allow(['s3:ListAllMyBuckets'], ['*']);
    allow(['cloudwatch:PutMetricData'], ['*'], { StringEquals: { 'cloudwatch:namespace': canaryNamespace } });
    if (failover.networks?.[observer] !== undefined) role.addToPolicy(entersNetworks());
    if (failover.sharedCanaries) allow(['events:PutEvents'], [defaultBus(failover, observer)]);
    const logs = logsOfCanaries(failover, Stack.of(this));
    allow(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], [logs]);
    for (const statement of probes(failover, observer).flatMap(statementsOf)) role.addToPolicy(statement);
    const because = 'Synthetics names its functions, and puts artifacts where it likes under the prefix of a canary.';
    acknowledge(
      role,
      'IAM5[Resource::*]',
      'PutMetricData (bound to its namespace), ListAllMyBuckets and network interfaces that are not there yet know no resources.',
    );
    acknowledge(
      role,
      `IAM5[Resource::<${Stack.of(this).getLogicalId(this.artifacts.node.defaultChild as CfnBucket)}.Arn>/*]`,
      because,
    );
    acknowledge(role, `IAM5[Resource::${logs}]`, because);
    return role;
  }
}

/**
 * Of every canary of the deployment. The function of a canary is named after the first 21 characters of its name, and an id that
 * nobody knows before.
 */
const logsOfCanaries = ({ name }: Failover, { region, account }: Stack): string =>
  `arn:aws:logs:${region}:${account}:log-group:/aws/lambda/cwsyn-${`${name}-`.slice(0, 21)}*`;

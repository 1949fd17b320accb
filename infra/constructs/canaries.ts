import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import {
  ArtifactsEncryptionMode,
  Canary,
  Code,
  Runtime,
  RuntimeFamily,
  Schedule,
  Test,
} from 'aws-cdk-lib/aws-synthetics';
import { Construct } from 'constructs';
import { dist } from '../../config/installation.ts';
import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { type CanaryPlan, canaryHandler, canaryPlans } from '../../deployment/canaries.ts';
import type { Permission } from '../../deployment/permission.ts';
import { probes } from '../../deployment/permissions.ts';
import { acknowledge } from './acknowledge.ts';
import { statementOf } from './statement.ts';

export interface CanariesProps {
  readonly failover: Failover;
  readonly observer: Region;
}

/**
 * No browser, Node 22. The CDK has no constant for it.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Library_nodejs.html
 */
const runtime = new Runtime('syn-nodejs-5.2', RuntimeFamily.NODEJS);

/** What a run leaves behind helps for as long as somebody may still ask about an incident. */
const keptDays = 31;

/**
 * The canaries of one observer region, each by itself: one that is spread over regions by Synthetics keeps its metrics in
 * the region that it was made in, and is blind with it.
 */
export class Canaries extends Construct {
  readonly canaries: readonly Canary[];
  readonly #byName: ReadonlyMap<string, Canary>;
  private readonly artifacts: Bucket;

  constructor(scope: Construct, id: string, { failover, observer }: CanariesProps) {
    super(scope, id);
    const plans = canaryPlans(failover, observer);
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
    const role = this.role(failover, probes(failover, observer));
    this.canaries = plans.map((plan) => this.canary(plan, role));
    this.#byName = new Map(
      plans.flatMap(({ name }, index) => (this.canaries[index] ? [[name, this.canaries[index]]] : [])),
    );
  }

  /** Throws for a name that no canary of this region has. */
  named(name: string): Canary {
    const canary = this.#byName.get(name);
    if (canary === undefined) throw new Error(`there is no canary ${name}`);
    return canary;
  }

  private canary({ name, bundle, environment, everyMinutes, timeoutSeconds }: CanaryPlan, role: Role): Canary {
    return new Canary(this, name, {
      canaryName: name,
      runtime,
      test: Test.custom({
        code: Code.fromAsset(dist('synthetics', bundle), { exclude: ['**/*.map'] }),
        handler: canaryHandler,
      }),
      schedule: Schedule.rate(Duration.minutes(everyMinutes)),
      timeout: Duration.seconds(timeoutSeconds),
      environmentVariables: { ...environment },
      role,
      // The class and its interface disagree about what may be undefined.
      artifactsBucketLocation: { bucket: this.artifacts as IBucket, prefix: name },
      artifactS3EncryptionMode: ArtifactsEncryptionMode.S3_MANAGED,
      successRetentionPeriod: Duration.days(keptDays),
      failureRetentionPeriod: Duration.days(keptDays),
      // Or its function and layers stay behind when the stack is deleted.
      provisionedResourceCleanup: true,
      // No retries: the first failure counts, and whether to believe it is for the quorum to say.
    });
  }

  /**
   * One role for all canaries of the region: they differ in nothing that they may do.
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_CanaryPermissions.html
   */
  private role(failover: Failover, opens: readonly Permission[]): Role {
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: 'What the canaries of this region may do: write their artifacts, metrics and logs.',
    });
    const allow = (actions: string[], resources: string[], conditions = {}) =>
      role.addToPolicy(new PolicyStatement({ actions, resources, conditions }));
    allow(['s3:PutObject'], [this.artifacts.arnForObjects('*')]);
    allow(['s3:GetBucketLocation'], [this.artifacts.bucketArn]);
    allow(['s3:ListAllMyBuckets'], ['*']);
    allow(['cloudwatch:PutMetricData'], ['*'], { StringEquals: { 'cloudwatch:namespace': 'CloudWatchSynthetics' } });
    const logs = logsOfCanaries(failover, Stack.of(this));
    allow(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], [logs]);
    for (const permission of opens) role.addToPolicy(statementOf(permission));
    const because = 'Synthetics names its functions, and puts artifacts where it likes under the prefix of a canary.';
    acknowledge(
      role,
      'IAM5[Resource::*]',
      'PutMetricData (bound to its namespace) and ListAllMyBuckets know no resources.',
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

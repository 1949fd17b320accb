import { CfnOutput, CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Policy } from 'aws-cdk-lib/aws-iam';
import type { LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { copiesBucket, copyKeys } from '../../deployment/names.ts';
import { onCopies, permissionsOf } from '../../deployment/permissions.ts';
import { acknowledge } from './acknowledge.ts';
import type { DeadLetters } from './dead-letters.ts';
import { DeploymentFunction } from './deployment-function.ts';
import { HandlerFunction } from './handler-function.ts';
import { schedule, schedulerRole } from './schedule.ts';
import { statementOf, statementsOf } from './statement.ts';

export interface ConsoleCopiesProps {
  /** With its levers complete. */
  readonly failover: Failover;
  readonly region: Region;
  readonly layer: LayerVersion;
  readonly environment: Readonly<Record<string, string>>;
  readonly deadLetters: DeadLetters;
}

/** What nobody writes any more is gone after so long: a page that is weeks old helps nobody. */
const keptDays = 7;

/** A private bucket with a read-only copy of the console, and the function that writes it every minute. */
export class ConsoleCopies extends Construct {
  readonly handler: HandlerFunction;

  constructor(scope: Construct, id: string, props: ConsoleCopiesProps) {
    super(scope, id);
    const { failover, region, layer, environment, deadLetters } = props;
    const bucketName = copiesBucket(failover, region);
    const bucket = new Bucket(this, 'Bucket', {
      bucketName,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(keptDays), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acknowledge(
      bucket,
      'S1',
      'Holds two objects that are written anew every minute; who reads them is in CloudTrail where data events are wanted.',
    );
    this.handler = new HandlerFunction(this, 'copy', {
      failover,
      role: 'copy',
      layer,
      environment,
      statements: permissionsOf('copy', failover, region).flatMap(statementsOf),
    });
    const emptied = this.#emptied({ failover, region, bucket });
    const role = schedulerRole(this, 'Starts what copies the console.', {
      failover,
      targets: [this.handler.function],
      deadLetters,
    });
    const made = schedule(this, 'Schedule', {
      name: `${failover.name}-copy`,
      description: 'Writes a read-only copy of the console.',
      everyMinutes: 1,
      input: {},
      retries: 0,
      target: this.handler.function,
      role,
      deadLetters,
    });
    // Nothing writes any more when the bucket is emptied.
    made.node.addDependency(emptied);
    new CfnOutput(this, 'Address', {
      value: `aws s3 presign s3://${bucketName}/${copyKeys.page} --region ${region} --expires-in 43200`,
      description: 'Prints the address of a read-only copy of the console, for twelve hours; with AWS CLI 2.',
    });
  }

  /** A bucket goes only when it is empty. */
  #emptied({
    failover,
    region,
    bucket,
  }: Pick<ConsoleCopiesProps, 'failover' | 'region'> & { readonly bucket: Bucket }) {
    const remover = new DeploymentFunction(this, 'Remover', {
      failover,
      handler: 'copies-removal.handler',
      description: 'Runs when the stack goes, or the option: empties the bucket with copies of the console.',
      does: 'Removes the copies of the console with their bucket.',
      timeout: Duration.minutes(2),
    });
    const allowed = new Policy(this, 'RemoverPolicy', {
      roles: [remover.role],
      statements: [statementOf(onCopies(['s3:DeleteObject'], failover, region))],
    });
    const resource = new CustomResource(this, 'Emptied', {
      resourceType: 'Custom::ConsoleCopiesRemoval',
      serviceToken: remover.function.functionArn,
      properties: { bucket: bucket.bucketName, account: failover.account, region },
      serviceTimeout: Duration.minutes(3),
    });
    resource.node.addDependency(allowed);
    return resource;
  }
}

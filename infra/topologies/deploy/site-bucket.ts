import { join } from 'node:path';
import { DefaultStackSynthesizer, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import { acknowledge } from '../../constructs/acknowledge.ts';

export interface SiteBucketProps {
  /** The built topology's. */
  readonly folder: string;
  /** Within it. */
  readonly site: string;
}

/** The files of a static site in one region. Private: its policy, which lets the distribution read, comes after that. */
export class SiteBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { folder, site }: SiteBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      // Everything in it is made from the repository.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acknowledge(this.bucket, 'S1', 'The distribution logs who reads what; nobody else can read.');
    acknowledge(
      this.bucket,
      'S10',
      'The policy with this rule is made when the distribution is known, in a stack of its own.',
    );
    new BucketDeployment(this, 'Files', {
      destinationBucket: this.bucket as IBucket,
      sources: [Source.asset(join(folder, site))],
      retainOnDelete: false,
    });
    this.#acknowledgeCopies();
  }

  /** The CDK's own function copies the files while the stack is made, and is called by nobody else. */
  #acknowledgeCopies(): void {
    const stack = Stack.of(this);
    const copies = stack.node.children.find(({ node }) => node.id.startsWith('Custom::CDKBucketDeployment'));
    if (copies === undefined) throw new Error('files of a bucket are copied by something else now');
    const assets = `cdk-${DefaultStackSynthesizer.DEFAULT_QUALIFIER}-assets-${stack.account}-${stack.region}`;
    const bucket = stack.getLogicalId(this.bucket.node.defaultChild as CfnBucket);
    const wildcards = [
      ...copiedWith.map((action) => `Action::s3:${action}`),
      `Resource::arn:aws:s3:::${assets}/*`,
      `Resource::<${bucket}.Arn>/*`,
    ];
    const reason = 'The CDK’s own function, which copies the site while the stack is deployed and never runs after.';
    acknowledge(copies, `IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${managed}]`, reason);
    acknowledge(copies, 'L1', 'Its runtime is the CDK’s to choose.');
    for (const wildcard of wildcards) acknowledge(copies, `IAM5[${wildcard}]`, reason);
  }
}

const managed = 'service-role/AWSLambdaBasicExecutionRole';
const copiedWith = ['GetBucket*', 'GetObject*', 'List*', 'Abort*', 'DeleteObject*'];

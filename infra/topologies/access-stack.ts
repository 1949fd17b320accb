import { CrossStackReferences, ReferenceStrength, Stack } from 'aws-cdk-lib';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { CfnBucketPolicy } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { applicationFunction, type BuiltTopology } from '../../config/built-topology.ts';
import type { Region } from '../../core/brand.ts';
import { type Failover, servicesIn } from '../../core/service.ts';
import type { ApplicationStack } from './application-stack.ts';
import { liveAlias } from './deploy/live-alias.ts';
import type { FrontStack } from './front-stack.ts';

export interface AccessStackProps {
  readonly failover: Failover;
  readonly topology: BuiltTopology;
  readonly region: Region;
  readonly application: ApplicationStack;
  readonly front: FrontStack;
}

/**
 * Who may reach the origins of a region that take signed requests alone: the distributions, each by its ARN. A stack of its
 * own, because a distribution names its origins, and their permissions name the distribution.
 */
export class AccessStack extends Stack {
  constructor(scope: Construct, id: string, { failover, topology, region, application, front }: AccessStackProps) {
    super(scope, id, {
      env: { account: failover.account, region },
      description: `${topology.name}: which distributions may reach its applications in ${region}.`,
    });
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    for (const { name } of servicesIn(failover, region)) {
      const { integration, site } = topology.applications[name] ?? {};
      const within = new Construct(this, name);
      if (integration === 'function-url') {
        const alias = `arn:aws:lambda:${region}:${failover.account}:function:${applicationFunction(topology, name)}:${liveAlias}`;
        invokedBy(within, alias, { FrontDoor: front.arn, Region: front.regionalArn(name, region) });
      }
      if (site !== undefined) readBy(within, application.told(name, 'SiteBucket'), front.arn);
    }
  }
}

/** Both, since October 2025. https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html */
function invokedBy(scope: Construct, functionName: string, distributions: Readonly<Record<string, string>>): void {
  for (const [id, sourceArn] of Object.entries(distributions)) {
    const common = { functionName, principal: 'cloudfront.amazonaws.com', sourceArn };
    new CfnPermission(scope, `${id}Url`, {
      ...common,
      action: 'lambda:InvokeFunctionUrl',
      functionUrlAuthType: 'AWS_IAM',
    });
    new CfnPermission(scope, `${id}Function`, {
      ...common,
      action: 'lambda:InvokeFunction',
      invokedViaFunctionUrl: true,
    });
  }
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html */
function readBy(scope: Construct, bucket: string, distribution: string): void {
  const arn = `arn:aws:s3:::${bucket}`;
  new CfnBucketPolicy(scope, 'SitePolicy', {
    bucket,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'cloudfront.amazonaws.com' },
          Action: 's3:GetObject',
          Resource: `${arn}/*`,
          Condition: { StringEquals: { 'AWS:SourceArn': distribution } },
        },
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: [arn, `${arn}/*`],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    },
  });
}

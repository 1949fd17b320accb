import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { CfnCachePolicy, CfnDistribution } from 'aws-cdk-lib/aws-cloudfront';
import { AaaaRecord, ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { BuiltTopology } from '../../config/built-topology.ts';
import { originLimits, type TopologyBehaviour } from '../../config/topology.ts';
import { type Failover, homeRegion, type Service } from '../../core/service.ts';
import { acknowledge } from '../constructs/acknowledge.ts';
import { wafReason } from './deploy/reasons.ts';

export interface FrontStackProps {
  readonly failover: Failover;
  readonly topology: BuiltTopology;
}

/**
 * The distribution before every service that moves by a KeyValueStore. In us-east-1, where CloudFront has its certificates.
 * Its origins are the names of the regional endpoints, which the configuration says: nothing is read of another stack, and
 * nothing here changes when traffic moves.
 */
export class FrontStack extends Stack {
  constructor(scope: Construct, id: string, { failover, topology }: FrontStackProps) {
    super(scope, id, {
      env: { account: failover.account, region: 'us-east-1' },
      description: `${topology.name}: its distribution.`,
    });
    const services = failover.services.filter(({ lever }) => lever.kind === 'kvs');
    const aliases = [...new Set(services.map(({ frontDoor }) => new URL(frontDoor.url).hostname))];
    const [first = '', ...others] = aliases;
    const { id: hostedZoneId, name: zoneName } = topology.hostedZone;
    const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId, zoneName });
    const certificate = new Certificate(this, 'Certificate', {
      domainName: first,
      subjectAlternativeNames: others,
      validation: CertificateValidation.fromDns(zone),
    });
    const logs = logBucket(this, failover);
    const behaviours = topology.behaviours.map((each, index) => this.#behaviour(failover, topology, each, index));
    const distribution = new CfnDistribution(this, 'Distribution', {
      distributionConfig: {
        enabled: true,
        comment: `${topology.name}: every region an origin, and a function that chooses.`,
        aliases,
        httpVersion: 'http2and3',
        ipv6Enabled: true,
        priceClass: 'PriceClass_100',
        viewerCertificate: {
          acmCertificateArn: certificate.certificateArn,
          minimumProtocolVersion: 'TLSv1.2_2021',
          sslSupportMethod: 'sni-only',
        },
        logging: { bucket: logs.bucketRegionalDomainName, includeCookies: false },
        origins: services.flatMap(originsOf),
        defaultCacheBehavior: behaviours.at(-1)?.settings ?? missing(topology),
        cacheBehaviors: behaviours.slice(0, -1).map(({ pathPattern, settings }) => ({ pathPattern, ...settings })),
        // An error of a region that was left must not outlive it in a cache.
        customErrorResponses: [500, 502, 503, 504].map((errorCode) => ({ errorCode, errorCachingMinTtl: 0 })),
      },
    });
    acknowledge(distribution, 'CFR1', 'Whom the application serves is its owner’s to restrict.');
    acknowledge(distribution, 'CFR2', wafReason);
    // The zone of every distribution. https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html
    const target = RecordTarget.fromAlias({
      bind: () => ({ dnsName: distribution.attrDomainName, hostedZoneId: 'Z2FDTNDATAQYW2' }),
    });
    for (const [index, alias] of aliases.entries()) {
      new ARecord(this, `A${index}`, { zone, recordName: `${alias}.`, target });
      new AaaaRecord(this, `AAAA${index}`, { zone, recordName: `${alias}.`, target });
    }
  }

  #behaviour(
    failover: Failover,
    topology: BuiltTopology,
    { pathPattern, service, methods, cache }: TopologyBehaviour,
    index: number,
  ) {
    const described = failover.services.find(({ name }) => name === service);
    if (described?.lever.kind !== 'kvs') throw new Error(`behaviour ${pathPattern}: ${service} does not move by kvs`);
    const settings: CfnDistribution.DefaultCacheBehaviorProperty = {
      targetOriginId: described.lever.origins[homeRegion(described)] ?? '',
      viewerProtocolPolicy: 'redirect-to-https',
      compress: true,
      allowedMethods: methods === 'all' ? allMethods : reads,
      cachedMethods: ['GET', 'HEAD'],
      cachePolicyId: cache === null ? cachingDisabled : this.#cachePolicy(topology, cache, index),
      originRequestPolicyId: allViewerExceptHostHeader,
      functionAssociations: [{ eventType: 'viewer-request', functionArn: viewerRequestArn(failover) }],
    };
    // With a cache, only what is part of the key goes on, and the function's own headers.
    if (cache === null) return { pathPattern, settings };
    const { originRequestPolicyId: _, ...keyed } = settings;
    return { pathPattern, settings: keyed };
  }

  #cachePolicy({ name }: BuiltTopology, cache: NonNullable<TopologyBehaviour['cache']>, index: number): string {
    const policy = new CfnCachePolicy(this, `Cache${index}`, {
      cachePolicyConfig: {
        name: `${name}-${index}`,
        minTtl: 0,
        defaultTtl: cache.ttlSeconds,
        maxTtl: cache.ttlSeconds,
        parametersInCacheKeyAndForwardedToOrigin: {
          cookiesConfig: { cookieBehavior: 'none' },
          headersConfig:
            cache.headers.length === 0
              ? { headerBehavior: 'none' }
              : { headerBehavior: 'whitelist', headers: cache.headers },
          queryStringsConfig:
            cache.queryStrings.length === 0
              ? { queryStringBehavior: 'none' }
              : { queryStringBehavior: 'whitelist', queryStrings: cache.queryStrings },
          enableAcceptEncodingGzip: true,
          enableAcceptEncodingBrotli: true,
        },
      },
    });
    return policy.ref;
  }
}

const allMethods = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'];
const reads = ['GET', 'HEAD', 'OPTIONS'];

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html */
const cachingDisabled = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html */
const allViewerExceptHostHeader = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

/** The function is made with the levers, in another region, and has no region itself: its name is all that is needed. */
const viewerRequestArn = ({ name, account }: Failover) =>
  `arn:aws:cloudfront::${account}:function/${name}-viewer-request`;

function originsOf(service: Service): CfnDistribution.OriginProperty[] {
  const { lever, regions } = service;
  if (lever.kind !== 'kvs') return [];
  return regions.map(({ region, endpoint }) => ({
    id: lever.origins[region] ?? region,
    domainName: new URL(endpoint).hostname,
    connectionAttempts: originLimits.connectionAttempts,
    connectionTimeout: originLimits.connectionTimeoutSeconds,
    customOriginConfig: {
      originProtocolPolicy: 'https-only',
      originSslProtocols: ['TLSv1.2'],
      originReadTimeout: originLimits.readTimeoutSeconds,
      originKeepaliveTimeout: 60,
    },
  }));
}

/** CloudFront delivers standard logs by access control list. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html */
function logBucket(scope: Construct, failover: Failover): Bucket {
  const bucket = new Bucket(scope, 'Logs', {
    objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    lifecycleRules: [{ expiration: Duration.days(failover.logRetentionDays) }],
    removalPolicy: RemovalPolicy.RETAIN,
  });
  acknowledge(bucket, 'S1', 'This is where access is logged to.');
  return bucket;
}

function missing({ name }: BuiltTopology): never {
  throw new Error(`${name} has no behaviour with the pattern *`);
}

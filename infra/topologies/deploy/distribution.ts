import { Stack } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { CfnDistribution } from 'aws-cdk-lib/aws-cloudfront';
import { AaaaRecord, ARecord, type IHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { failoverStatusCodes } from '../../../config/topology.ts';
import { acknowledge } from '../../constructs/acknowledge.ts';
import type { Settings, Target } from './behaviours.ts';
import { wafReason } from './reasons.ts';

export interface DistributionProps {
  readonly comment: string;
  readonly aliases: readonly string[];
  readonly zone: IHostedZone;
  /** Of all the aliases. */
  readonly certificate: ICertificate;
  readonly logs: Bucket;
  readonly origins: readonly CfnDistribution.OriginProperty[];
  /** In matching order, the last one for the rest. */
  readonly behaviours: readonly {
    readonly pathPattern: string;
    readonly target: Target;
    readonly settings: Settings;
  }[];
}

/** A distribution and the records of its names. Its origins have the ids that the edge function knows them by. */
export class Distribution extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: DistributionProps) {
    super(scope, id);
    const { comment, aliases, zone, certificate, logs, origins, behaviours } = props;
    const described = behaviours.map(({ pathPattern, target, settings }) => ({
      pathPattern,
      ...settings,
      targetOriginId: idOf(target),
    }));
    const last = described.at(-1);
    if (last?.pathPattern !== '*') throw new Error(`${id}: the last behaviour must have the pattern *`);
    const { pathPattern: _, ...rest } = last;
    const distribution = new CfnDistribution(this, 'Resource', {
      distributionConfig: {
        enabled: true,
        comment,
        aliases: [...aliases],
        httpVersion: 'http2and3',
        ipv6Enabled: true,
        priceClass: 'PriceClass_100',
        viewerCertificate: {
          acmCertificateArn: certificate.certificateArn,
          minimumProtocolVersion: 'TLSv1.2_2021',
          sslSupportMethod: 'sni-only',
        },
        logging: { bucket: logs.bucketRegionalDomainName, includeCookies: false, prefix: `${aliases[0]}/` },
        origins: [...origins],
        ...groupsOf(behaviours.map(({ target }) => target)),
        defaultCacheBehavior: rest,
        cacheBehaviors: described.slice(0, -1),
        // An error of a region that was left must not outlive it in a cache.
        customErrorResponses: failoverStatusCodes.map((errorCode) => ({ errorCode, errorCachingMinTtl: 0 })),
      },
    });
    this.arn = Stack.of(this).formatArn({
      service: 'cloudfront',
      region: '',
      resource: 'distribution',
      resourceName: distribution.attrId,
    });
    acknowledge(distribution, 'CFR1', 'Whom the application serves is its owner’s to restrict.');
    acknowledge(distribution, 'CFR2', wafReason);
    const target = RecordTarget.fromAlias({
      bind: () => ({ dnsName: distribution.attrDomainName, hostedZoneId: zoneOfDistributions }),
    });
    for (const alias of aliases) {
      const names = new Construct(this, alias);
      new ARecord(names, 'A', { zone, recordName: `${alias}.`, target });
      new AaaaRecord(names, 'AAAA', { zone, recordName: `${alias}.`, target });
    }
  }
}

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html */
const zoneOfDistributions = 'Z2FDTNDATAQYW2';

const idOf = ({ home, standby }: Target) => (standby === null ? home : `${home}-or-standby`);

/** One for each pair that some behaviour leads to. */
function groupsOf(targets: readonly Target[]): Pick<CfnDistribution.DistributionConfigProperty, 'originGroups'> {
  const groups = new Map<string, CfnDistribution.OriginGroupProperty>();
  for (const target of targets) {
    const { home, standby } = target;
    if (standby === null) continue;
    groups.set(idOf(target), {
      id: idOf(target),
      members: { quantity: 2, items: [{ originId: home }, { originId: standby }] },
      failoverCriteria: { statusCodes: { quantity: failoverStatusCodes.length, items: [...failoverStatusCodes] } },
    });
  }
  return groups.size === 0 ? {} : { originGroups: { quantity: groups.size, items: [...groups.values()] } };
}

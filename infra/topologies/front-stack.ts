import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { BuiltTopology } from '../../config/built-topology.ts';
import type { Region } from '../../core/brand.ts';
import { type Failover, frontHost, regionNames, type Service } from '../../core/service.ts';
import { acknowledge } from '../constructs/acknowledge.ts';
import type { ApplicationStack } from './application-stack.ts';
import { Behaviours, unsteered } from './deploy/behaviours.ts';
import { Distribution } from './deploy/distribution.ts';
import { Origins } from './deploy/origins.ts';

export interface FrontStackProps {
  readonly failover: Failover;
  readonly topology: BuiltTopology;
  /** By region. */
  readonly applications: Readonly<Record<string, ApplicationStack>>;
}

/** Services that move by a KeyValueStore, and with it stand behind the distribution. */
export const behindDistribution = ({ services }: Failover): readonly Service[] =>
  services.filter(({ lever }) => lever.kind === 'kvs');

/**
 * The distribution before every service that moves by a KeyValueStore, and one of a single origin for each function URL, so
 * that a region has a name there too and can be asked without the front door. In us-east-1, where CloudFront has its
 * certificates. Nothing here changes when traffic moves.
 */
export class FrontStack extends Stack {
  readonly arn: string;
  readonly #regional: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, { failover, topology, applications }: FrontStackProps) {
    super(scope, id, {
      env: { account: failover.account, region: 'us-east-1' },
      description: `${topology.name}: its distribution.`,
    });
    const services = behindDistribution(failover);
    const frontDoors = [...new Set(services.map(frontHost))];
    const regional = services
      .filter(({ name }) => topology.applications[name]?.integration === 'function-url')
      .flatMap((service) => service.regions.map((each) => ({ service, ...each })));
    const endpoints = regional.map(({ endpoint }) => new URL(endpoint).hostname);
    const { id: hostedZoneId, name: zoneName } = topology.hostedZone;
    const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId, zoneName });
    const [first = '', ...others] = [...frontDoors, ...endpoints];
    const certificate = new Certificate(this, 'Certificate', {
      domainName: first,
      subjectAlternativeNames: others,
      validation: CertificateValidation.fromDns(zone),
    });
    const logs = this.#logBucket(failover);
    const origins = new Origins(this, 'Origins', { topology, services, applications });
    const behaviours = new Behaviours(this, 'Behaviours', { failover, topology });
    const main = new Distribution(this, 'Distribution', {
      comment: `${topology.name}: every region an origin, and a function that chooses.`,
      aliases: frontDoors,
      zone,
      certificate,
      logs,
      origins: origins.all,
      behaviours: behaviours.all,
    });
    this.arn = main.arn;
    const endpointDistributions = new Construct(this, 'Endpoints');
    this.#regional = Object.fromEntries(
      regional.map(({ service, region, endpoint }) => {
        const origin = origins.of(service, region);
        const distribution = new Distribution(endpointDistributions, `${service.name}-${region}`, {
          comment: `${topology.name}: ${service.name} in ${region}, whoever serves.`,
          aliases: [new URL(endpoint).hostname],
          zone,
          certificate,
          logs,
          origins: [origin],
          behaviours: [{ pathPattern: '*', target: { home: origin.id, standby: null }, settings: unsteered }],
        });
        return [`${service.name} ${region}`, distribution.arn];
      }),
    );
  }

  /** ARN of the distribution before one region of a service. */
  regionalArn(service: string, region: Region): string {
    const arn = this.#regional[`${service} ${region}`];
    if (arn === undefined) throw new Error(`${service} has no distribution of its own in ${region}`);
    return arn;
  }

  /** CloudFront delivers standard logs by access control list. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html */
  #logBucket(failover: Failover): Bucket {
    const bucket = new Bucket(this, 'Logs', {
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
}

/** Every region in which an application of these services is. */
export const regionsOf = ({ services }: Failover): readonly Region[] => [...new Set(services.flatMap(regionNames))];

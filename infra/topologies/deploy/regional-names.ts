import { Certificate, CertificateValidation, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { HostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { Topology } from '../../../config/topology.ts';
import type { Region } from '../../../core/brand.ts';
import type { Service } from '../../../core/service.ts';

export interface RegionalNamesProps {
  readonly topology: Pick<Topology, 'hostedZone'>;
  readonly service: Service;
  readonly region: Region;
}

/**
 * What a regional API answers to: a name of the region's own, and where the service moves by DNS, the service's name too. One
 * certificate for both, validated in the zone.
 */
export class RegionalNames extends Construct {
  readonly own: string;
  readonly all: readonly string[];
  readonly zone: IHostedZone;
  readonly certificate: ICertificate;

  constructor(scope: Construct, id: string, { topology, service, region }: RegionalNamesProps) {
    super(scope, id);
    const endpoint = service.regions.find((each) => each.region === region)?.endpoint;
    if (endpoint === undefined) throw new Error(`${service.name} has no endpoint in ${region}`);
    this.own = new URL(endpoint).hostname;
    const shared = service.lever.kind === 'kvs' ? [] : [new URL(service.frontDoor.url).hostname];
    this.all = [this.own, ...shared];
    const { id: hostedZoneId, name: zoneName } = topology.hostedZone;
    this.zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId, zoneName });
    this.certificate = new Certificate(this, 'Certificate', {
      domainName: this.own,
      subjectAlternativeNames: shared,
      validation: CertificateValidation.fromDns(this.zone),
    });
  }
}

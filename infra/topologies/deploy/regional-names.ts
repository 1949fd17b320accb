import { CfnApiMapping, DomainName, EndpointType, SecurityPolicy } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate, CertificateValidation, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ARecord, HostedZone, type IHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import type { Topology } from '../../../config/topology.ts';
import type { Region } from '../../../core/brand.ts';
import type { Service } from '../../../core/service.ts';

export interface RegionalNamesProps {
  readonly topology: Pick<Topology, 'hostedZone'>;
  readonly service: Service;
  readonly region: Region;
}

/** A name that an API answers to, and the record that leads to it there. */
interface Name {
  readonly domainName: string;
  /** Null where somebody else's record leads to it. */
  readonly recordName: string | null;
}

/**
 * What a regional API answers to: a name of the region's own, and where the service moves by DNS, the service's name too. One
 * certificate for both, validated in the zone. API Gateway gives each name an address of its own, and nobody says that
 * one answers for the other: so each has a record, and the service's records lead to the one of the second.
 */
export class RegionalNames extends Construct {
  readonly #names: readonly Name[];
  readonly #zone: IHostedZone;
  readonly #certificate: ICertificate;

  constructor(scope: Construct, id: string, { topology, service, region }: RegionalNamesProps) {
    super(scope, id);
    this.#names = namesOf(service, region, topology.hostedZone.id);
    const { id: hostedZoneId, name: zoneName } = topology.hostedZone;
    this.#zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId, zoneName });
    const [first = '', ...others] = this.#names.map(({ domainName }) => domainName);
    this.#certificate = new Certificate(this, 'Certificate', {
      domainName: first,
      subjectAlternativeNames: others,
      validation: CertificateValidation.fromDns(this.#zone),
    });
  }

  /** Has every name lead to a stage of an API, REST or HTTP. */
  leadTo({ apiId, stage }: { readonly apiId: string; readonly stage: string }): void {
    for (const { domainName, recordName } of this.#names) {
      const scope = new Construct(this, domainName);
      const domain = new DomainName(scope, 'Domain', {
        domainName,
        certificate: this.#certificate,
        endpointType: EndpointType.REGIONAL,
        securityPolicy: SecurityPolicy.TLS_1_2,
      });
      new CfnApiMapping(scope, 'Mapping', { apiId, stage, domainName: domain.name });
      if (recordName === null) continue;
      const { regionalDomainName, regionalHostedZoneId } = domain;
      new ARecord(scope, 'Record', {
        zone: this.#zone,
        recordName: `${recordName}.`,
        target: RecordTarget.fromAlias(new ApiGatewayv2DomainProperties(regionalDomainName, regionalHostedZoneId)),
      });
    }
  }
}

function namesOf({ name, regions, lever, frontDoor }: Service, region: Region, zoneId: string): readonly Name[] {
  const endpoint = regions.find((each) => each.region === region)?.endpoint;
  if (endpoint === undefined) throw new Error(`${name} has no endpoint in ${region}`);
  const own = new URL(endpoint).hostname;
  const names = [{ domainName: own, recordName: own }];
  if (lever.kind === 'kvs') return names;
  const alias = lever.hostedZone?.aliases[region];
  if (alias?.dnsName === own) {
    throw new Error(`${name}: lever.hostedZone.aliases must have a name for ${region} that is not ${own}`);
  }
  const recordName = alias?.zoneId === zoneId ? alias.dnsName : null;
  return [...names, { domainName: new URL(frontDoor.url).hostname, recordName }];
}

import { type CfnDistribution, CfnOriginAccessControl } from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import type { BuiltTopology } from '../../../config/built-topology.ts';
import { originLimits, siteOriginId } from '../../../config/topology.ts';
import type { Region } from '../../../core/brand.ts';
import { regionNames, type Service } from '../../../core/service.ts';
import type { ApplicationStack } from '../application-stack.ts';

export interface OriginsProps {
  readonly topology: BuiltTopology;
  readonly services: readonly Service[];
  /** By region. */
  readonly applications: Readonly<Record<string, ApplicationStack>>;
}

/** The API of every service in each region, under the id that the edge function selects it by, and beside it the static site. */
export class Origins extends Construct {
  readonly all: readonly CfnDistribution.OriginProperty[];
  readonly #props: OriginsProps;

  constructor(scope: Construct, id: string, props: OriginsProps) {
    super(scope, id);
    this.#props = props;
    this.all = props.services.flatMap((service) => {
      const apis = regionNames(service).map((region) => this.of(service, region));
      if (props.topology.applications[service.name]?.site === undefined) return apis;
      return [...apis, ...regionNames(service).map((region) => this.#site(service, region))];
    });
  }

  /** A function URL has a name that AWS gives, and takes signed requests alone; an API has one that the configuration says. */
  of(service: Service, region: Region): CfnDistribution.OriginProperty {
    const { endpoint } = service.regions.find((each) => each.region === region) ?? {};
    if (endpoint === undefined) throw new Error(`${service.name} has no endpoint in ${region}`);
    const isSigned = this.#props.topology.applications[service.name]?.integration === 'function-url';
    return {
      id: originId(service, region),
      domainName: isSigned ? this.#application(region).told(service.name, 'UrlHost') : new URL(endpoint).hostname,
      ...attempts,
      customOriginConfig: {
        originProtocolPolicy: 'https-only',
        originSslProtocols: ['TLSv1.2'],
        httpsPort: 443,
        originReadTimeout: originLimits.readTimeoutSeconds,
        originKeepaliveTimeout: 60,
      },
      ...(isSigned && { originAccessControlId: this.#accessControl('lambda') }),
    };
  }

  #site(service: Service, region: Region): CfnDistribution.OriginProperty {
    return {
      id: siteOriginId(originId(service, region)),
      domainName: this.#application(region).told(service.name, 'SiteHost'),
      ...attempts,
      // Empty where an access control is used instead of an identity.
      s3OriginConfig: { originAccessIdentity: '' },
      originAccessControlId: this.#accessControl('s3'),
    };
  }

  /** One of a kind for all origins and distributions here. */
  #accessControl(originAccessControlOriginType: 'lambda' | 's3'): string {
    const existing = this.node.tryFindChild(originAccessControlOriginType);
    if (existing instanceof CfnOriginAccessControl) return existing.attrId;
    const made = new CfnOriginAccessControl(this, originAccessControlOriginType, {
      originAccessControlConfig: {
        name: `${this.#props.topology.name}-${originAccessControlOriginType}`,
        originAccessControlOriginType,
        signingBehavior: 'always',
        signingProtocol: 'sigv4',
      },
    });
    return made.attrId;
  }

  #application(region: Region): ApplicationStack {
    const application = this.#props.applications[region];
    if (application === undefined) throw new Error(`there is no application in ${region}`);
    return application;
  }
}

const attempts = {
  connectionAttempts: originLimits.connectionAttempts,
  connectionTimeout: originLimits.connectionTimeoutSeconds,
} as const;

function originId({ name, lever }: Service, region: Region): string {
  if (lever.kind !== 'kvs') throw new Error(`${name} does not move by a KeyValueStore`);
  return lever.origins[region] ?? region;
}

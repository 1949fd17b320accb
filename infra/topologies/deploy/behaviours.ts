import { Stack } from 'aws-cdk-lib';
import { CfnCachePolicy, type CfnDistribution } from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import type { BuiltTopology } from '../../../config/built-topology.ts';
import { type TopologyBehaviour, targetOf } from '../../../config/topology.ts';
import type { Failover } from '../../../core/service.ts';
import { viewerRequestArn } from '../../../deployment/names.ts';

export type Target = ReturnType<typeof targetOf>;

/** A cache behaviour without what it matches and where it leads. */
export type Settings = Omit<CfnDistribution.DefaultCacheBehaviorProperty, 'targetOriginId'>;

export interface BehavioursProps {
  readonly failover: Failover;
  readonly topology: BuiltTopology;
}

/** The behaviours of a topology, in order. The routing function is on every one of them. */
export class Behaviours extends Construct {
  readonly all: readonly { readonly pathPattern: string; readonly target: Target; readonly settings: Settings }[];

  constructor(scope: Construct, id: string, { failover, topology }: BehavioursProps) {
    super(scope, id);
    this.all = topology.behaviours.map((behaviour, index) => {
      const { pathPattern, methods, service } = behaviour;
      const described = failover.services.find(({ name }) => name === service);
      if (described === undefined) throw new Error(`behaviour ${pathPattern}: there is no service ${service}`);
      const settings: Settings = {
        ...common,
        allowedMethods: methods === 'all' ? allMethods : readMethods,
        ...this.#cachingOf(behaviour, index),
        functionAssociations: [{ eventType: 'viewer-request', functionArn: viewerRequestArn(failover) }],
      };
      return { pathPattern, target: targetOf(behaviour, described), settings };
    });
  }

  /** Where something is cached, only what is part of the key goes on to the origin. A bucket needs nothing of the viewer. */
  #cachingOf(
    { cache, part }: TopologyBehaviour,
    index: number,
  ): Pick<Settings, 'cachePolicyId' | 'originRequestPolicyId'> {
    if (cache !== null) return { cachePolicyId: this.#cachePolicy(cache, index) };
    return part === 'site' ? { cachePolicyId: cachingDisabled } : uncached;
  }

  #cachePolicy(cache: NonNullable<TopologyBehaviour['cache']>, index: number): string {
    const { ttlSeconds, headers, queryStrings } = cache;
    const policy = new CfnCachePolicy(this, `Cache${index}`, {
      cachePolicyConfig: {
        name: `${Stack.of(this).stackName}-${index}`,
        comment: `${ttlSeconds} s`,
        minTtl: 0,
        defaultTtl: ttlSeconds,
        maxTtl: ttlSeconds,
        parametersInCacheKeyAndForwardedToOrigin: {
          cookiesConfig: { cookieBehavior: 'none' },
          headersConfig: headers.length === 0 ? { headerBehavior: 'none' } : { headerBehavior: 'whitelist', headers },
          queryStringsConfig:
            queryStrings.length === 0
              ? { queryStringBehavior: 'none' }
              : { queryStringBehavior: 'whitelist', queryStrings },
          enableAcceptEncodingGzip: true,
          enableAcceptEncodingBrotli: true,
        },
      },
    });
    return policy.ref;
  }
}

const allMethods = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'];
const readMethods = ['GET', 'HEAD', 'OPTIONS'];

const common = {
  viewerProtocolPolicy: 'redirect-to-https',
  compress: true,
  cachedMethods: ['GET', 'HEAD'],
} as const satisfies Partial<Settings>;

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html */
const cachingDisabled = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html */
const allViewerExceptHostHeader = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

const uncached = { cachePolicyId: cachingDisabled, originRequestPolicyId: allViewerExceptHostHeader } as const;

/** Of a distribution before one origin: everything goes on, nothing is kept, nobody chooses. */
export const unsteered: Settings = { ...common, ...uncached, allowedMethods: allMethods };

import { type IResolveContext, Lazy } from 'aws-cdk-lib';
import { CfnDistribution, type Distribution, type IFunction } from 'aws-cdk-lib/aws-cloudfront';
import { originLimits } from '../../config/topology.ts';
import type { Failover } from '../../core/service.ts';

/** Host names of origins, by service and region, where they are not those of the regions' endpoints. */
export type Origins = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface SteeredDistributionProps {
  readonly failover: Failover;
  readonly origins: Origins;
  /** For every behaviour; none where a function of the app's is there already. */
  readonly viewerRequest?: IFunction;
}

/**
 * Gives a distribution the origins that `lever.origins` names and that it lacks, and the function to every behaviour. A connection is given up
 * as soon as a failover needs; how long an answer may take is the application's business, and stays what CloudFront has. Throws where a behaviour has another viewer-request function.
 */
export function steerDistribution(
  distribution: Distribution,
  { failover, origins, viewerRequest }: SteeredDistributionProps,
): void {
  const resource = distribution.node.defaultChild;
  if (!(resource instanceof CfnDistribution)) throw new Error('a distribution is another resource now');
  const config = resource.distributionConfig as CfnDistribution.DistributionConfigProperty;
  const steered = failover.services.flatMap((service) =>
    service.lever.kind === 'kvs' ? [{ service, ids: service.lever.origins }] : [],
  );
  const ours = steered.flatMap(({ service, ids }) =>
    service.regions.map(({ region, endpoint }) =>
      originOf(ids[region] ?? region, origins[service.name]?.[region] ?? new URL(endpoint).hostname, endpoint),
    ),
  );
  // What an L2 distribution has is known when it is synthesised: behaviours may still be added.
  const withFunction = <T extends CfnDistribution.CacheBehaviorProperty | CfnDistribution.DefaultCacheBehaviorProperty>(
    behaviour: T,
  ): T => {
    if (viewerRequest === undefined) return behaviour;
    const others = (behaviour.functionAssociations ?? []) as readonly CfnDistribution.FunctionAssociationProperty[];
    if (others.some(({ eventType }) => eventType === 'viewer-request')) {
      throw new Error(
        `${distribution.node.path}: a behaviour has a viewer-request function already; have it call steer(event), and give its code as viewerRequest`,
      );
    }
    const association = { eventType: 'viewer-request', functionArn: viewerRequest.functionArn };
    return { ...behaviour, functionAssociations: [...others, association] };
  };
  resource.distributionConfig = {
    ...config,
    origins: Lazy.uncachedAny({
      produce: ({ resolve }: IResolveContext) => {
        const theirs = (resolve(config.origins) ?? []) as readonly CfnDistribution.OriginProperty[];
        return [...theirs, ...ours.filter(({ id }) => !theirs.some((each) => each.id === id))];
      },
    }),
    defaultCacheBehavior: Lazy.uncachedAny({
      produce: ({ resolve }: IResolveContext) =>
        withFunction(resolve(config.defaultCacheBehavior) as CfnDistribution.DefaultCacheBehaviorProperty),
    }),
    cacheBehaviors: Lazy.uncachedAny({
      produce: ({ resolve }: IResolveContext) =>
        (resolve(config.cacheBehaviors) as readonly CfnDistribution.CacheBehaviorProperty[] | undefined)?.map(
          withFunction,
        ),
    }),
  };
}

function originOf(id: string, domainName: string, endpoint: string): CfnDistribution.OriginProperty {
  const { pathname, port, protocol } = new URL(endpoint);
  return {
    id,
    domainName,
    ...(pathname !== '/' && { originPath: pathname.replace(/\/$/, '') }),
    connectionAttempts: originLimits.connectionAttempts,
    connectionTimeout: originLimits.connectionTimeoutSeconds,
    customOriginConfig: {
      originProtocolPolicy: protocol === 'http:' ? 'http-only' : 'https-only',
      originSslProtocols: ['TLSv1.2'],
      ...(port !== '' && (protocol === 'http:' ? { httpPort: Number(port) } : { httpsPort: Number(port) })),
    },
  };
}

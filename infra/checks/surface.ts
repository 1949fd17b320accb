import { answerChannels } from '../../core/channel.ts';
import type { Failover } from '../../core/service.ts';
import { functionName } from '../../deployment/names.ts';
import { type Check, listOf, type Named, referredId, resourcesOf, type Template } from './template.ts';

/**
 * What strangers reach: encrypted, as of TLS 1.2, and where a request has to be signed, for everybody, but for the address that Slack
 * sends answers to. Whoever serves, the
 * function chooses for all of a distribution or for none of it.
 */
export const surface: Check = function* ({ template, failover }) {
  const answers = answersIn(template, failover);
  for (const { id, Properties } of resourcesOf(template, 'AWS::Lambda::Url')) {
    if (Properties?.['AuthType'] === 'AWS_IAM') continue;
    if (!answers.has(referredId(Properties?.['TargetFunctionArn']) ?? '')) {
      yield { at: id, message: 'takes requests that nobody signed' };
    }
  }
  for (const { id, Properties } of resourcesOf(template, 'AWS::Lambda::Permission')) {
    if (Properties?.['Principal'] !== '*') continue;
    if (!answers.has(referredId(Properties['FunctionName']) ?? '') || !isByAddress(Properties)) {
      yield { at: id, message: 'lets everybody invoke' };
    }
  }
  for (const { id, Properties } of resourcesOf(template, 'AWS::ApiGateway::RestApi')) {
    const types = listOf(Properties?.['EndpointConfiguration']?.Types);
    if (types.join() !== 'REGIONAL')
      yield { at: id, message: `is ${types.join() || 'EDGE'}: an API of a region is REGIONAL` };
  }
  for (const { id, Properties } of resourcesOf(template, 'AWS::ApiGatewayV2::DomainName')) {
    for (const each of listOf(Properties?.['DomainNameConfigurations']) as readonly Domain[]) {
      if (each.EndpointType !== 'REGIONAL' || each.SecurityPolicy !== 'TLS_1_2') {
        yield { at: id, message: `is ${each.EndpointType} and ${each.SecurityPolicy}, not REGIONAL and TLS_1_2` };
      }
    }
  }
  for (const bucket of resourcesOf(template, 'AWS::S3::Bucket')) yield* openBucket(bucket);
  for (const named of resourcesOf(template, 'AWS::CloudFront::Distribution')) yield* distribution(named);
};

/**
 * The one function that strangers may reach: it knows nothing that it has not verified by Slack's signature, which IAM cannot check. It
 * must be wanted by the configuration, and bounded.
 */
function answersIn(template: Template, failover: Failover): ReadonlySet<string> {
  if (answerChannels(failover.notify.channels).length === 0) return new Set();
  const name = functionName(failover, 'slack-answer');
  const found = resourcesOf(template, 'AWS::Lambda::Function').filter(
    ({ Properties }) =>
      Properties?.['FunctionName'] === name && Number(Properties['ReservedConcurrentExecutions'] ?? 0) > 0,
  );
  return new Set(found.map(({ id }) => id));
}

/** By its address, and not by an Invoke of whoever has an account. */
const isByAddress = (properties: NonNullable<Named['Properties']>): boolean =>
  (properties['Action'] === 'lambda:InvokeFunctionUrl' && properties['FunctionUrlAuthType'] === 'NONE') ||
  (properties['Action'] === 'lambda:InvokeFunction' && properties['InvokedViaFunctionUrl'] === true);

interface Domain {
  readonly EndpointType?: string;
  readonly SecurityPolicy?: string;
}

const blocks = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'] as const;

function* openBucket({ id, Properties }: Named) {
  const { PublicAccessBlockConfiguration: block = {} } = Properties ?? {};
  for (const member of blocks.filter((name) => block[name] !== true)) yield { at: id, message: `has no ${member}` };
}

interface Behaviour {
  readonly PathPattern?: string;
  readonly ViewerProtocolPolicy?: string;
  readonly FunctionAssociations?: readonly unknown[];
}

interface Origin {
  readonly Id: string;
  readonly CustomOriginConfig?: {
    readonly OriginProtocolPolicy?: string;
    readonly OriginSSLProtocols?: readonly string[];
  };
}

function* distribution({ id, Properties }: Named) {
  const config = Properties?.['DistributionConfig'] ?? {};
  const behaviours = [config.DefaultCacheBehavior, ...listOf(config.CacheBehaviors)] as readonly Behaviour[];
  const isSteered = behaviours.some(({ FunctionAssociations = [] }) => FunctionAssociations.length > 0);
  for (const { PathPattern = '*', ViewerProtocolPolicy, FunctionAssociations = [] } of behaviours) {
    const at = `${id}.${PathPattern}`;
    if (ViewerProtocolPolicy !== 'redirect-to-https' && ViewerProtocolPolicy !== 'https-only') {
      yield { at, message: `takes requests that are not encrypted: ${ViewerProtocolPolicy}` };
    }
    if (isSteered && FunctionAssociations.length === 0) {
      yield {
        at,
        message: 'stays where it is when traffic moves: it has no viewer-request function, and others have one',
      };
    }
  }
  if (listOf(config.Aliases).length > 0 && config.ViewerCertificate?.MinimumProtocolVersion !== 'TLSv1.2_2021') {
    yield { at: id, message: `takes ${config.ViewerCertificate?.MinimumProtocolVersion}, not TLSv1.2_2021 alone` };
  }
  for (const { Id, CustomOriginConfig } of listOf(config.Origins) as readonly Origin[]) {
    if (CustomOriginConfig === undefined) continue;
    const { OriginProtocolPolicy, OriginSSLProtocols = [] } = CustomOriginConfig;
    if (OriginProtocolPolicy !== 'https-only' || OriginSSLProtocols.join() !== 'TLSv1.2') {
      yield { at: `${id}.${Id}`, message: 'is not asked over TLS 1.2 alone' };
    }
  }
}

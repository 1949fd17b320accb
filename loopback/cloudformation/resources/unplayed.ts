import * as z from 'zod';
import { type ResourceType, unplayedType, type Where } from '../resource-type.ts';

type Properties = Readonly<Record<string, unknown>>;
type Attributes = (properties: Properties, where: Where, id: string) => Readonly<Record<string, unknown>>;

/** A type that means nothing on loopback: why, which properties it has, what `Ref` and `Fn::GetAtt` return. */
function unplayed(
  reason: string,
  properties: readonly string[],
  { named, attributes = () => ({}) }: { readonly named?: string; readonly attributes?: Attributes } = {},
): ResourceType {
  const schema = z.strictObject(Object.fromEntries(properties.map((name) => [name, z.unknown()])));
  return unplayedType({
    reason,
    // Every one of them may be left out; a name that is not among them is refused.
    schema: schema.partial() as unknown as z.ZodType<Properties>,
    ...(named !== undefined && { named }),
    ref(given, where) {
      const name = named === undefined ? undefined : given[named];
      const id = typeof name === 'string' ? name : where.generatedName(63).toLowerCase();
      return { id, attributes: attributes(given, where, id) };
    },
  });
}

const regionalName: Attributes = (_, { region }, id) => ({
  RegionalDomainName: `d-${id}.execute-api.${region}.amazonaws.com`,
  RegionalHostedZoneId: 'ZREGIONAL',
});

const regions = 'regional applications are played by whoever starts loopback, not from templates yet';
const edge = 'edge locations are started with a configuration of their own, not from templates yet';
const names = 'the name server is started with records of its own, not from templates yet';

export const unplayedTypes: Readonly<Record<string, ResourceType>> = {
  'AWS::Logs::LogGroup': unplayed(
    'what functions write goes to whoever started loopback',
    ['LogGroupName', 'RetentionInDays'],
    {
      named: 'LogGroupName',
      attributes: (_, { account, region }, id) => ({ Arn: `arn:aws:logs:${region}:${account}:log-group:${id}:*` }),
    },
  ),
  'AWS::CloudWatch::Dashboard': unplayed('nobody looks at dashboards on loopback', ['DashboardBody', 'DashboardName'], {
    named: 'DashboardName',
  }),
  'AWS::CloudFront::Function': unplayed(edge, ['AutoPublish', 'FunctionCode', 'FunctionConfig', 'Name'], {
    named: 'Name',
    attributes: (_, { account }, id) => ({ FunctionARN: `arn:aws:cloudfront::${account}:function/${id}` }),
  }),
  'AWS::CloudFront::CachePolicy': unplayed(edge, ['CachePolicyConfig']),
  'AWS::CloudFront::OriginAccessControl': unplayed(edge, ['OriginAccessControlConfig'], {
    attributes: (_, _where, id) => ({ Id: id }),
  }),
  'AWS::CloudFront::Distribution': unplayed(edge, ['DistributionConfig', 'Tags'], {
    attributes: (_, _where, id) => ({ Id: id, DomainName: `${id}.cloudfront.net` }),
  }),
  'AWS::CertificateManager::Certificate': unplayed('loopback speaks HTTP', [
    'DomainName',
    'DomainValidationOptions',
    'SubjectAlternativeNames',
    'Tags',
    'ValidationMethod',
  ]),
  'AWS::Route53::HealthCheck': unplayed(names, ['HealthCheckConfig', 'HealthCheckTags'], {
    attributes: (_, _where, id) => ({ HealthCheckId: id }),
  }),
  'AWS::Route53::RecordSet': unplayed(names, [
    'AliasTarget',
    'Failover',
    'HealthCheckId',
    'HostedZoneId',
    'Name',
    'ResourceRecords',
    'SetIdentifier',
    'TTL',
    'Type',
  ]),
  'AWS::Route53::RecordSetGroup': unplayed(names, ['Comment', 'HostedZoneId', 'HostedZoneName', 'RecordSets']),
  'AWS::Chatbot::SlackChannelConfiguration': unplayed('nobody reads a chat on loopback', [
    'ConfigurationName',
    'CustomizationResourceArns',
    'GuardrailPolicies',
    'IamRoleArn',
    'LoggingLevel',
    'SlackChannelId',
    'SlackWorkspaceId',
    'SnsTopicArns',
    'Tags',
    'UserRoleRequired',
  ]),
  'AWS::EC2::SecurityGroup': unplayed(
    'there is one network on loopback',
    ['GroupDescription', 'SecurityGroupEgress', 'SecurityGroupIngress', 'VpcId'],
    { attributes: (_, _where, id) => ({ GroupId: id }) },
  ),
  'AWS::ApiGateway::RestApi': unplayed(regions, ['DisableExecuteApiEndpoint', 'EndpointConfiguration', 'Name'], {
    attributes: (_, _where, id) => ({ RootResourceId: `${id}-root` }),
  }),
  'AWS::ApiGateway::Resource': unplayed(regions, ['ParentId', 'PathPart', 'RestApiId']),
  'AWS::ApiGateway::Method': unplayed(regions, [
    'AuthorizationType',
    'HttpMethod',
    'Integration',
    'ResourceId',
    'RestApiId',
  ]),
  'AWS::ApiGateway::Deployment': unplayed(regions, ['Description', 'RestApiId']),
  'AWS::ApiGateway::Stage': unplayed(
    regions,
    ['DeploymentId', 'MethodSettings', 'RestApiId', 'StageName', 'TracingEnabled'],
    { attributes: () => ({}) },
  ),
  'AWS::ApiGatewayV2::Api': unplayed(regions, ['DisableExecuteApiEndpoint', 'Name', 'ProtocolType']),
  'AWS::ApiGatewayV2::ApiMapping': unplayed(regions, ['ApiId', 'DomainName', 'Stage']),
  'AWS::ApiGatewayV2::DomainName': unplayed(regions, ['DomainName', 'DomainNameConfigurations', 'Tags'], {
    named: 'DomainName',
    attributes: regionalName,
  }),
  'AWS::ApiGatewayV2::Integration': unplayed(regions, [
    'ApiId',
    'IntegrationType',
    'IntegrationUri',
    'PayloadFormatVersion',
  ]),
  'AWS::ApiGatewayV2::Route': unplayed(regions, ['ApiId', 'AuthorizationType', 'RouteKey', 'Target']),
  'AWS::ApiGatewayV2::Stage': unplayed(regions, [
    'AccessLogSettings',
    'ApiId',
    'AutoDeploy',
    'DefaultRouteSettings',
    'StageName',
  ]),
  'AWS::Lambda::Version': unplayed(regions, ['Description', 'FunctionName'], {
    attributes: () => ({ Version: '1' }),
  }),
  'AWS::Lambda::Alias': unplayed(regions, ['FunctionName', 'FunctionVersion', 'Name']),
};

import { afterAll, describe, expect, test } from 'vitest';
import { failoverStatusCodes } from '../../config/topology.ts';
import { grantsOf } from '../../infra/checks/policies.ts';
import { inVm } from '../edge/engine.ts';
import { type Any, behavioursIn, frontDoorIn, functionFileIn, templatesOf } from './templates.ts';

const templates = await templatesOf('origin-group');
afterAll(() => templates[Symbol.dispose]());

const distribution = frontDoorIn(templates);
const config: Any = distribution.Properties?.['DistributionConfig'];
const origins = ['hello-us-east-1', 'hello-us-west-2'];

describe('S0-T1', () => {
  test('there is one origin group: home, then standby, at 500 too, and never at 403 or 404, which are answers', () => {
    expect(config.OriginGroups.Quantity).toBe(1);
    const [{ Members, FailoverCriteria }] = config.OriginGroups.Items;
    expect(Members.Items.map(({ OriginId }: Any) => OriginId)).toEqual(origins);
    expect(FailoverCriteria.StatusCodes.Items).toEqual([500, 502, 503, 504]);
  });

  test('the one that the function makes for every other read is the same', async () => {
    const [read] = await inVm(functionFileIn(templates), [{ store: {}, uri: '/anything' }]);

    expect(read).toMatchObject({ chosen: origins, statusCodes: failoverStatusCodes });
  });
});

test('S0-T2 every path has the routing function, the rest too, and no group is asked to take writes', () => {
  const behaviours = behavioursIn(distribution);

  expect(behaviours.map(({ PathPattern }) => PathPattern)).toEqual(['/api/health', '*']);
  for (const { FunctionAssociations, TargetOriginId, AllowedMethods } of behaviours) {
    expect(FunctionAssociations).toEqual([
      {
        EventType: 'viewer-request',
        FunctionARN: 'arn:aws:cloudfront::123456789012:function/origin-group-viewer-request',
      },
    ]);
    const isGroup = config.OriginGroups.Items.some(({ Id }: Any) => Id === TargetOriginId);
    expect(AllowedMethods.includes('POST')).toBe(!isGroup);
  }
  expect(templates.of('levers', 'AWS::CloudFront::Function').map(({ Properties }) => Properties?.['Name'])).toEqual([
    'origin-group-viewer-request',
  ]);
});

test('S0-T3 an origin is asked over TLS 1.2 alone, gives up early, and waits no shorter than its function works', () => {
  const [handler] = templates.of('application-us-east-1', 'AWS::Lambda::Function');

  expect(config.Origins).toHaveLength(2);
  for (const { ConnectionAttempts, ConnectionTimeout, CustomOriginConfig } of config.Origins) {
    expect(CustomOriginConfig).toMatchObject({ OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] });
    expect(ConnectionAttempts).toBeLessThanOrEqual(2);
    expect(ConnectionTimeout).toBeLessThanOrEqual(3);
    expect(CustomOriginConfig.OriginReadTimeout).toBeGreaterThanOrEqual(handler?.Properties?.['Timeout']);
    const waitsSeconds = ConnectionAttempts * (ConnectionTimeout + CustomOriginConfig.OriginReadTimeout);
    expect(waitsSeconds * 1_000).toBeLessThanOrEqual(templates.failover.services[0]?.policy.rtoTargetMs ?? 0);
    expect(waitsSeconds).toBeLessThanOrEqual(5);
  }
});

describe('S0-T4', () => {
  test('origins are in two regions, each under the name of its own region’s API, and stacks have names of their own', () => {
    const names = templates.subjects.map(({ stack }) => stack);

    expect(new Set(names).size).toBe(names.length);
    for (const { Id, DomainName } of config.Origins) {
      const region = Id.slice('hello-'.length);
      expect(DomainName).toBe(`hello-${region}.example.com`);
      const domains = templates.of(`application-${region}`, 'AWS::ApiGatewayV2::DomainName');
      expect(domains.map(({ Properties }) => Properties?.['DomainName'])).toEqual([DomainName]);
      const records = templates.of(`application-${region}`, 'AWS::Route53::RecordSet');
      expect(records.map(({ Properties }) => Properties?.['Name'])).toEqual([`${DomainName}.`]);
    }
  });

  test('the cache is named after its stack, keeps what is documented, and is keyed by nothing that a viewer can forge', () => {
    const [policy, ...others] = templates.of('front', 'AWS::CloudFront::CachePolicy');
    const {
      Name,
      MinTTL,
      DefaultTTL,
      MaxTTL,
      ParametersInCacheKeyAndForwardedToOrigin: key,
    } = policy?.Properties?.['CachePolicyConfig'] ?? {};

    expect(others).toEqual([]);
    expect(Name).toMatch(/^origin-group-front-/);
    expect({ MinTTL, DefaultTTL, MaxTTL }).toEqual({ MinTTL: 0, DefaultTTL: 360, MaxTTL: 360 });
    expect(key.HeadersConfig).toEqual({ HeaderBehavior: 'whitelist', Headers: ['x-understudy-viewer'] });
    expect(key.QueryStringsConfig).toEqual({
      QueryStringBehavior: 'whitelist',
      QueryStrings: ['allowed_query_string_param'],
    });
    expect(key.CookiesConfig).toEqual({ CookieBehavior: 'none' });
  });

  test('what is probed is never cached, nor any error', () => {
    const [health] = behavioursIn(distribution);

    expect(health.CachePolicyId).toBe('4135ea2d-6df8-44a3-9df3-4b5a84be39ad');
    expect(config.CustomErrorResponses).toEqual(
      [500, 502, 503, 504].map((ErrorCode) => ({ ErrorCode, ErrorCachingMinTTL: 0 })),
    );
  });
});

test('S0-T5 viewers come over TLS 1.2 alone, access is logged, and that there is no web ACL is explained', () => {
  for (const { ViewerProtocolPolicy } of behavioursIn(distribution)) {
    expect(ViewerProtocolPolicy).toBe('redirect-to-https');
  }
  expect(config.Aliases).toEqual(['hello.example.com']);
  expect(config.ViewerCertificate.MinimumProtocolVersion).toBe('TLSv1.2_2021');
  expect(config.Logging.Bucket).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Logs/), 'RegionalDomainName'] });
  const resource = templates.app.node
    .findChild('origin-group-front')
    .node.findChild('Distribution')
    .node.findChild('Resource');
  const explained = resource.node.metadata.filter(({ type }) => type.startsWith('aws:cdk:acknowledged'));
  expect(JSON.stringify(explained.map(({ data }) => data))).toMatch(/CFR2.*web ACL/);
});

test('S0-T6 nothing that runs may update a distribution, a stack or a record', () => {
  const actions = templates.subjects.flatMap(({ template }) => grantsOf(template).flatMap((grant) => grant.actions));

  expect(actions.length).toBeGreaterThan(50);
  const forbidden = /^(\*|cloudfront:|cloudformation:|route53:)/;
  expect(actions.filter((action) => forbidden.test(action))).toEqual([]);
});

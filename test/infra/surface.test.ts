import { expect, test } from 'vitest';
import { region } from '../../core/brand.ts';
import { surface } from '../../infra/checks/surface.ts';
import type { Template } from '../../infra/checks/template.ts';
import { failover } from './synthesised.ts';

type Properties = Readonly<Record<string, unknown>>;

const said = (Type: string, Properties: Properties): string => {
  const template: Template = { Resources: { Thing: { Type, Properties } } };
  const subject = { template, stack: 'test', region: region('us-west-2'), failover };
  return [...surface(subject)].map(({ at, message }) => `${at}: ${message}`).join('\n');
};

const behaviour = {
  ViewerProtocolPolicy: 'redirect-to-https',
  FunctionAssociations: [{ EventType: 'viewer-request', FunctionARN: 'arn' }],
};
const origin = { Id: 'a', CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] } };
const distribution = (changes: Properties = {}): Properties => ({
  DistributionConfig: {
    Aliases: ['a.example.com'],
    ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021' },
    Origins: [origin, { Id: 'bucket', S3OriginConfig: {} }],
    DefaultCacheBehavior: behaviour,
    CacheBehaviors: [{ PathPattern: '/api/*', ...behaviour }],
    ...changes,
  },
});

const type = 'AWS::CloudFront::Distribution';

test('a distribution that is as it should be is let pass, and one that steers nothing', () => {
  expect(said(type, distribution())).toBe('');
  const unsteered = { DefaultCacheBehavior: { ViewerProtocolPolicy: 'https-only' }, CacheBehaviors: [] };
  expect(said(type, distribution(unsteered))).toBe('');
});

const blocked = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };

test.each<[string, string, Properties, string]>([
  [
    'a behaviour that does not move',
    type,
    distribution({ CacheBehaviors: [{ PathPattern: '/old/*', ...behaviour, FunctionAssociations: [] }] }),
    'Thing./old/*: stays where it is when traffic moves',
  ],
  [
    'plain HTTP',
    type,
    distribution({ DefaultCacheBehavior: { ...behaviour, ViewerProtocolPolicy: 'allow-all' } }),
    'not encrypted: allow-all',
  ],
  [
    'an outdated TLS',
    type,
    distribution({ ViewerCertificate: { MinimumProtocolVersion: 'TLSv1' } }),
    'takes TLSv1, not TLSv1.2_2021',
  ],
  [
    'an origin asked over HTTP',
    type,
    distribution({ Origins: [{ Id: 'a', CustomOriginConfig: { OriginProtocolPolicy: 'match-viewer' } }] }),
    'Thing.a: is not asked over TLS 1.2 alone',
  ],
  [
    'an origin asked over TLS 1.1',
    type,
    distribution({
      Origins: [
        {
          Id: 'a',
          CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.1', 'TLSv1.2'] },
        },
      ],
    }),
    'Thing.a: is not asked over TLS 1.2 alone',
  ],
  ['an open function URL', 'AWS::Lambda::Url', { AuthType: 'NONE' }, 'takes requests that nobody signed'],
  ['a function for everybody', 'AWS::Lambda::Permission', { Principal: '*' }, 'lets everybody invoke'],
  ['a REST API at the edge', 'AWS::ApiGateway::RestApi', {}, 'is EDGE'],
  [
    'a name with TLS 1.0',
    'AWS::ApiGatewayV2::DomainName',
    { DomainNameConfigurations: [{ EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_0' }] },
    'REGIONAL and TLS_1_0',
  ],
  [
    'an open bucket',
    'AWS::S3::Bucket',
    { PublicAccessBlockConfiguration: { ...blocked, BlockPublicPolicy: false } },
    'has no BlockPublicPolicy',
  ],
])('%s is found', (_, of, properties, message) => {
  expect(said(of, properties)).toContain(message);
});

test('a private bucket is let pass', () => {
  expect(said('AWS::S3::Bucket', { PublicAccessBlockConfiguration: blocked })).toBe('');
});

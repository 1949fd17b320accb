import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { resourcesOf } from '../../infra/checks/template.ts';
import { type Any, behavioursIn, filled, frontDoorIn, templatesOf } from './templates.ts';

const templates = await templatesOf('function-url');
afterAll(() => templates[Symbol.dispose]());

const regions = ['us-east-1', 'us-west-2'] as const;
const distribution = frontDoorIn(templates);
const config: Any = distribution.Properties?.['DistributionConfig'];
const distributions = templates.of('front', 'AWS::CloudFront::Distribution');

/** The distribution that a permission names, by its first alias. */
function sourceOf(arn: unknown): string {
  let name = '';
  filled(arn, (reference) => {
    const { Outputs = {} } = templates.template('front');
    const { OutputName } = JSON.parse(reference)['Fn::GetStackOutput'];
    const [id] = (Outputs[OutputName] as Any).Value['Fn::GetAtt'];
    name = distributions.find((each) => each.id === id)?.Properties?.['DistributionConfig'].Aliases[0];
    return '';
  });
  return name;
}

describe.each(regions)('S2-T1 in %s', (region) => {
  const functionName = `arn:aws:lambda:${region}:123456789012:function:function-url-items-api:live`;

  test('the URL takes signed requests alone, and leads to the alias', () => {
    const [url, ...others] = templates.of(`application-${region}`, 'AWS::Lambda::Url');
    const [alias] = templates.of(`application-${region}`, 'AWS::Lambda::Alias');

    expect(others).toEqual([]);
    expect(url?.Properties).toMatchObject({ AuthType: 'AWS_IAM', Qualifier: 'live' });
    expect(alias?.Properties?.['Name']).toBe('live');
  });

  test('the front door and the region’s own distribution may invoke it, by both permissions, and nobody else', () => {
    const permissions = templates.of(`access-${region}`, 'AWS::Lambda::Permission');

    const allowed = permissions.map(({ Properties = {} }) => {
      const { Action, FunctionName, Principal, SourceArn, InvokedViaFunctionUrl } = Properties;
      expect({ FunctionName, Principal }).toEqual({
        FunctionName: functionName,
        Principal: 'cloudfront.amazonaws.com',
      });
      return [sourceOf(SourceArn), Action, InvokedViaFunctionUrl];
    });
    expect(allowed).toEqual(
      ['app.example.com', `app-${region}.example.com`].flatMap((name) => [
        [name, 'lambda:InvokeFunctionUrl', undefined],
        [name, 'lambda:InvokeFunction', true],
      ]),
    );
    expect(templates.of(`application-${region}`, 'AWS::Lambda::Permission')).toEqual([]);
  });
});

test('S2-T2 each URL is an origin of its own region, signed for always', () => {
  const [control] = templates
    .of('front', 'AWS::CloudFront::OriginAccessControl')
    .filter(({ Properties }) => Properties?.['OriginAccessControlConfig'].OriginAccessControlOriginType === 'lambda');

  expect(control?.Properties?.['OriginAccessControlConfig']).toMatchObject({
    SigningBehavior: 'always',
    SigningProtocol: 'sigv4',
  });
  for (const region of regions) {
    const origin = config.Origins.find(({ Id }: Any) => Id === `items-${region}`);
    expect(origin.OriginAccessControlId).toEqual({ 'Fn::GetAtt': [control?.id, 'Id'] });
    const { StackName, Region, OutputName } = origin.DomainName['Fn::GetStackOutput'];
    expect({ StackName, Region }).toEqual({ StackName: `function-url-application-${region}`, Region: region });
    const told = templates.template(`application-${region}`).Outputs?.[OutputName];
    expect(JSON.stringify(told)).toContain('FunctionUrl');
  }
});

test('S2-T3 /api/* takes every method, caches nothing, keeps the origin’s host name, and leads to no group', () => {
  const [api, site] = behavioursIn(distribution);

  expect(api.PathPattern).toBe('/api/*');
  expect(api.AllowedMethods).toHaveLength(7);
  expect(api.CachePolicyId).toBe('4135ea2d-6df8-44a3-9df3-4b5a84be39ad');
  expect(api.OriginRequestPolicyId).toBe('b689b0a8-53d0-40ab-baf2-68738e2966ac');
  expect(api.TargetOriginId).toBe('items-us-east-1');
  for (const { FunctionAssociations } of [api, site]) expect(FunctionAssociations).toHaveLength(1);
  expect(site.TargetOriginId).toBe(config.OriginGroups.Items[0].Id);
  expect(site.AllowedMethods).not.toContain('POST');
});

test('S2-T4 no error of the API becomes a page, no function works longer than CloudFront waits, no header opens it to other sites', () => {
  for (const { Properties } of distributions) {
    const codes = Properties?.['DistributionConfig'].CustomErrorResponses.map(({ ErrorCode }: Any) => ErrorCode);
    expect(codes).not.toContain(403);
    expect(codes).not.toContain(404);
    expect(JSON.stringify(Properties)).not.toContain('ResponsePagePath');
  }
  for (const region of regions) {
    const [url] = templates.of(`application-${region}`, 'AWS::Lambda::Url');
    expect(url?.Properties).not.toHaveProperty('Cors');
    expect(applicationIn(region)['Timeout']).toBeLessThanOrEqual(
      config.Origins[0].CustomOriginConfig.OriginReadTimeout,
    );
  }
});

describe('S2-T5', () => {
  test.each(regions)('the site’s bucket in %s is private, and read by the front door alone', (region) => {
    const [bucket] = templates.of(`application-${region}`, 'AWS::S3::Bucket');
    const [policy] = templates.of(`access-${region}`, 'AWS::S3::BucketPolicy');
    const statements: Any[] = policy?.Properties?.['PolicyDocument'].Statement;

    expect(bucket?.Properties?.['PublicAccessBlockConfiguration']).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(bucket?.Properties).not.toHaveProperty('AccessControl');
    const [allow, deny, ...others] = statements;
    expect(others).toEqual([]);
    expect(allow).toMatchObject({ Effect: 'Allow', Action: 's3:GetObject' });
    expect(allow.Principal).toEqual({ Service: 'cloudfront.amazonaws.com' });
    expect(sourceOf(allow.Condition.StringEquals['AWS:SourceArn'])).toBe('app.example.com');
    expect(deny).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
  });

  test('viewers come over TLS 1.2 alone', () => {
    for (const { Properties } of distributions) {
      expect(Properties?.['DistributionConfig'].ViewerCertificate.MinimumProtocolVersion).toBe('TLSv1.2_2021');
    }
  });

  test.each(regions)('in %s the alias names a version, and what strangers may cost is bounded', (region) => {
    const [alias] = templates.of(`application-${region}`, 'AWS::Lambda::Alias');
    const [version] = templates.of(`application-${region}`, 'AWS::Lambda::Version');

    expect(alias?.Properties?.['FunctionVersion']).toEqual({ 'Fn::GetAtt': [version?.id, 'Version'] });
    expect(applicationIn(region)['ReservedConcurrentExecutions']).toBe(100);
  });
});

test('the same container image is in the registry of each region: no region needs another one’s', () => {
  const images = regions.map((region) => {
    const uri = JSON.stringify(applicationIn(region)['Code'].ImageUri);
    expect(applicationIn(region)['PackageType']).toBe('Image');
    expect(uri).toContain(`.dkr.ecr.${region}.`);
    return /:([0-9a-f]{64})/.exec(uri)?.[1];
  });

  expect(new Set(images).size).toBe(1);
  const context = join(templates.folder, `asset.${images[0]}`);
  expect(readFileSync(join(context, 'Dockerfile'), 'utf8')).toContain('COPY index.mjs');
  expect(readFileSync(join(context, 'index.mjs')).length).toBeGreaterThan(0);
});

function applicationIn(region: string): Any {
  const found = resourcesOf(templates.template(`application-${region}`), 'AWS::Lambda::Function').find(
    ({ Properties }) => Properties?.['FunctionName'] === 'function-url-items-api',
  );
  return found?.Properties;
}

import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import { region } from '../../core/brand.ts';
import { groupOf } from '../../deployment/groups.ts';
import { alarmName } from '../../deployment/names.ts';
import { recordsIn, referredId, resourcesOf } from '../../infra/checks/template.ts';
import { LeversStack } from '../../infra/stacks/levers.ts';
import { RecordsStack } from '../../infra/stacks/records-stack.ts';
import configuration from '../../infra/topologies/failover-records/configuration.ts';
import { type Any, domainBehind, templatesOf } from './templates.ts';

const templates = await templatesOf('failover-records');
afterAll(() => templates[Symbol.dispose]());

const regions = ['us-east-1', 'us-west-2'] as const;
const moving = 'api.example.com';
const zone = templates.topology.hostedZone.id;

describe.each(regions)('S4-T1 in %s', (where) => {
  const stack = `application-${where}`;

  test('a certificate for the moving name too, validated in the one zone, which exists', () => {
    const [certificate, ...others] = templates.of(stack, 'AWS::CertificateManager::Certificate');
    const { DomainName, SubjectAlternativeNames, ValidationMethod, DomainValidationOptions } =
      certificate?.Properties ?? {};

    expect(others).toEqual([]);
    expect([DomainName, ...SubjectAlternativeNames]).toEqual([`api-${where}.example.com`, moving]);
    expect(ValidationMethod).toBe('DNS');
    expect(new Set(DomainValidationOptions.map(({ HostedZoneId }: Any) => HostedZoneId))).toEqual(new Set([zone]));
    expect(templates.subjects.flatMap(({ template }) => resourcesOf(template, 'AWS::Route53::HostedZone'))).toEqual([]);
  });

  test('the API answers to the region’s name and to the moving one', () => {
    const domains = templates.of(stack, 'AWS::ApiGatewayV2::DomainName');
    const mappings = templates.of(stack, 'AWS::ApiGatewayV2::ApiMapping');
    const [api] = templates.of(stack, 'AWS::ApiGateway::RestApi');

    expect(domains.map(({ Properties }) => Properties?.['DomainName'])).toEqual([`api-${where}.example.com`, moving]);
    for (const { Properties } of domains) {
      expect(Properties?.['DomainNameConfigurations']).toMatchObject([
        { EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
      ]);
    }
    expect(mappings.map(({ Properties }) => referredId(Properties?.['DomainName']))).toEqual(
      domains.map(({ id }) => id),
    );
    for (const { Properties } of mappings) {
      expect(referredId(Properties?.['ApiId'])).toBe(api?.id);
      expect(Properties).not.toHaveProperty('ApiMappingKey');
    }
  });
});

describe('S4-T2', () => {
  const records = recordsIn(templates.template('records')).map(({ record }): Any => record);
  const [check] = templates.of('records', 'AWS::Route53::HealthCheck');

  test('one name, a primary behind the beacon, and a secondary without a health check: both red would lead to a dead primary', () => {
    expect(records.map(({ Name, Type, Failover, SetIdentifier }) => [Name, Type, Failover, SetIdentifier])).toEqual([
      [`${moving}.`, 'A', 'PRIMARY', 'us-east-1'],
      [`${moving}.`, 'A', 'SECONDARY', 'us-west-2'],
    ]);
    const [primary, secondary] = records;
    expect(referredId(primary.HealthCheckId)).toBe(check?.id);
    expect(secondary).not.toHaveProperty('HealthCheckId');
  });

  test('the beacon latches: silence changes nothing, neither for the alarm nor for the health check', () => {
    expect(check?.Properties?.['HealthCheckConfig']).toEqual({
      Type: 'CLOUDWATCH_METRIC',
      AlarmIdentifier: { Name: 'failover-records-hello-beacon', Region: 'us-west-2' },
      InsufficientDataHealthStatus: 'LastKnownStatus',
    });
    const alarm = templates
      .of('beacons-us-west-2', 'AWS::CloudWatch::Alarm')
      .find(({ Properties }) => Properties?.['AlarmName'] === 'failover-records-hello-beacon');
    expect(alarm?.Properties?.['TreatMissingData']).toBe('ignore');
  });

  test('aliases without a TTL of their own lead to where the region answers to the moving name', () => {
    for (const { SetIdentifier, AliasTarget, TTL } of records) {
      expect(TTL).toBeUndefined();
      // Health is for the lever to say; were it true, Route 53 would be a second hand on the switch.
      expect(AliasTarget).toEqual({
        DNSName: `to-api-${SetIdentifier}.example.com`,
        HostedZoneId: zone,
        EvaluateTargetHealth: false,
      });
      expect(domainBehind(templates, SetIdentifier, AliasTarget.DNSName)).toBe(moving);
    }
  });

  test('by one line of configuration it is ARC: then each record follows a control of its own, and one of them is On always', () => {
    const [service] = configuration.services;
    if (service?.lever.kind !== 'beacon') throw new Error('the topology has another lever now');
    const { hostedZone } = service.lever;
    const failover = parseFailover({
      ...configuration,
      services: [{ ...service, lever: { kind: 'arc', hostedZone } }],
    });
    const app = new App({ analyticsReporting: false });
    const levers = new LeversStack(app, 'Levers', { failover });
    const stack = new RecordsStack(app, 'Records', { failover: levers.complete });

    const template = Template.fromStack(levers);

    const byArc = recordsIn(Template.fromStack(stack).toJSON()).map(({ record }): Any => record);
    expect(byArc.map(({ Name, Failover, AliasTarget }) => [Name, Failover, AliasTarget.DNSName])).toEqual([
      [`${moving}.`, 'PRIMARY', 'to-api-us-east-1.example.com'],
      [`${moving}.`, 'SECONDARY', 'to-api-us-west-2.example.com'],
    ]);
    expect(new Set(byArc.map(({ HealthCheckId }) => referredId(HealthCheckId))).size).toBe(2);
    template.resourceCountIs('AWS::Route53RecoveryControl::SafetyRule', 2);
  });
});

describe('S4-T3', () => {
  test('the path that is looked at is one that the API has a method for, in each region', () => {
    for (const where of regions) {
      const stack = `application-${where}`;
      const proxy = templates
        .of(stack, 'AWS::ApiGateway::Resource')
        .find(({ Properties }) => Properties?.['PathPart'] === '{proxy+}');
      const methods = templates
        .of(stack, 'AWS::ApiGateway::Method')
        .filter(({ Properties }) => referredId(Properties?.['ResourceId']) === proxy?.id);

      expect(methods.map(({ Properties }) => Properties?.['HttpMethod'])).toEqual(['ANY']);
    }
  });

  test('every observer looks at both regions over HTTPS at that path, and each look has an alarm', () => {
    const { failover } = templates;
    for (const observer of failover.observers) {
      const canaries = templates.of(observer, 'AWS::Synthetics::Canary');
      for (const where of regions) {
        const canary = canaries.find(({ Properties }) => Properties?.['Name'] === `failover-records-hello-${where}`);
        expect(canary?.Properties?.['Schedule'].Expression).toBe('rate(1 minute)');
        const told = JSON.parse(canary?.Properties?.['RunConfig'].EnvironmentVariables.UNDERSTUDY_CANARY);
        expect(JSON.stringify(told)).toContain(`https://api-${where}.example.com`);
        expect(told.healthy.path).toBe('/v1');
        const name = alarmName(failover, 'hello', region(where));
        const alarm = templates
          .of(observer, /^AWS::CloudWatch::(Composite)?Alarm$/)
          .find(({ Properties }) => Properties?.['AlarmName'] === name);
        expect(alarm).toBeDefined();
      }
    }
  });

  test('no health check of Route 53 looks at an endpoint: it would send traffic back by itself', () => {
    const checks = templates.subjects.flatMap(({ template }) => resourcesOf(template, 'AWS::Route53::HealthCheck'));

    expect(checks.map(({ Properties }) => Properties?.['HealthCheckConfig'].Type)).toEqual(['CLOUDWATCH_METRIC']);
  });

  test('that the standby serves is an alarm of its own, with an article in the runbook', () => {
    const alarm = templates
      .of('beacons-us-west-2', 'AWS::CloudWatch::Alarm')
      .find(({ Properties }) => Properties?.['AlarmName'] === 'failover-records-hello-beacon');

    expect(alarm?.Properties?.['AlarmDescription']).toMatch(/Runbook: \S+#/);
  });
});

test('S4-T4 one app has the stacks of all regions, and says in which order they are made', () => {
  const stacks = templates.app.node.children.filter((child) => Stack.isStack(child));

  const ofGroup = (name: string) => `${name}-${groupOf(templates.failover.services[0]?.name ?? '')}`;
  expect(stacks.map(({ node }) => node.id).sort()).toEqual(
    [
      'application-us-east-1',
      'application-us-west-2',
      ofGroup('beacons-us-west-2'),
      'ca-central-1',
      ofGroup('ca-central-1'),
      'ledger',
      'levers',
      ofGroup('page'),
      `records-${groupOf(moving)}`,
      'us-east-2',
      ofGroup('us-east-2'),
      'us-west-2',
      ofGroup('us-west-2'),
    ].map((name) => `failover-records-${name}`),
  );
  const applications = regions.map((where) => `failover-records-application-${where}`);
  // Its records lead to those that the applications make.
  expect(templates.before('records')).toEqual(expect.arrayContaining(applications));
  for (const where of ['us-east-2', 'us-west-2', 'ca-central-1']) {
    expect(templates.before(where)).toContain(`failover-records-records-${groupOf(moving)}`);
  }
  for (const where of regions) expect(templates.before(`application-${where}`)).toEqual([]);
  for (const { template } of templates.subjects) expect(JSON.stringify(template)).not.toContain('Fn::ImportValue');
});

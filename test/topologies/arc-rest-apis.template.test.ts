import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { afterAll, describe, expect, test } from 'vitest';
import { parseCreatedLevers } from '../../config/created-levers.ts';
import { homeRegion } from '../../core/service.ts';
import { grantsOf, principalsOf, rolesOf } from '../../infra/checks/policies.ts';
import { recordsIn, referredId, resourcesOf } from '../../infra/checks/template.ts';
import { RegionalNames } from '../../infra/topologies/deploy/regional-names.ts';
import { RegionalRestApi } from '../../infra/topologies/deploy/rest-api.ts';
import { type Any, domainBehind, filled, templatesOf } from './templates.ts';

const templates = await templatesOf('arc-rest-apis');
afterAll(() => templates[Symbol.dispose]());

const names = ['external-api', 'service1', 'service2'] as const;
const regions = ['us-east-1', 'us-west-2'] as const;
const hosts = ['externalapi', 'service1', 'service2'].map((host) => `${host}.example.com`);
const levers = (type: string | RegExp) => templates.of('levers', type);
const arc = (type: string) => levers(`AWS::Route53RecoveryControl::${type}`);

describe('S3-T1', () => {
  test('one cluster, a panel for each application, a control for each of its regions', () => {
    expect(arc('Cluster')).toHaveLength(1);
    const panels = names.map((name) => `arc-rest-apis-${name}`);
    expect(arc('ControlPanel').map(({ Properties }) => Properties?.['Name'])).toEqual(panels);
    expect(arc('RoutingControl')).toHaveLength(6);
  });

  test('two rules over each panel’s two controls: one of them On, and never both', () => {
    for (const panel of arc('ControlPanel')) {
      const mine = arc('RoutingControl').filter(
        ({ Properties }) => referredId(Properties?.['ControlPanelArn']) === panel.id,
      );
      const rules = arc('SafetyRule').filter(
        ({ Properties }) => referredId(Properties?.['ControlPanelArn']) === panel.id,
      );

      expect(mine).toHaveLength(2);
      expect(rules.map(({ Properties }) => Properties?.['RuleConfig'])).toEqual([
        { Type: 'ATLEAST', Threshold: 1, Inverted: false },
        { Type: 'ATLEAST', Threshold: 2, Inverted: true },
      ]);
      for (const { Properties } of rules) {
        const { AssertedControls, WaitPeriodMs } = Properties?.['AssertionRule'] ?? {};
        expect(AssertedControls.map(referredId)).toEqual(mine.map(({ id }) => id));
        expect(WaitPeriodMs).toBeGreaterThanOrEqual(5_000);
      }
    }
  });
});

describe('S3-T2', () => {
  const checks = templates.of('records', 'AWS::Route53::HealthCheck');
  const records = recordsIn(templates.template('records')).map(({ record }): Any => record);
  /** What a health check follows, in the stack of the levers. */
  const followed = (arn: Any): string | null => {
    const output: Any = templates.template('levers').Outputs?.[arn['Fn::GetStackOutput'].OutputName];
    return referredId(output.Value);
  };

  test('six health checks, each follows a control of its own and measures nothing', () => {
    const configs = checks.map(({ Properties }) => Properties?.['HealthCheckConfig']);

    expect(configs.map(({ Type, ...rest }: Any) => [Type, Object.keys(rest)])).toEqual(
      Array.from({ length: 6 }, () => ['RECOVERY_CONTROL', ['RoutingControlArn']]),
    );
    expect(new Set(configs.map(({ RoutingControlArn }: Any) => followed(RoutingControlArn))).size).toBe(6);
  });

  test.each(hosts)(
    '%s has a primary and a secondary, each behind its own control and led to its own region',
    (host) => {
      const pair = records.filter(({ Name }) => Name === `${host}.`);

      expect(pair.map(({ Failover, SetIdentifier, Type }) => [Failover, SetIdentifier, Type])).toEqual([
        ['PRIMARY', 'us-east-1', 'A'],
        ['SECONDARY', 'us-west-2', 'A'],
      ]);
      for (const { SetIdentifier, HealthCheckId, AliasTarget, TTL } of pair) {
        const check = checks.find(({ id }) => id === referredId(HealthCheckId));
        const control = followed(check?.Properties?.['HealthCheckConfig'].RoutingControlArn);
        const { Name } = arc('RoutingControl').find(({ id }) => id === control)?.Properties ?? {};
        expect(Name).toBe(`arc-rest-apis-${names[hosts.indexOf(host)]}-${SetIdentifier}`);
        expect(TTL).toBeUndefined();
        // There is one hand on the switch: were it true, Route 53 would be a second one.
        expect(AliasTarget.EvaluateTargetHealth).toBe(false);
        // Route 53 takes an alias of a record only in the same zone, and only of one that is there.
        expect(AliasTarget.HostedZoneId).toBe(templates.topology.hostedZone.id);
        expect(domainBehind(templates, SetIdentifier, AliasTarget.DNSName)).toBe(host);
        expect(templates.before('records')).toContain(`arc-rest-apis-application-${SetIdentifier}`);
      }
    },
  );
});

describe('S3-T3', () => {
  test.each(regions)('in %s every API is regional, and reached by its names alone, over TLS 1.2', (region) => {
    const apis = templates.of(`application-${region}`, 'AWS::ApiGateway::RestApi');
    const domains = templates.of(`application-${region}`, 'AWS::ApiGatewayV2::DomainName');

    expect(apis).toHaveLength(3);
    for (const { Properties } of apis) {
      expect(Properties).toMatchObject({
        EndpointConfiguration: { Types: ['REGIONAL'] },
        DisableExecuteApiEndpoint: true,
      });
    }
    expect(domains.map(({ Properties }) => Properties?.['DomainName']).sort()).toEqual(
      hosts.flatMap((host) => [host.replace('.', `-${region}.`), host]).sort(),
    );
    for (const { Properties } of domains) {
      expect(Properties?.['DomainNameConfigurations']).toMatchObject([
        { EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
      ]);
    }
  });

  test('an API that changes is deployed again', () => {
    const deploymentOf = (proxies: Readonly<Record<string, string>>) => {
      const app = new App({ analyticsReporting: false });
      const stack = new Stack(app, 'Test', { env: { account: '123456789012', region: 'us-east-1' } });
      const { failover, topology } = templates;
      const [service] = failover.services;
      const application = topology.applications['external-api'];
      if (service === undefined || application === undefined) throw new Error('the topology has other services now');
      new RegionalRestApi(stack, 'Api', {
        failover,
        name: 'test',
        application: { ...application, proxies },
        handler: LambdaFunction.fromFunctionArn(stack, 'F', 'arn:aws:lambda:us-east-1:123456789012:function:f'),
        names: new RegionalNames(stack, 'Names', { topology, service, region: homeRegion(service) }),
      });
      return Object.keys(Template.fromStack(stack).findResources('AWS::ApiGateway::Deployment'));
    };

    const before = deploymentOf({ '/service1': 'service1' });

    expect(before).toHaveLength(1);
    expect(deploymentOf({ '/service1': 'service1' })).toEqual(before);
    expect(deploymentOf({ '/service1': 'service1', '/service2': 'service2' })).not.toEqual(before);
    expect(deploymentOf({ '/service1': 'service2' })).not.toEqual(before);
  });

  test.each(regions)(
    'in %s the API in front asks the others by the names that move, and does not wait for ever',
    (region) => {
      const integrations = templates
        .of(`application-${region}`, 'AWS::ApiGateway::Method')
        .map(({ Properties }) => Properties?.['Integration'])
        .filter(({ Type }) => Type === 'HTTP_PROXY');

      expect(integrations.map(({ Uri }) => Uri).sort()).toEqual([
        'https://service1.example.com/',
        'https://service2.example.com/',
      ]);
      for (const { TimeoutInMillis } of integrations) expect(TimeoutInMillis).toBe(3_000);
    },
  );
});

describe('S3-T4', () => {
  test('the deployment says every control and all five endpoints, so that nobody has to look them up', () => {
    const { CreatedLevers } = templates.template('levers').Outputs as Readonly<Record<string, Any>>;
    const told: string[] = [];
    const text = filled(CreatedLevers.Value, (reference) => {
      told.push(reference);
      if (reference.includes('.Endpoint"')) return 'https://host.example.com/v1';
      if (reference.includes('.Region"')) return 'us-east-1';
      return 'arn:aws:route53-recovery-control::123456789012:controlpanel/1/routingcontrol/1';
    });

    const { cluster, controls } = parseCreatedLevers(text, 'the output');

    expect(cluster).toHaveLength(5);
    expect(Object.entries(controls).map(([name, each]) => [name, Object.keys(each)])).toEqual(
      names.map((name) => [name, [...regions]]),
    );
    expect(new Set(told).size).toBe(5 * 2 + 6);
  });

  test('what runs may read and change the states of those six controls, one by one, never a rule, and nothing of ARC’s control plane', () => {
    for (const region of ['us-west-2', 'us-east-2']) {
      const template = templates.template(region);
      const grants = grantsOf(template).filter(({ actions }) => actions.some((action) => /route53/.test(action)));

      expect([...new Set(grants.flatMap(({ actions }) => actions))].sort()).toEqual([
        'route53-recovery-cluster:GetRoutingControlState',
        'route53-recovery-cluster:UpdateRoutingControlStates',
      ]);
      for (const { actions, resources, condition } of grants) {
        expect(new Set(resources.map((resource) => JSON.stringify(resource))).size).toBe(6);
        expect(JSON.stringify(resources)).not.toContain('*');
        if (!actions.includes('route53-recovery-cluster:UpdateRoutingControlStates')) continue;
        expect(condition).toEqual({ Bool: { 'route53-recovery-cluster:AllowSafetyRulesOverrides': 'false' } });
      }
    }
    for (const { template } of templates.subjects) {
      const running = rolesOf(template).filter((role) => principalsOf(role).includes('states.amazonaws.com'));
      const ids = new Set(running.map(({ id }) => id));
      const granted = grantsOf(template).filter(({ role }) => ids.has(role));
      expect(JSON.stringify(granted)).not.toMatch(/route53/);
    }
  });
});

test('S3-T5 the orchestrator runs in no region that is somebody’s home', () => {
  const homes = templates.failover.services.map(homeRegion);
  const orchestrating = templates.subjects.filter(
    ({ template }) => resourcesOf(template, 'AWS::StepFunctions::StateMachine').length > 0,
  );

  expect(orchestrating.map(({ region }) => region).sort()).toEqual(['us-east-2', 'us-west-2']);
  for (const { region } of orchestrating) expect(homes).not.toContain(region);
});

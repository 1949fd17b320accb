import { expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import { ownCanaryPlans } from '../../deployment/canaries.ts';
import { policySizes } from '../../infra/checks/policy-sizes.ts';
import { Canaries } from '../../infra/constructs/canaries.ts';
import { Observer } from '../../infra/constructs/observer.ts';
import { exampleWith } from '../support/configuration.ts';
import { all, looksOnly, synthesised } from './synthesised.ts';

const method = 'arn:aws:execute-api:us-east-1:123456789012:abc123/prod/GET/health';

const failover = parseFailover(
  exampleWith({
    fastProbe: true,
    'services[0].access': {
      headers: { 'x-api-key': { parameter: '/orders/key' }, 'x-b': { secret: 'orders/probe', field: 'b' } },
    },
    'services[1].access': { sign: { service: 'execute-api', resources: [method] } },
  }),
);

const template = synthesised(failover, looksOnly, ({ stack, deadLetters }) => {
  const { canaryHome: home } = new Observer(stack, 'Observer', { failover, region: looksOnly, deadLetters });
  new Canaries(stack, 'Canaries', { plans: ownCanaryPlans(failover, looksOnly), home });
});

interface Policy {
  readonly PolicyName: string;
  readonly PolicyDocument: { readonly Statement: readonly { readonly Action: unknown; readonly Resource: unknown }[] };
}

const opening: Readonly<Record<string, unknown>> = {
  'ssm:GetParameter': 'arn:aws:ssm:ca-central-1:123456789012:parameter/orders/key',
  'secretsmanager:GetSecretValue': 'arn:aws:secretsmanager:ca-central-1:123456789012:secret:orders/probe-??????',
  'execute-api:Invoke': method,
};

test('canaries, vantage and fast probe of an observer may open the doors of services, there, and nobody else may', () => {
  const policies = all<Policy>(template, 'AWS::IAM::Policy');
  for (const [action, resource] of Object.entries(opening)) {
    const granted = policies.flatMap(({ PolicyName, PolicyDocument }) =>
      PolicyDocument.Statement.flatMap((statement) =>
        statement.Action === action ? [[PolicyName, statement.Resource] as const] : [],
      ),
    );

    expect(granted.map(([, to]) => to)).toEqual([resource, resource, resource]);
    expect(granted.map(([name]) => /Canaries|vantage|fastprobe/i.exec(name)?.[0].toLowerCase()).sort()).toEqual([
      'canaries',
      'fastprobe',
      'vantage',
    ]);
  }
});

test('canaries are told where keys lie', () => {
  const told = all<{ readonly Name: string; readonly RunConfig: { EnvironmentVariables: Record<string, string> } }>(
    template,
    'AWS::Synthetics::Canary',
  ).flatMap(({ Name, RunConfig }) =>
    Name.includes('-orders-') ? [JSON.parse(RunConfig.EnvironmentVariables['UNDERSTUDY_CANARY'] ?? '')] : [],
  );

  expect(told).toHaveLength(3);
  for (const { access } of told) expect(access).toEqual(failover.services[0]?.access);
});

test('the doors of a fleet fit in the policies of an observer', () => {
  const [service] = failover.services;
  if (service === undefined) throw new Error('the example has services');
  const services = Array.from({ length: 120 }, (_, index) => ({
    ...service,
    name: `service-${index}`,
    access: { headers: { 'x-api-key': { secret: `services/service-${index}/key-of-its-probes` } } },
  }));
  const fleet = { ...failover, services };
  const policies = synthesised(fleet, looksOnly, ({ stack, deadLetters }) => {
    new Observer(stack, 'Observer', { failover: fleet, region: looksOnly, deadLetters });
  });

  expect([...policySizes(policies.toJSON())]).toEqual([]);
});

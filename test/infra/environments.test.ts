import { expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import type { FailoverInput } from '../../config/schema.ts';
import { grantsOf } from '../../infra/checks/policies.ts';
import { type Named, resourcesOf, stringsIn } from '../../infra/checks/template.ts';
import { assembled } from './assembly.ts';
import { complete } from './planned.ts';

/** Everything there is, by a deployment of another name; the beacon names no metric of its own. */
const environment = (name: string): FailoverInput => ({
  ...complete,
  name,
  ledger: { ...complete.ledger, tableName: `${name}-ledger` },
  notify: { ...complete.notify, topics: { critical: `${name}-critical`, info: `${name}-info` } },
  services: complete.services.map((service) => {
    if (service.lever.kind !== 'beacon') return service;
    const { namespace: _, ...lever } = service.lever;
    return { ...service, lever };
  }),
});

/** The types whose names only their parent knows: an alias is one of its own machine. */
const known =
  /^AWS::(Lambda::(Alias|Version)|StepFunctions::StateMachine(Alias|Version)|IAM::(Managed)?Policy|Route53::)/;

const namesIn = ({ Type, Properties = {} }: Named): string[] =>
  Object.entries(Properties)
    .filter(([member, value]) => /^(Name|[A-Z]\w*Name)$/.test(member) && typeof value === 'string')
    // Names of what is looked at, and not of the thing itself.
    .filter(([member]) => !['MetricName', 'FunctionName'].includes(member) || Type === 'AWS::Lambda::Function')
    .map(([, value]) => `${Type} ${value}`);

test('two deployments in one account share no name and no metric of ours', () => {
  using production = assembled(environment('prod'));
  using staging = assembled(environment('staging'));
  const namesOf = (subjects: typeof production.subjects) =>
    subjects.flatMap(({ template }) =>
      resourcesOf(template)
        .filter(({ Type }) => !known.test(Type))
        .flatMap(namesIn),
    );
  const metricsOf = (subjects: typeof production.subjects) =>
    subjects.flatMap(({ template }) =>
      resourcesOf(template, 'AWS::CloudWatch::Alarm')
        // One that is named by reference is of the template's own resource, whose name was looked at.
        .filter(({ Properties }) => !JSON.stringify(Properties?.['Dimensions'] ?? []).includes('Fn::'))
        .map(({ Properties: { Namespace, MetricName, Dimensions } = {} }) =>
          JSON.stringify([Namespace, MetricName, Dimensions]),
        ),
    );
  const ours = new Set([...namesOf(production.subjects), ...metricsOf(production.subjects)]);

  expect(ours.size).toBeGreaterThan(150);
  expect([...namesOf(staging.subjects), ...metricsOf(staging.subjects)].filter((name) => ours.has(name))).toEqual([]);
  // Two whole syntheses, judged by cdk-nag.
}, 240_000);

test('what one deployment may do, and listens to, reaches nothing of another', () => {
  using production = assembled(environment('prod'));
  using staging = assembled(environment('staging'));
  const wildcards = production.subjects.flatMap(({ template }) => [
    ...grantsOf(template).flatMap(({ resources }) =>
      resources.map(String).filter((arn) => /:(alarm|log-group):.*\*/.test(arn)),
    ),
    ...resourcesOf(template, 'AWS::Events::Rule').flatMap(({ Properties }) =>
      [...stringsIn(Properties?.['EventPattern'])].map(({ text }) => text).filter((text) => text.includes('*')),
    ),
  ]);
  const theirs = staging.subjects.flatMap(({ template, region, failover: { account } }) =>
    resourcesOf(template, /Canary$|Alarm$/).flatMap(({ Properties }) => {
      const name = String(Properties?.['AlarmName'] ?? Properties?.['Name']);
      return [
        name,
        `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`,
        `arn:aws:logs:${region}:${account}:log-group:/aws/lambda/cwsyn-${name.slice(0, 21)}-0`,
      ];
    }),
  );

  expect(new Set(wildcards).size).toBeGreaterThan(10);
  for (const wildcard of new Set(wildcards)) {
    const parts = wildcard.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\/]/g, '\\$&'));
    const pattern = new RegExp(`^${parts.join('.*')}$`);
    expect(theirs.filter((name) => pattern.test(name))).toEqual([]);
  }
}, 240_000);

test('a beacon of one deployment may write into no metric of another', () => {
  const namespaces = ['prod', 'staging'].map((name) =>
    parseFailover(environment(name)).services.flatMap(({ lever }) =>
      lever.kind === 'beacon' ? [lever.namespace] : [],
    ),
  );

  expect(namespaces).toEqual([['Understudy/prod/Beacon'], ['Understudy/staging/Beacon']]);
});

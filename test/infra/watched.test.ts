import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { metricsNamespace } from '../../deployment/names.ts';
import { referredId, resourcesOf, type Subject } from '../../infra/checks/template.ts';
import { publishedByServices } from '../../loopback/cloudwatch/service-metrics.ts';
import example from '../../understudy.config.ts';
import { assembled } from './assembly.ts';

/** Each alarm that an option makes, beside those that there always are. */
const services = example.services.map((service) => ({
  ...service,
  policy: { ...service.policy, drillWithinDays: 30 },
}));
const assembly = assembled({ ...example, services, fastProbe: true, console: { copies: true } });
afterAll(() => assembly[Symbol.dispose]());
const { failover, subjects } = assembly;

interface Watched {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
}

/** Namespaces, names and dimensions as functions print them, from their own telemetry. */
let printed: ReadonlySet<string>;
beforeAll(() => {
  const code = `
    import { metricNames } from './core/metric.ts';
    import { embeddedMetrics } from './handlers/telemetry.ts';
    const metrics = embeddedMetrics(${JSON.stringify(metricsNamespace(failover))}, { warn() {} });
    for (const service of ${JSON.stringify(failover.services.map(({ name }) => name))}) {
      for (const name of metricNames) metrics.record(service, name, 1);
    }
    await metrics.flush();`;
  const lines = execFileSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  printed = new Set(
    lines
      .split('\n')
      .filter(Boolean)
      .flatMap((line) => {
        const { service, _aws } = JSON.parse(line);
        const [{ Namespace, Metrics }] = _aws.CloudWatchMetrics;
        return Metrics.map(({ Name }: { Name: string }) => `${Namespace} ${Name} service=${service}`);
      }),
  );
});

/** What each kind of resource publishes under its own name. */
const published = {
  ...publishedByServices,
  CloudWatchSynthetics: { dimension: 'CanaryName', metrics: ['SuccessPercent', 'Duration', 'Failed'] },
};
const kinds: Readonly<Record<keyof typeof published, readonly [type: string, name: string]>> = {
  'AWS/Lambda': ['AWS::Lambda::Function', 'FunctionName'],
  'AWS/States': ['AWS::StepFunctions::StateMachine', 'StateMachineName'],
  'AWS/SQS': ['AWS::SQS::Queue', 'QueueName'],
  CloudWatchSynthetics: ['AWS::Synthetics::Canary', 'Name'],
};

/** Whether the value names a resource of the type that stands in the template. */
function isThere({ template }: Subject, [type, member]: readonly [string, string], value: unknown): boolean {
  return resourcesOf(template, type).some(({ id, Properties = {} }) => {
    if (typeof value !== 'string') return referredId(value) === id;
    const name = Properties[member];
    return typeof name === 'string' && value.split(':').at(-1) === name;
  });
}

function isPublished(subject: Subject, { Namespace, MetricName, Dimensions = [] }: Watched): boolean {
  const [only, ...others] = Dimensions;
  if (only === undefined || others.length > 0) return false;
  if (Namespace in published) {
    const known = published[Namespace as keyof typeof published];
    const metrics: readonly string[] = known.metrics;
    const kind = kinds[Namespace as keyof typeof published];
    return only.Name === known.dimension && metrics.includes(MetricName) && isThere(subject, kind, only.Value);
  }
  return printed.has(`${Namespace} ${MetricName} ${only.Name}=${String(only.Value)}`);
}

describe.each(subjects.map((subject) => [subject.stack, subject] as const))('in %s', (_, subject) => {
  test('every alarm watches what somebody publishes', () => {
    const blind = resourcesOf(subject.template, 'AWS::CloudWatch::Alarm').filter(
      ({ Properties }) => !isPublished(subject, Properties as Watched),
    );
    expect(blind.map(({ id, Properties }) => [id, Properties?.['Namespace'], Properties?.['Dimensions']])).toEqual([]);
  });

  test('whatever can fail and is called by nobody who waits has an alarm', () => {
    const alarms = resourcesOf(subject.template, 'AWS::CloudWatch::Alarm');
    for (const [namespace, kind] of Object.entries(kinds).filter(([each]) => each !== 'AWS/Lambda')) {
      for (const { id, Properties = {} } of resourcesOf(subject.template, kind[0])) {
        const watching = alarms.filter(({ Properties: alarm }) => {
          const [dimension] = (alarm as Watched).Dimensions ?? [];
          const value = dimension?.Value;
          const isOf =
            typeof value === 'string' ? value.split(':').at(-1) === Properties[kind[1]] : referredId(value) === id;
          return (alarm as Watched).Namespace === namespace && isOf;
        });
        expect(watching, `${id} in ${subject.stack}`).not.toEqual([]);
      }
    }
  });
});

import { publishedByServices } from '../../loopback/cloudwatch/service-metrics.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';

interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

/**
 * What the templates made and nothing has needed so far, a line each: rules, schedules, functions, canaries, topics, and alarms
 * whose metric nobody publishes. It knows no name: a resource that its template describes wrongly does nothing, and is found.
 */
export async function idle({ loopback, cloudformation }: Sandbox): Promise<string[]> {
  const resources = cloudformation
    .stacks()
    .flatMap(({ name, region }) =>
      [...cloudformation.resources(name, region).values()].map((resource) => ({ region, ...resource })),
    );
  const of = (type: string) => resources.filter((resource) => resource.type === type);
  const published = new Set<string>();
  for (const region of new Set(resources.map((resource) => resource.region))) {
    for (const metric of await metricsIn(loopback.aws, region)) published.add(`${region} ${metric}`);
  }
  const isPublished = (region: string, namespace: string, name: string, dimensions: readonly Dimension[]) =>
    published.has(`${region} ${metric(namespace, name, dimensions)}`);
  /** Some are published when something goes wrong, which need not happen: then what they are of must be there. */
  const willBe = (region: string, namespace: string, name: string, dimensions: readonly Dimension[]) => {
    const known = publishedByServices[namespace as keyof typeof publishedByServices];
    const [only, ...others] = dimensions;
    if (known === undefined || only?.Name !== known.dimension || others.length > 0) return false;
    if (!(known.metrics as readonly string[]).includes(name)) return false;
    return resources.some(
      ({ made, region: where }) =>
        where === region && [made.id, made.attributes['QueueName'], made.attributes['Arn']].includes(only.Value),
    );
  };
  return [
    ...loopback.events
      .rules()
      .filter(({ sent }) => sent === 0)
      .map(({ name, region }) => `rule ${name} (${region})`),
    ...loopback.scheduler
      .list()
      .filter(({ starts }) => starts === 0)
      .map(({ name, region }) => `schedule ${name} (${region})`),
    ...of('AWS::Lambda::Function')
      .filter(({ region, made }) => !isPublished(region, 'AWS/Lambda', 'Invocations', named('FunctionName', made.id)))
      .map(({ region, made }) => `function ${made.id} (${region})`),
    ...of('AWS::Synthetics::Canary')
      .filter(
        ({ region, made }) => !isPublished(region, 'CloudWatchSynthetics', 'Duration', named('CanaryName', made.id)),
      )
      .map(({ region, made }) => `canary ${made.id} (${region})`),
    ...of('AWS::SNS::Topic')
      .filter(({ made }) => loopback.sns.published(made.id).length === 0)
      .map(({ region, made }) => `topic ${String(made.attributes['TopicName'])} (${region})`),
    ...of('AWS::CloudWatch::Alarm')
      .filter(({ region, properties }) => {
        const { Namespace, MetricName, Dimensions } = properties as {
          readonly Namespace: string;
          readonly MetricName: string;
          readonly Dimensions?: readonly Dimension[];
        };
        const watched = [region, Namespace, MetricName, Dimensions ?? []] as const;
        return !isPublished(...watched) && !willBe(...watched);
      })
      .map(({ region, made }) => `alarm ${made.id} (${region})`),
  ].toSorted();
}

const named = (Name: string, Value: string): readonly Dimension[] => [{ Name, Value }];

const metric = (namespace: string, name: string, dimensions: readonly Dimension[]): string =>
  JSON.stringify([namespace, name, ...dimensions.map(({ Name, Value }) => `${Name}=${Value}`).toSorted()]);

async function metricsIn(aws: Sandbox['aws'], region: string): Promise<string[]> {
  const found: string[] = [];
  for (let NextToken: unknown, more = true; more; more = NextToken !== undefined) {
    const page = await aws.call('cloudwatch', 'ListMetrics', { NextToken }, { region });
    const listed = page['Metrics'] as readonly {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions?: readonly Dimension[];
    }[];
    for (const { Namespace, MetricName, Dimensions } of listed) {
      found.push(metric(Namespace, MetricName, Dimensions ?? []));
    }
    NextToken = page['NextToken'];
  }
  return found;
}

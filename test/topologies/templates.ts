import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, Stack } from 'aws-cdk-lib';
import { vi } from 'vitest';
import { builtTopologyNamed } from '../../config/built-topology.ts';
import { loadFailover } from '../../config/load.ts';
import type { Topology } from '../../config/topology.ts';
import { topologyConfiguration } from '../../config/topology-names.ts';
import { region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { withShared } from '../../infra/checks/shared.ts';
import { type Named, referredId, resourcesOf, type Subject, type Template } from '../../infra/checks/template.ts';
import { understudyApp } from '../../infra/understudy-app.ts';
import type { TopologyName } from './names.ts';

/** The CDK's own switch, read whenever it synthesises. */
const validation = 'CDK_VALIDATION';

/** The stacks of a topology and of what protects it, as they would be deployed together. */
export interface Templates {
  readonly failover: Failover;
  readonly topology: Topology;
  /** Of the assembly. */
  readonly folder: string;
  readonly app: App;
  readonly subjects: readonly Subject[];
  /**
   * Without the topology's name before it: `front`, `levers`, `application-us-east-1`; what groups of services have in stacks of
   * their own (`us-west-2-17`) is in it, as if they were one.
   */
  template(stack: string): Template;
  /** Names of the stacks that must be deployed before one of them, directly. */
  before(stack: string): readonly string[];
  of(stack: string, type: string | RegExp): readonly Named[];
}

/**
 * One synthesis, for a test file: it takes seconds. AWS's own validator takes the most of them, to start; it looks at all
 * topologies in one process, in `templates.test.ts`, and at nothing else where this file is imported.
 */
export async function templatesOf(
  name: TopologyName,
  { validated = false }: { readonly validated?: boolean } = {},
): Promise<Templates & Disposable> {
  const failover = await loadFailover(topologyConfiguration(name));
  const topology = builtTopologyNamed(name, 'dist');
  const folder = mkdtempSync(join(tmpdir(), 'understudy-'));
  const app = understudyApp(failover, { outdir: folder, topology });
  vi.stubEnv(validation, String(validated));
  const { stacks } = app.synth();
  vi.unstubAllEnvs();
  const subjects = withShared(
    stacks.map(({ template, stackName, environment }) => ({
      template,
      stack: stackName,
      region: region(environment.region),
      failover,
    })),
  );
  const isPartOf = (whole: string, stack: string) => new RegExp(`^${name}-${whole}(-\\d\\d)?$`).test(stack);
  const template = (stack: string): Template => {
    const found = subjects.filter((subject) => isPartOf(stack, subject.stack)).map((subject) => subject.template);
    if (found.length === 0) throw new Error(`${name} has no stack ${stack}`);
    return {
      Resources: Object.assign({}, ...found.map(({ Resources }) => Resources)),
      Outputs: Object.assign({}, ...found.map(({ Outputs }) => Outputs)),
    };
  };
  const before = (whole: string) =>
    app.node.children
      .filter((child): child is Stack => Stack.isStack(child) && isPartOf(whole, child.stackName))
      .flatMap((stack) => stack.dependencies.map(({ stackName }) => stackName));
  return {
    failover,
    topology,
    folder,
    app,
    subjects,
    template,
    before,
    of: (stack, type) => resourcesOf(template(stack), type),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

/** The custom domain of the API to which a record of a region's application leads. */
export function domainBehind(templates: Templates, region: string, dnsName: string): unknown {
  const stack = `application-${region}`;
  const leadsTo = templates
    .of(stack, 'AWS::Route53::RecordSet')
    .find(({ Properties }) => Properties?.['Name'] === `${dnsName}.`);
  const domain = templates
    .of(stack, 'AWS::ApiGatewayV2::DomainName')
    .find(({ id }) => id === referredId(leadsTo?.Properties?.['AliasTarget'].DNSName));
  return domain?.Properties?.['DomainName'];
}

/** A value of a template as CloudFormation would fill it in, were every reference `filled(reference)`. */
export function filled(value: unknown, reference: (text: string) => string): string {
  if (typeof value === 'string') return value;
  const join = (value as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join'];
  if (join === undefined) return reference(JSON.stringify(value));
  return join[1].map((part) => filled(part, reference)).join(join[0]);
}

// biome-ignore lint/suspicious/noExplicitAny: a template is JSON of many shapes.
export type Any = any;

/** Every behaviour of a distribution, the default one last and with its pattern. */
export function behavioursIn({ Properties }: Named): readonly Any[] {
  const { CacheBehaviors = [], DefaultCacheBehavior } = Properties?.['DistributionConfig'] ?? {};
  return [...CacheBehaviors, { PathPattern: '*', ...DefaultCacheBehavior }];
}

/** The distribution of the front door; others stand before single regions. */
export function frontDoorIn(templates: Templates): Named {
  const hosts = templates.failover.services.map(({ frontDoor }) => new URL(frontDoor.url).hostname);
  const found = templates
    .of('front', 'AWS::CloudFront::Distribution')
    .find(({ Properties }) => hosts.includes(Properties?.['DistributionConfig'].Aliases[0]));
  if (found === undefined) throw new Error('there is no distribution of a front door');
  return found;
}

/** The edge function as the template has it, written to a file of the assembly. */
export function functionFileIn(templates: Templates): string {
  const [edge] = templates.of('levers', 'AWS::CloudFront::Function');
  const file = join(templates.folder, 'viewer-request.js');
  writeFileSync(file, String(edge?.Properties?.['FunctionCode']));
  return file;
}

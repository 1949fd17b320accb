import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Assembly, readAssembly } from '../../loopback/cloudformation/assembly.ts';
import type { CloudFormation } from '../../loopback/cloudformation/cloudformation.ts';
import { type Loopback, startLoopback } from '../../loopback/loopback.ts';
import { topologyNames } from '../topologies/names.ts';
import { templatesOf } from '../topologies/templates.ts';
import { synthesisedExample } from './synthesised-example.ts';

/** What custom resources would find out or do, which no template needs to be made. */
const custom = {
  'Custom::RoutingControlEndpoints': async () => ({
    id: 'endpoints',
    attributes: Object.fromEntries(
      [0, 1, 2, 3, 4].flatMap((index) => [
        [`Cluster.ClusterEndpoints.${index}.Region`, 'us-east-1'],
        [`Cluster.ClusterEndpoints.${index}.Endpoint`, 'https://a.example.com/v1'],
      ]),
    ),
  }),
  'Custom::EdgePages': async () => ({ id: 'pages', attributes: {} }),
  'Custom::RoutingControlFirstStates': async () => ({ id: 'first', attributes: {} }),
  'Custom::CDKBucketDeployment': async () => ({ id: 'site', attributes: {} }),
};

let loopback: Loopback;
beforeAll(async () => {
  loopback = await startLoopback({ account: '123456789012', tempo: 20, custom });
});
afterAll(() => loopback.close());

const parameters = { BootstrapVersion: '30' };
const deploy = async (cloud: CloudFormation, { stacks }: Assembly) => {
  for (const stack of stacks) await cloud.deploy({ ...stack, parameters });
};

describe.each(['example', ...topologyNames])('the templates of %s', (name) => {
  let assembly: Assembly;
  let cloud: CloudFormation;
  let folder: string;
  let remove: Disposable;
  beforeAll(async () => {
    const synthesised =
      name === 'example' ? synthesisedExample() : await templatesOf(name as (typeof topologyNames)[number]);
    remove = synthesised;
    folder = synthesised.folder;
    assembly = readAssembly(folder);
    cloud = loopback.cloudformation(assembly.asset);
  });
  afterAll(() => remove[Symbol.dispose]());

  test('make every resource that they name', async () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.template.json'));
    expect(assembly.stacks).toHaveLength(files.length);
    await deploy(cloud, assembly);
    const made = assembly.stacks.flatMap((stack) => [...cloud.resources(stack.name, stack.region).keys()]);
    const named = files.flatMap((file) => Object.keys(JSON.parse(readFileSync(join(folder, file), 'utf8')).Resources));
    expect(made.toSorted()).toEqual(named.toSorted());
  });

  test('change nothing when they are deployed again', async () => {
    const events = () => assembly.stacks.reduce((sum, { name, region }) => sum + cloud.events(name, region).length, 0);
    const before = events();
    await deploy(cloud, assembly);
    expect(events()).toBe(before);
  });

  test('are taken away again, but for what is retained', async () => {
    for (const { name, region } of assembly.stacks.toReversed()) await cloud.remove(name, region);
    const kept = assembly.stacks.flatMap((stack) =>
      cloud
        .events(stack.name, stack.region)
        .filter(({ status }) => status === 'DELETE_SKIPPED')
        .map(({ type }) => type),
    );
    expect(kept).toContain('AWS::DynamoDB::GlobalTable');
    expect(kept).not.toContain('AWS::Lambda::Function');
    expect(loopback.canaries.list()).toEqual([]);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fleet } from '../../bench/fleet/configuration.ts';
import { parseFailover } from '../../config/define-failover.ts';
import type { FailoverInput } from '../../config/schema.ts';
import { findingsIn } from '../../infra/checks/checks.ts';
import { LeversStack } from '../../infra/stacks/levers.ts';
import { readAssembly } from '../../loopback/cloudformation/assembly.ts';
import { startLoopback } from '../../loopback/loopback.ts';
import { type Assembly, assembled } from './assembly.ts';
import { byControls, byStore, planned } from './planned.ts';
import { all } from './synthesised.ts';
import { validator } from './validator.ts';

type Resource = { readonly Type: string; readonly DependsOn?: readonly string[]; readonly Properties?: unknown };

const leversOf = (input: FailoverInput): Template =>
  Template.fromStack(
    new LeversStack(new App({ analyticsReporting: false }), 'Levers', { failover: parseFailover(input) }),
  );
const codeOf = (template: Template) =>
  all<{ readonly FunctionCode: string }>(template, 'AWS::CloudFront::Function')[0]?.FunctionCode ?? '';
const pagesOf = (template: Template) => all<{ readonly pages: string }>(template, 'Custom::EdgePages');
/** More than stand in the function. */
const names = ['carts', ...Array.from({ length: 5 }, (_, index) => `more-${index}`)];
const several = (change: Partial<FailoverInput['services'][number]> = {}): FailoverInput => ({
  ...planned,
  services: [{ ...byStore(), ...change }, ...names.map((name) => byStore(name)), byControls()],
});

describe('one service by kvs', () => {
  test('stands in the function, and nothing is written to the store for it', () => {
    const template = leversOf(planned);

    expect(codeOf(template)).toContain('"s/orders"');
    expect(pagesOf(template)).toEqual([]);
  });
});

describe('two services by kvs', () => {
  test('stand in the function, and nothing is written to the store for them', () => {
    const template = leversOf({ ...planned, services: [byStore(), byStore('carts'), byControls()] });

    expect(codeOf(template)).toContain('"s/orders"');
    expect(codeOf(template)).toContain('"s/carts"');
    expect(pagesOf(template)).toEqual([]);
  });
});

describe('several services by kvs', () => {
  test('are found in the store, by a function that knows none of them', () => {
    const code = codeOf(leversOf(several()));

    expect(code).toContain('"h/understudy/"');
    expect(code).not.toMatch(/orders|carts/);
  });

  test('are written before the function looks for them, and stay when the stack is deleted', () => {
    const resources = leversOf(several()).toJSON()['Resources'] as Readonly<Record<string, Resource>>;
    const [pages, made] = Object.entries(resources).find(([, { Type }]) => Type === 'Custom::EdgePages') ?? [];
    const steers = Object.values(resources).find(({ Type }) => Type === 'AWS::CloudFront::Function');

    expect(steers?.DependsOn).toContain(pages);
    expect(made).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  test('are written again where what the edge has to know changes, and only there', () => {
    const before = pagesOf(leversOf(several()));

    expect(before).toHaveLength(1);
    expect(pagesOf(leversOf(several({ policy: { quorum: 3 } })))).toEqual(before);
    expect(pagesOf(leversOf(several({ frontDoor: { url: 'https://orders.example.com/v2' } })))).not.toEqual(before);
    expect(
      pagesOf(leversOf(several({ frontDoor: { url: 'https://orders.example.com', hosts: ['www.example.com'] } }))),
    ).not.toEqual(before);
  });

  test('are written by who may do that to this store, and nothing else', () => {
    const policies = all<{
      readonly PolicyDocument: {
        readonly Statement: readonly { readonly Action: unknown; readonly Resource: unknown }[];
      };
    }>(leversOf(several()), 'AWS::IAM::Policy').flatMap(({ PolicyDocument }) => PolicyDocument.Statement);

    expect(policies.filter(({ Action }) => JSON.stringify(Action).includes('ListKeys'))).toMatchObject([
      {
        Action: ['DescribeKeyValueStore', 'ListKeys', 'UpdateKeys'].map((name) => `cloudfront-keyvaluestore:${name}`),
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^KvsStore/), 'Arn'] },
      },
    ]);
  });
});

describe.each([13, 40])('%i services of mixed levers', (count) => {
  let assembly: Assembly & Disposable;
  beforeAll(() => {
    assembly = assembled(fleet(count));
  }, 240_000);
  afterAll(() => assembly?.[Symbol.dispose]());

  test('are what cdk-nag, our checks and AWS’s validator let pass, behind a function of at most 4 KB', () => {
    using aws = validator();
    const levers = assembly.subjects.find(({ stack }) => stack === 'understudy-levers');

    expect(assembly.subjects.flatMap(findingsIn)).toEqual([]);
    expect(aws.errorsIn(levers?.template ?? {})).toEqual([]);
    const code = codeOf(Template.fromJSON(levers?.template as Record<string, unknown>));
    expect(Buffer.byteLength(code)).toBeLessThanOrEqual(4_096);
  }, 240_000);

  test('are deployed by CloudFormation with a layer that tells of every one behind the edge', async () => {
    const written: string[] = [];
    const custom = {
      'Custom::EdgePages': async () => {
        written.push('pages');
        return { id: 'pages', attributes: {} };
      },
    };
    await using loopback = await disposable(startLoopback({ account: '123456789012', tempo: 20, custom }));
    const { stacks, asset } = readAssembly(assembly.folder);
    const cloud = loopback.started.cloudformation(asset);
    const levers = stacks.filter(({ name }) => name === 'understudy-levers');
    const { arn } = storeIn(assembly);
    loopback.started.stores.createStore({ arn });

    for (const stack of levers) await cloud.deploy({ ...stack, parameters: { BootstrapVersion: '30' } });

    expect(written).toEqual(['pages']);
    const layers = readLayers(assembly);
    expect(layers).toHaveLength(1);
    const { pages } = JSON.parse(layers[0] ?? '') as { readonly pages: readonly { readonly key: string }[] };
    expect(pages.map(({ key }) => key).toSorted()).toEqual(
      assembly.failover.services
        .filter(({ lever }) => lever.kind === 'kvs')
        .map(({ frontDoor }) => `h/understudy/${new URL(frontDoor.url).hostname}`)
        .toSorted(),
    );
  }, 240_000);
});

function storeIn({ failover }: Assembly): { readonly arn: string } {
  const arn = failover.services.flatMap(({ lever }) => (lever.kind === 'kvs' ? (lever.storeArn ?? []) : []))[0];
  if (arn === undefined) throw new Error('the fleet has no store of its own now');
  return { arn };
}

/** What the layers of pages hold, as they are uploaded. */
function readLayers({ folder, subjects }: Assembly): string[] {
  const levers = subjects.find(({ stack }) => stack === 'understudy-levers');
  const layers = all<{ readonly LayerName?: string; readonly Content: { readonly S3Key: string } }>(
    Template.fromJSON(levers?.template as Record<string, unknown>),
    'AWS::Lambda::LayerVersion',
  ).filter(({ LayerName }) => LayerName?.endsWith('-edge-pages'));
  return layers.map(({ Content }) =>
    readFileSync(join(folder, `asset.${Content.S3Key.replace(/\.zip$/, '')}`, 'edge-pages.json'), 'utf8'),
  );
}

async function disposable<Started extends { close(): Promise<void> }>(starting: Promise<Started>) {
  const started = await starting;
  return { started, [Symbol.asyncDispose]: () => started.close() };
}

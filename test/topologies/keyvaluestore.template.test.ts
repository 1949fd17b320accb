import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { OVERRIDE_KEY } from '../../core/routing-value.ts';
import { grantsOf } from '../../infra/checks/policies.ts';
import { referredId } from '../../infra/checks/template.ts';
import { inVm } from '../edge/engine.ts';
import { type Any, behavioursIn, frontDoorIn, functionFileIn, templatesOf } from './templates.ts';

const templates = await templatesOf('keyvaluestore');
afterAll(() => templates[Symbol.dispose]());

const distribution = frontDoorIn(templates);
const config: Any = distribution.Properties?.['DistributionConfig'];
const originIds: string[] = config.Origins.map(({ Id }: Any) => Id);
const edge: Any = templates.of('levers', 'AWS::CloudFront::Function')[0]?.Properties;

describe('S1-T1', () => {
  test('one function reads one store, at every viewer request', () => {
    const [store] = templates.of('levers', 'AWS::CloudFront::KeyValueStore');

    expect(edge.FunctionConfig.Runtime).toBe('cloudfront-js-2.0');
    expect(edge.FunctionConfig.KeyValueStoreAssociations).toEqual([
      { KeyValueStoreARN: { 'Fn::GetAtt': [store?.id, 'Arn'] } },
    ]);
    for (const { FunctionAssociations } of behavioursIn(distribution)) {
      expect(FunctionAssociations).toEqual([
        { EventType: 'viewer-request', FunctionARN: `arn:aws:cloudfront::123456789012:function/${edge.Name}` },
      ]);
    }
  });

  test('it is small, redirects nobody, and knows no origin that the distribution does not have', () => {
    const code: string = edge.FunctionCode;
    // A page of one service: its path, its key, its regions, their origins.
    const [, [, , , known]] = JSON.parse(/^var EDGE_TABLE=(.*);$/m.exec(code)?.[1] ?? '') as [number, Any];

    expect(Buffer.byteLength(code)).toBeLessThan(10_240);
    expect(code).not.toMatch(/\b30[1278]\b|location/i);
    expect(known.length).toBeGreaterThanOrEqual(2);
    expect([...new Set(known)].sort()).toEqual([...originIds].sort());
  });
});

test('S1-T2 the store is filled before the first request, with nothing that a later deployment would set back, and all are at home', async () => {
  const [store] = templates.of('levers', 'AWS::CloudFront::KeyValueStore');
  const source = store?.Properties?.['ImportSource'];
  const imported = readdirSync(templates.folder)
    .filter((file) => JSON.stringify(source).includes(file.replace('asset.', '')) && file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(join(templates.folder, file), 'utf8')));

  expect(source).toMatchObject({ SourceType: 'S3' });
  expect(imported).toHaveLength(1);
  const [{ data }] = imported;
  expect(data).toEqual([{ key: OVERRIDE_KEY, value: '{"v":1,"e":0,"x":{}}' }]);
  const filled = Object.fromEntries(data.map(({ key, value }: Any) => [key, value]));
  const [write] = await inVm(functionFileIn(templates), [{ store: filled, method: 'POST' }]);
  expect(write).toMatchObject({ chosen: 'hello-us-east-1', thrown: null });
});

test('S1-T3 two origins in two regions, no other one, no plain HTTP, and every method', () => {
  expect(config.Origins.map(({ DomainName }: Any) => DomainName)).toEqual([
    'hello-us-east-1.example.com',
    'hello-us-west-2.example.com',
  ]);
  const [behaviour, ...others] = behavioursIn(distribution);
  expect(others).toEqual([]);
  expect(behaviour.ViewerProtocolPolicy).toBe('redirect-to-https');
  expect([...behaviour.AllowedMethods].sort()).toEqual(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']);
  expect(originIds).toContain(behaviour.TargetOriginId);
});

describe('S1-T4', () => {
  test.each(['shift', 'rollback'])('%s may change the one store, and of CloudFront nothing else', (step) => {
    const template = templates.template('us-west-2');
    const [handler] = templates
      .of('us-west-2', 'AWS::Lambda::Function')
      .filter(({ Properties }) => Properties?.['FunctionName'] === `keyvaluestore-${step}`);
    const role = referredId(handler?.Properties?.['Role']);
    const grants = grantsOf(template).filter((grant) => grant.role === role);

    const movers = grants.filter(({ actions }) => actions.some((action) => /^cloudfront/.test(action)));
    expect(movers.flatMap(({ actions }) => actions).sort()).toEqual([
      'cloudfront-keyvaluestore:DescribeKeyValueStore',
      'cloudfront-keyvaluestore:GetKey',
      'cloudfront-keyvaluestore:UpdateKeys',
    ]);
    for (const { resources } of movers) {
      expect(resources).toHaveLength(1);
      expect(JSON.stringify(resources)).toMatch(/Fn::GetStackOutput.*keyvaluestore-levers/);
    }
  });

  test.each(['shift', 'rollback'])(
    '%s is deployed with what signs for all regions, without which it could send nothing',
    (step) => {
      const [handler] = templates
        .of('us-west-2', 'AWS::Lambda::Function')
        .filter(({ Properties }) => Properties?.['FunctionName'] === `keyvaluestore-${step}`);
      const asset = String(handler?.Properties?.['Code'].S3Key).replace('.zip', '');

      const code = loadedBy(`${step}.mjs`, join(templates.folder, `asset.${asset}`));

      expect(code.join('\n')).toContain('AWS4-ECDSA-P256-SHA256');
    },
  );
});

/** The code of a function: its own file, and every chunk that it loads when it starts. */
function loadedBy(file: string, folder: string, seen = new Set<string>()): readonly string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const code = readFileSync(join(folder, file), 'utf8');
  const chunks = [...code.matchAll(/(?:from|import)\s*"\.\/([\w-]+\.mjs)"/g)].map(([, chunk = '']) => chunk);
  return [code, ...chunks.flatMap((chunk) => loadedBy(chunk, folder, seen))];
}

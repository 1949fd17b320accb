import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAssembly } from '../../loopback/cloudformation/assembly.ts';
import { evaluate, type Scope } from '../../loopback/cloudformation/intrinsics.ts';
import { resourceTypeNamed } from '../../loopback/cloudformation/types.ts';
import { topologyNames } from '../topologies/names.ts';
import { templatesOf } from '../topologies/templates.ts';
import { synthesisedExample } from './synthesised-example.ts';

interface Found {
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** References have a value of some kind: only names of properties are tried here. */
const anything: Scope = {
  region: 'us-east-1',
  ref: (name) => name,
  attribute: (id, attribute) => `${id}.${attribute}`,
  stackOutput: (_stack, _region, output) => output,
  condition: () => true,
};

const folders: ({ readonly folder: string } & Disposable)[] = [];
const resources: Found[] = [];
beforeAll(async () => {
  folders.push(synthesisedExample());
  for (const name of topologyNames) folders.push(await templatesOf(name));
  for (const { template } of folders.flatMap(({ folder }) => readAssembly(folder).stacks)) {
    const { Resources } = template as { Resources: Record<string, { Type: string; Properties?: object }> };
    for (const { Type, Properties = {} } of Object.values(Resources)) {
      resources.push({ type: Type, properties: evaluate(Properties, anything) as Found['properties'] });
    }
  }
});
afterAll(() => {
  for (const folder of folders) folder[Symbol.dispose]();
});

/**
 * Where names are the template's own, or another document begins: a variable, a path of an event, a policy, a definition. What is
 * wrong there shows when it is used.
 */
const free =
  /^(AWS::Lambda::Function Environment\.Variables|AWS::Synthetics::Canary RunConfig\.EnvironmentVariables|AWS::Events::Rule (EventPattern|Targets\.InputTransformer\.InputPathsMap)|AWS::IAM::(Role AssumeRolePolicyDocument|Policy PolicyDocument)|AWS::KMS::Key KeyPolicy|AWS::(SNS::TopicPolicy|SQS::QueuePolicy|S3::BucketPolicy) PolicyDocument|Custom::\S+)(\.|$| )/;

test('a misspelt property of any resource of any template is refused', () => {
  const tried = new Set<string>();
  const accepted = new Set<string>();
  for (const { type, properties } of resources) {
    const played = resourceTypeNamed(type);
    for (const { path, misspelt } of misspellings(properties)) {
      const place = `${type} ${path.join('.')}`;
      if (tried.has(place) || free.test(place) || isUnheld(type, path)) continue;
      tried.add(place);
      if (isAccepted(() => played?.read(misspelt))) accepted.add(place);
    }
  }
  expect(tried.size).toBeGreaterThan(200);
  expect([...accepted].toSorted()).toEqual([]);
});

/** Within what a type names as not held, or does not play, nothing is looked at but the property itself. */
function isUnheld(type: string, path: readonly string[]): boolean {
  const played = resourceTypeNamed(type);
  if (played === undefined || path.length < 2) return false;
  if (played.unplayed !== undefined) return true;
  return played.unheld.some((held) => path.join('.').startsWith(`${held}.`));
}

function isAccepted(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

/** A copy for each name in it, at any depth, with that name misspelt. Members of lists have the list's path. */
function* misspellings(
  value: unknown,
  path: readonly string[] = [],
): Generator<{ readonly path: readonly string[]; readonly misspelt: unknown }> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      for (const each of misspellings(item, path)) yield { ...each, misspelt: value.with(index, each.misspelt) };
    }
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    const { [name]: _, ...others } = value as Readonly<Record<string, unknown>>;
    yield { path: [...path, name], misspelt: { ...others, [`${name}x`]: member } };
    for (const each of misspellings(member, [...path, name])) {
      yield { ...each, misspelt: { ...value, [name]: each.misspelt } };
    }
  }
}

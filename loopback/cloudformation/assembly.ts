import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { TemplateError } from './error.ts';

/** A stack as it was synthesised. */
export interface AssembledStack {
  readonly name: string;
  readonly region: string;
  readonly template: unknown;
}

/** What `cdk synth` wrote. https://docs.aws.amazon.com/cdk/v2/guide/deploy.html#deploy-how-synth-assemblies */
export interface Assembly {
  /** Each after those that it depends on, or whose outputs it reads. */
  readonly stacks: readonly AssembledStack[];
  /**
   * Where an asset lies that would be uploaded to a bucket, or pushed as an image (`image` and its URI). Throws for one that
   * would not be there.
   */
  asset(bucket: string, key: string): string;
}

const manifestSchema = z.looseObject({
  artifacts: z.record(
    z.string(),
    z.looseObject({
      type: z.string(),
      environment: z.string().optional(),
      dependencies: z.array(z.string()).default([]),
      properties: z.looseObject({ templateFile: z.string().optional(), stackName: z.string().optional() }).optional(),
    }),
  ),
});

const assetsSchema = z.looseObject({
  files: z
    .record(
      z.string(),
      z.looseObject({
        source: z.looseObject({ path: z.string().optional() }),
        destinations: z.record(z.string(), z.looseObject({ bucketName: z.string(), objectKey: z.string() })),
      }),
    )
    .default({}),
  dockerImages: z
    .record(
      z.string(),
      z.looseObject({
        source: z.looseObject({ directory: z.string().optional() }),
        destinations: z.record(
          z.string(),
          z.looseObject({ repositoryName: z.string(), imageTag: z.string(), region: z.string().optional() }),
        ),
      }),
    )
    .default({}),
});

/** `given` is the folder of an assembly. Assets are named from wherever they are run. */
export function readAssembly(given: string): Assembly {
  const folder = resolve(given);
  const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const { artifacts } = manifestSchema.parse(read('manifest.json'));
  const described = Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const stacks = new Map(
    described.map(([id, { environment = '', dependencies, properties }]) => [
      id,
      {
        name: properties?.stackName ?? id,
        region: environment.split('/').at(-1) ?? '',
        template: read(properties?.templateFile ?? `${id}.template.json`),
        dependencies,
      },
    ]),
  );
  const assets = new Map<string, string>();
  for (const [, { type, properties }] of Object.entries(artifacts)) {
    if (type !== 'cdk:asset-manifest') continue;
    const { files, dockerImages } = assetsSchema.parse(read((properties as { readonly file: string }).file));
    for (const { source, destinations } of Object.values(files)) {
      for (const { bucketName, objectKey } of Object.values(destinations)) {
        if (source.path !== undefined) assets.set(`${bucketName}/${objectKey}`, join(folder, source.path));
      }
    }
    for (const { source, destinations } of Object.values(dockerImages)) {
      for (const { repositoryName, imageTag } of Object.values(destinations)) {
        if (source.directory !== undefined) {
          assets.set(`image/${repositoryName}:${imageTag}`, join(folder, source.directory));
        }
      }
    }
  }
  return {
    stacks: ordered(stacks),
    asset(bucket, key) {
      // An image's URI begins with the registry, which is the account's own.
      const found = assets.get(bucket === 'image' ? `image/${key.slice(key.indexOf('/') + 1)}` : `${bucket}/${key}`);
      if (found !== undefined) return found;
      throw new TemplateError(`S3 Error Code: NoSuchKey. S3 Error Message: there is no asset ${bucket}/${key}`);
    },
  };
}

function ordered(stacks: ReadonlyMap<string, AssembledStack & { readonly dependencies: readonly string[] }>) {
  const done = new Set<string>();
  const order: AssembledStack[] = [];
  const visit = (id: string, path: readonly string[]) => {
    const stack = stacks.get(id);
    if (stack === undefined || done.has(id)) return;
    if (path.includes(id)) throw new TemplateError(`Stacks depend on one another: ${[...path, id].join(', ')}`);
    const read = outputsReadBy(stack.template);
    const needed = [...stacks].filter(([, { name }]) => read.has(name)).map(([other]) => other);
    for (const next of [...stack.dependencies, ...needed]) visit(next, [...path, id]);
    done.add(id);
    order.push({ name: stack.name, region: stack.region, template: stack.template });
  };
  for (const id of stacks.keys()) visit(id, []);
  return order;
}

/** Names of the stacks whose outputs a template reads. */
function outputsReadBy(value: unknown): Set<string> {
  const names = new Set<string>();
  const visit = (at: unknown) => {
    if (typeof at !== 'object' || at === null) return;
    for (const [key, member] of Object.entries(at)) {
      if (key === 'Fn::GetStackOutput') names.add(String((member as { readonly StackName: unknown }).StackName));
      visit(member);
    }
  };
  visit(value);
  return names;
}

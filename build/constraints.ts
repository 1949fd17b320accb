/**
 * Writes `loopback/aws/constraints.json`: what AWS's service models say of lengths, patterns, ranges and enums in the input of every
 * operation that loopback serves, which the schemas of the SDK leave out. The models are read from the folder `data` of botocore.
 *
 *     python3 -c 'import botocore, os; print(botocore.__version__, os.path.dirname(botocore.__file__) + "/data")'
 *     node build/constraints.ts VERSION FOLDER
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Constraints, ConstraintTable } from '../loopback/aws/constraints.ts';
import type { ServiceId } from '../loopback/aws/service.ts';
import { startLoopback } from '../loopback/loopback.ts';

interface Shape {
  readonly type: string;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly sensitive?: boolean;
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly member?: { readonly shape: string };
  readonly key?: { readonly shape: string };
  readonly value?: { readonly shape: string };
}

interface Model {
  readonly operations: Readonly<Record<string, { readonly input?: { readonly shape: string } }>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** Where botocore keeps each; null where loopback does not hold them: dynalite checks by itself, STS has one operation without input, and S3 checks keys by their bytes. */
const folders: Readonly<Record<ServiceId, string | null>> = {
  states: 'stepfunctions',
  lambda: 'lambda',
  events: 'events',
  cloudwatch: 'cloudwatch',
  sns: 'sns',
  kvs: 'cloudfront-keyvaluestore',
  arc: 'route53-recovery-cluster',
  ssm: 'ssm',
  secretsmanager: 'secretsmanager',
  dynamodb: null,
  sts: null,
  s3: null,
};

export function constraintTable(
  source: string,
  served: ReadonlyMap<ServiceId, readonly string[]>,
  modelOf: (folder: string) => Model,
): ConstraintTable {
  const services: Partial<Record<ServiceId, Record<string, Constraints>>> = {};
  for (const [id, operations] of served) {
    const folder = folders[id];
    if (folder === null) continue;
    const model = modelOf(folder);
    const of = (operation: string) => model.operations[operation]?.input?.shape;
    services[id] = Object.fromEntries(
      operations.toSorted().map((operation) => [operation, constraintsOf(model, of(operation), []) ?? {}]),
    );
  }
  return { source, services };
}

/** Undefined where nothing is said of a shape nor of what is in it. A shape within itself is followed once. */
function constraintsOf(model: Model, name: string | undefined, outer: readonly string[]): Constraints | undefined {
  const shape = name === undefined ? undefined : model.shapes[name];
  if (name === undefined || shape === undefined || outer.includes(name)) return undefined;
  const inner = (reference: { readonly shape: string } | undefined) =>
    constraintsOf(model, reference?.shape, [...outer, name]);
  const members = Object.entries(shape.members ?? {}).flatMap(([member, reference]) => {
    const found = inner(reference);
    return found === undefined ? [] : [[member, found] as const];
  });
  const [items, keys, values] = [inner(shape.member), inner(shape.key), inner(shape.value)];
  const found: Constraints = {
    ...(shape.min !== undefined && { [isNumber(shape) ? 'from' : 'min']: shape.min }),
    ...(shape.max !== undefined && { [isNumber(shape) ? 'to' : 'max']: shape.max }),
    ...(shape.pattern !== undefined && { pattern: shape.pattern }),
    ...(shape.enum !== undefined && { enum: shape.enum.join('|') }),
    ...(shape.sensitive === true && { sensitive: true }),
    ...(members.length > 0 && { members: Object.fromEntries(members) }),
    ...(items !== undefined && { items }),
    ...(keys !== undefined && { keys }),
    ...(values !== undefined && { values }),
  };
  return Object.keys(found).some((said) => said !== 'sensitive') ? found : undefined;
}

const isNumber = ({ type }: Shape) => ['integer', 'long', 'float', 'double'].includes(type);

function readModel(data: string, folder: string): Model {
  const newest = readdirSync(join(data, folder)).toSorted().at(-1) ?? '';
  const file = readdirSync(join(data, folder, newest)).find((name) => name.startsWith('service-2.json')) ?? '';
  const bytes = readFileSync(join(data, folder, newest, file));
  return JSON.parse((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')) as Model;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [version, data] = process.argv.slice(2);
  if (version === undefined || data === undefined) throw new Error('node build/constraints.ts VERSION FOLDER');
  const loopback = await startLoopback({ account: '123456789012', tempo: 1 });
  const table = constraintTable(`botocore ${version}`, loopback.aws.operations, (folder) => readModel(data, folder));
  writeFileSync(new URL('../loopback/aws/constraints.json', import.meta.url), `${JSON.stringify(table, null, 2)}\n`);
  await loopback.close();
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ResourceError } from '../error.ts';
import type { Providers } from '../providers.ts';
import { boolean, number, resourceType, text, texts, type Where } from '../resource-type.ts';

const s3Code = z.strictObject({ S3Bucket: text, S3Key: text });

export const layerVersion = resourceType({
  schema: z.strictObject({ Content: s3Code, LayerName: text.optional() }),
  unheld: {
    CompatibleRuntimes: 'every function of loopback has the one runtime',
    Description: 'shown in consoles alone',
  },
  async create({ Content, LayerName }, where, { asset, layers, newId }) {
    const folder = asset(bucketHere(Content.S3Bucket, where), Content.S3Key);
    const { account, region } = where;
    const arn = `arn:aws:lambda:${region}:${account}:layer:${LayerName ?? where.generatedName(64)}:${newId()}`;
    layers.set(arn, folder);
    return { id: arn, attributes: { LayerVersionArn: arn } };
  },
  async remove(_, { id }, _where, { layers }) {
    layers.delete(id);
  },
});

const functionSchema = z.strictObject({
  Architectures: z.array(z.enum(['arm64', 'x86_64'])).optional(),
  Code: z.union([s3Code, z.strictObject({ ImageUri: text })]),
  Environment: z.strictObject({ Variables: z.record(text, text).default({}) }).optional(),
  FunctionName: text.optional(),
  Handler: text.optional(),
  Layers: texts.default([]),
  MemorySize: number.default(128),
  PackageType: z.enum(['Zip', 'Image']).optional(),
  ReservedConcurrentExecutions: number.optional(),
  Role: text,
  /** Another than Node.js is not run: an invocation of such a function fails. */
  Runtime: text.optional(),
  Timeout: number.default(3),
});

type FunctionProperties = z.output<typeof functionSchema>;

export const lambdaFunction = resourceType({
  schema: functionSchema,
  unheld: {
    Description: 'shown in consoles alone',
    LoggingConfig: 'lines go to whoever started loopback, all of them',
    TracingConfig: 'there are no traces on loopback',
    VpcConfig: 'there is one network on loopback',
  },
  named: 'FunctionName',
  create: (properties, where, providers) =>
    register(properties, properties.FunctionName ?? where.generatedName(64), where, providers),
  update: (properties, { id }, where, providers) => register(properties, id, where, providers),
  async remove(_, { id }, { region }, { lambda }) {
    await lambda.unregister(id, region);
  },
});

async function register(
  properties: FunctionProperties,
  name: string,
  where: Where,
  { lambda, iam, layers, asset }: Providers,
) {
  const { Code, Environment, Handler, Layers, MemorySize, ReservedConcurrentExecutions, Role, Timeout } = properties;
  if (!iam.mayAssume(Role, 'lambda.amazonaws.com', {})) {
    throw new ResourceError('The role defined for the function cannot be assumed by Lambda.');
  }
  const { region } = where;
  const isImage = 'ImageUri' in Code;
  const arn = lambda.register({
    name,
    region,
    codeDir: isImage ? asset('image', Code.ImageUri) : asset(bucketHere(Code.S3Bucket, where), Code.S3Key),
    ...(Handler !== undefined && { handler: Handler }),
    env: unpacked(
      Environment?.Variables ?? {},
      Layers.map((layer) => folderOf(layer, layers)),
    ),
    timeoutMs: Timeout * 1_000,
    memoryMb: MemorySize,
    reservedConcurrency: ReservedConcurrentExecutions,
    role: { arn: Role, accessKey: iam.accessKey({ roleArn: Role, session: name }) },
  });
  return { id: name, attributes: { Arn: arn } };
}

/** Null for a layer that AWS publishes: an extension, which is a process beside the function and not played. */
function folderOf(arn: string, layers: Providers['layers']): string | null {
  const folder = layers.get(arn);
  if (folder !== undefined) return folder;
  if (/:layer:AWS-Parameters-and-Secrets-Lambda-Extension/.test(arn)) return null;
  throw new ResourceError(`Layer version ${arn} does not exist.`);
}

/** There is no `/opt` on this machine: a variable that names a file there names it where its layer lies. */
function unpacked(
  variables: Readonly<Record<string, string>>,
  folders: readonly (string | null)[],
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => {
      if (!value.startsWith('/opt/')) return [name, value];
      const files = folders.flatMap((folder) => (folder === null ? [] : [join(folder, value.slice('/opt/'.length))]));
      const found = files.find((file) => existsSync(file));
      if (found === undefined) throw new ResourceError(`variable ${name} names ${value}, which none of its layers has`);
      return [name, found];
    }),
  );
}

export const eventInvokeConfig = resourceType({
  schema: z.strictObject({
    FunctionName: text,
    Qualifier: z.literal('$LATEST'),
    MaximumRetryAttempts: number.optional(),
  }),
  unheld: { MaximumEventAgeInSeconds: 'an event waits for its retries here, and for nothing else' },
  immutable: ['FunctionName', 'Qualifier'],
  async create({ FunctionName, MaximumRetryAttempts }, { region }, { lambda }) {
    lambda.setRetries(FunctionName, region, MaximumRetryAttempts);
    return { id: `${FunctionName}|$LATEST`, attributes: {} };
  },
  async update({ FunctionName, MaximumRetryAttempts }, made, { region }, { lambda }) {
    lambda.setRetries(FunctionName, region, MaximumRetryAttempts);
    return made;
  },
  async remove({ FunctionName }, _made, { region }, { lambda }) {
    if (lambda.registered(FunctionName, region) !== undefined) lambda.setRetries(FunctionName, region, undefined);
  },
});

/** Lambda reads code and layers from buckets of its own region. */
function bucketHere(bucket: string, { region }: Where): string {
  if (bucket.endsWith(`-${region}`)) return bucket;
  throw new ResourceError(
    `Error occurred while GetObject. S3 Error Code: PermanentRedirect. S3 Error Message: The bucket ${bucket} is not in ${region}`,
  );
}

export const permission = resourceType({
  schema: z.strictObject({
    Action: text,
    FunctionName: text,
    Principal: text,
    SourceArn: text.optional(),
    SourceAccount: text.optional(),
    FunctionUrlAuthType: text.optional(),
    InvokedViaFunctionUrl: boolean.optional(),
  }),
  async create(properties, where, { iam, newId }) {
    const { Action, FunctionName, Principal, SourceArn, SourceAccount } = properties;
    const { FunctionUrlAuthType, InvokedViaFunctionUrl } = properties;
    const { account, region, logicalId, stack } = where;
    const resource = FunctionName.startsWith('arn:')
      ? FunctionName
      : `arn:aws:lambda:${region}:${account}:function:${FunctionName}`;
    // Another one replaces it before it goes.
    const id = `${stack}-${logicalId}-${newId()}`;
    iam.putResourcePolicy(resource, id, {
      Version: '2012-10-17',
      Statement: {
        Sid: id,
        Effect: 'Allow',
        Principal: /^\d{12}$|^arn:|^\*$/.test(Principal) ? { AWS: Principal } : { Service: Principal },
        Action,
        Resource: resource,
        Condition: {
          ...(SourceArn !== undefined && { ArnLike: { 'aws:SourceArn': SourceArn } }),
          StringEquals: {
            ...(SourceAccount !== undefined && { 'aws:SourceAccount': SourceAccount }),
            ...(FunctionUrlAuthType !== undefined && { 'lambda:FunctionUrlAuthType': FunctionUrlAuthType }),
          },
          ...(InvokedViaFunctionUrl !== undefined && {
            Bool: { 'lambda:InvokedViaFunctionUrl': String(InvokedViaFunctionUrl) },
          }),
        },
      },
    });
    return { id, attributes: { Resource: resource } };
  },
  async remove(_, { id, attributes }, _where, { iam }) {
    iam.deleteResourcePolicy(String(attributes['Resource']), id);
  },
});

export const functionUrl = resourceType({
  schema: z.strictObject({ AuthType: z.enum(['AWS_IAM', 'NONE']), TargetFunctionArn: text }),
  unheld: {
    Cors: 'there is no browser',
    InvokeMode: 'an answer is sent whole',
    Qualifier: 'no versions nor aliases: $LATEST is all there is',
  },
  immutable: ['TargetFunctionArn'],
  create: addressed,
  async update(properties, _made, where, providers) {
    const { TargetFunctionArn } = properties;
    if (properties.AuthType !== 'NONE') {
      await providers.functionUrls.remove({ name: functionNameIn(TargetFunctionArn), region: where.region });
    }
    return addressed(properties, where, providers);
  },
  async remove({ AuthType, TargetFunctionArn }, _made, { region }, { functionUrls }) {
    if (AuthType === 'NONE') await functionUrls.remove({ name: functionNameIn(TargetFunctionArn), region });
  },
});

/** Whoever signs reaches the functions of regions by addresses of the regions: no signature is checked here. */
async function addressed(
  { AuthType, TargetFunctionArn }: { AuthType: 'AWS_IAM' | 'NONE'; TargetFunctionArn: string },
  { region, logicalId }: Where,
  { functionUrls }: Providers,
) {
  const signed = `https://${logicalId.toLowerCase()}.lambda-url.${region}.on.aws/`;
  const isOpen = AuthType === 'NONE';
  const url = isOpen ? await functionUrls.create({ name: functionNameIn(TargetFunctionArn), region }) : signed;
  return { id: TargetFunctionArn, attributes: { FunctionUrl: url, FunctionArn: TargetFunctionArn } };
}

const functionNameIn = (arn: string): string => arn.split(':').at(-1) ?? arn;

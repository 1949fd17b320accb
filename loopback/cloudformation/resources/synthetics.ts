import { join } from 'node:path';
import * as z from 'zod';
import { rateSeconds } from '../../events/schedule.ts';
import { ResourceError } from '../error.ts';
import type { Providers } from '../providers.ts';
import { type Made, number, resourceType, text, type Where } from '../resource-type.ts';

const canarySchema = z.strictObject({
  Name: text,
  Code: z.strictObject({ Handler: text, S3Bucket: text, S3Key: text }),
  ExecutionRoleArn: text,
  RunConfig: z.strictObject({
    EnvironmentVariables: z.record(text, text).default({}),
    TimeoutInSeconds: number,
  }),
  RuntimeVersion: z.string().regex(/^syn-nodejs-\d/),
  /** Any other duration than 0 would end the schedule. */
  Schedule: z.strictObject({
    Expression: text,
    DurationInSeconds: number.refine((seconds) => seconds === 0).optional(),
  }),
  StartCanaryAfterCreation: z.literal(true),
});

export const canary = resourceType({
  schema: canarySchema,
  unheld: {
    ArtifactConfig: 'there are no artifacts on loopback',
    ArtifactS3Location: 'there are no artifacts on loopback',
    FailureRetentionPeriod: 'there are no artifacts on loopback',
    SuccessRetentionPeriod: 'there are no artifacts on loopback',
    VPCConfig: 'there is one network on loopback',
    ProvisionedResourceCleanup: 'a canary leaves nothing behind on loopback',
  },
  named: 'Name',
  create: put,
  update: (properties, _made, where, providers) => put(properties, where, providers),
  async remove(_, { id }, { region }, { canaries }) {
    canaries.remove(id, region);
  },
});

async function put(
  { Name, Code, ExecutionRoleArn, RunConfig, Schedule }: z.output<typeof canarySchema>,
  { region }: Where,
  { canaries, iam, asset }: Providers,
): Promise<Made> {
  if (!iam.mayAssume(ExecutionRoleArn, 'lambda.amazonaws.com', {})) {
    throw new ResourceError('The role defined for the function cannot be assumed by Lambda.');
  }
  const [file, exported] = [Code.Handler.slice(0, Code.Handler.lastIndexOf('.')), Code.Handler.split('.').at(-1)];
  if (exported !== 'handler')
    throw new ResourceError(`handler ${Code.Handler} is not played: a canary exports handler`);
  canaries.put({
    name: Name,
    observer: region,
    // Where the runtime without a browser looks. https://docs.aws.amazon.com/AmazonSynthetics/latest/APIReference/API_CanaryCodeInput.html
    bundle: join(asset(Code.S3Bucket, Code.S3Key), 'nodejs', 'node_modules', `${file}.js`),
    // Its function has the credentials of its role, as any other.
    env: {
      AWS_ACCESS_KEY_ID: iam.accessKey({ roleArn: ExecutionRoleArn, session: Name }),
      AWS_SECRET_ACCESS_KEY: 'sandbox',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...RunConfig.EnvironmentVariables,
    },
    periodMs: rateSeconds(Schedule.Expression) * 1_000,
    timeoutMs: RunConfig.TimeoutInSeconds * 1_000,
    roleArn: ExecutionRoleArn,
  });
  return { id: Name, attributes: { Id: `${region}-${Name}` } };
}

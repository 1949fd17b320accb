import * as z from 'zod';
import { baseUrlSchema } from './addresses.ts';
import { roleArnSchema } from './arn.ts';

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const assumeSchema = z.strictObject({
  roleArn: roleArnSchema,
  externalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{2,1224}$/, 'must be 2 to 1224 letters, digits or any of _ + = , . @ : / -'),
  endpoint: baseUrlSchema.optional(),
});

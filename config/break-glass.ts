import * as z from 'zod';

/** A permission set's role has a suffix that AWS chooses anew whenever it is assigned anew. */
const permissionSet =
  /^role\/aws-reserved\/sso\.amazonaws\.com\/([a-z0-9-]+\/|\*\/?)?AWSReservedSSO_[\w+=,.@-]+_(\*|[0-9a-f]{16})$/;
const exact = /^role\/([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/;

/**
 * The ARN of a role from which people may assume the one for moving traffic by hand: `arn:aws:iam::123456789012:role/operators`, or a
 * permission set of IAM Identity Center, where `*` stands for what AWS chooses.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
 */
const principalSchema = z.string().refine((text) => {
  const [arn, partition, service, region, account = '', ...rest] = text.split(':');
  const role = rest.join(':');
  const isIam = arn === 'arn' && partition === 'aws' && service === 'iam' && region === '' && /^\d{12}$/.test(account);
  return isIam && (exact.test(role) || permissionSet.test(role));
}, 'is no ARN of a role; write arn:aws:iam::123456789012:role/operators, or a permission set as arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Operators_*');

export const breakGlassSchema = z.strictObject({
  /** Whether a person may override ARC's safety rules. */
  overrideSafetyRules: z.boolean().default(false),
  /** Roles of federated people, who have no second factor that IAM knows of. */
  principals: z.array(principalSchema).max(20).default([]),
});

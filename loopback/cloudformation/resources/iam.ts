import * as z from 'zod';
import { type Made, resourceType, text, texts } from '../resource-type.ts';

const document = z.record(z.string(), z.unknown());

/** Of AWS, for what means nothing here: writing logs, and network interfaces. */
const knownPolicies = ['AWSLambdaBasicExecutionRole', 'AWSLambdaVPCAccessExecutionRole'].map(
  (name) => `:policy/service-role/${name}`,
);

export const role = resourceType({
  schema: z.strictObject({
    AssumeRolePolicyDocument: document,
    RoleName: text.optional(),
    ManagedPolicyArns: texts.optional(),
    MaxSessionDuration: z.number().optional(),
  }),
  unheld: {
    Description: 'shown in consoles alone',
    Path: 'roles are found by their names here',
    PermissionsBoundary: 'what a boundary forbids is not known on loopback',
  },
  named: 'RoleName',
  async create({ AssumeRolePolicyDocument: trust, RoleName, ManagedPolicyArns: managed = [] }, where, { iam }) {
    const foreign = managed.find((arn) => !knownPolicies.some((known) => arn.endsWith(known)));
    if (foreign !== undefined) throw new Error(`what ${foreign} allows is not known on loopback`);
    const name = RoleName ?? where.generatedName(64);
    return { id: name, attributes: { Arn: iam.createRole({ name, trust }), RoleId: name } };
  },
  async update({ AssumeRolePolicyDocument: trust }, made, _where, { iam }) {
    iam.updateTrust(made.id, trust);
    return made;
  },
  async remove(_, { id }, _where, { iam }) {
    iam.deleteRole(id);
  },
});

/** An inline policy of one or more roles. */
export const policy = resourceType({
  schema: z.strictObject({ PolicyDocument: document, PolicyName: text, Roles: texts.min(1) }),
  async create({ PolicyDocument, PolicyName, Roles }, { logicalId, stack }, { iam }) {
    for (const name of Roles) iam.putRolePolicy(name, PolicyName, PolicyDocument);
    return { id: `${stack}-${logicalId}`, attributes: {} };
  },
  async update({ PolicyDocument, PolicyName, Roles }, made, _where, { iam }, before) {
    for (const name of Roles) iam.putRolePolicy(name, PolicyName, PolicyDocument);
    for (const name of before.Roles) {
      if (before.PolicyName !== PolicyName || !Roles.includes(name)) iam.deleteRolePolicy(name, before.PolicyName);
    }
    return made;
  },
  async remove({ PolicyName, Roles }, _made, _where, { iam }) {
    for (const name of Roles) iam.deleteRolePolicy(name, PolicyName);
  },
});

/**
 * What is too long for a role's own policy, attached to roles by their names. Attached from a role's side it would have to be known before the
 * role, which is refused as foreign there. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html
 */
export const managedPolicy = resourceType({
  schema: z.strictObject({ PolicyDocument: document, Roles: texts.min(1) }),
  unheld: { Description: 'shown in consoles alone', Path: 'policies are found by their roles here' },
  async create({ PolicyDocument, Roles }, { logicalId, account }, { iam }) {
    for (const name of Roles) iam.putRolePolicy(name, logicalId, PolicyDocument);
    return { id: `arn:aws:iam::${account}:policy/${logicalId}`, attributes: {} };
  },
  async update({ PolicyDocument, Roles }, made, { logicalId }, { iam }, before) {
    for (const name of Roles) iam.putRolePolicy(name, logicalId, PolicyDocument);
    for (const name of before.Roles) if (!Roles.includes(name)) iam.deleteRolePolicy(name, logicalId);
    return made;
  },
  async remove({ Roles }, _made, { logicalId }, { iam }) {
    for (const name of Roles) iam.deleteRolePolicy(name, logicalId);
  },
});

export const key = resourceType({
  schema: z.strictObject({ KeyPolicy: document }),
  unheld: { Description: 'shown in consoles alone', EnableKeyRotation: 'nothing is really encrypted on loopback' },
  async create({ KeyPolicy }, { account, region }, { iam, newId }): Promise<Made> {
    const id = newId();
    const arn = `arn:aws:kms:${region}:${account}:key/${id}`;
    iam.putResourcePolicy(arn, 'key', KeyPolicy);
    return { id, attributes: { Arn: arn, KeyId: id } };
  },
  async update({ KeyPolicy }, made, _where, { iam }) {
    iam.putResourcePolicy(String(made.attributes['Arn']), 'key', KeyPolicy);
    return made;
  },
  async remove(_, made, _where, { iam }) {
    iam.deleteResourcePolicy(String(made.attributes['Arn']), 'key');
  },
});

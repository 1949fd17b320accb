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

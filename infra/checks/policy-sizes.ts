import { rolesOf } from './policies.ts';
import { type Finding, listOf, referredId, resourcesOf, type Template } from './template.ts';

/**
 * What IAM takes of one role, in characters without white space.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const managedPolicyMax = 6_144;
const inlinePoliciesMax = 10_240;
const trustPolicyMax = 2_048;
const managedPoliciesMax = 10;

/** Policies that IAM would refuse for their size, in the middle of a deployment. They grow with the number of services. */
export function* policySizes(template: Template): Generator<Pick<Finding, 'at' | 'message'>> {
  const inline = new Map<string, number>();
  const attached = new Map<string, number>();
  const add = (to: Map<string, number>, role: string, more: number) => to.set(role, (to.get(role) ?? 0) + more);

  for (const { id, Properties } of resourcesOf(template, 'AWS::IAM::ManagedPolicy')) {
    const size = sizeOf(Properties?.['PolicyDocument']);
    if (size > managedPolicyMax) yield tooMany(id, `has ${size} characters`, managedPolicyMax);
    for (const role of rolesIn(Properties?.['Roles'])) add(attached, role, 1);
  }
  for (const { Properties } of resourcesOf(template, 'AWS::IAM::Policy')) {
    for (const role of rolesIn(Properties?.['Roles'])) add(inline, role, sizeOf(Properties?.['PolicyDocument']));
  }
  for (const { id, Properties } of rolesOf(template)) {
    for (const policy of listOf(Properties?.['Policies'])) {
      add(inline, id, sizeOf((policy as { PolicyDocument?: unknown }).PolicyDocument));
    }
    add(attached, id, listOf(Properties?.['ManagedPolicyArns']).length);
    const trust = sizeOf(Properties?.['AssumeRolePolicyDocument']);
    if (trust > trustPolicyMax)
      yield tooMany(`${id}.AssumeRolePolicyDocument`, `has ${trust} characters`, trustPolicyMax);
  }
  for (const [role, size] of inline) {
    if (size > inlinePoliciesMax) yield tooMany(role, `has inline policies of ${size} characters`, inlinePoliciesMax);
  }
  for (const [role, count] of attached) {
    if (count > managedPoliciesMax) yield tooMany(role, `has ${count} managed policies`, managedPoliciesMax);
  }
}

const tooMany = (at: string, what: string, max: number) => ({
  at,
  message: `${what}, and IAM takes at most ${max}: deploy some of the services under another name, as a second configuration`,
});

const rolesIn = (roles: unknown): string[] => listOf(roles).map((role) => referredId(role) ?? String(role));

const sizeOf = (document: unknown): number => JSON.stringify(filledIn(document) ?? '').length;

/** As it comes out when it is deployed, as far as a template tells: what another resource gives counts as a usual ARN. */
function filledIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(filledIn);
  if (typeof value !== 'object' || value === null) return value;
  const [[name, argument] = ['', undefined]] = Object.entries(value);
  if (name === 'Fn::Join') {
    const [separator, parts] = argument as [string, unknown];
    return listOf(filledIn(parts)).map(String).join(separator);
  }
  if (name === 'Ref') return pseudoParameters[String(argument)] ?? usualArn;
  if (name.startsWith('Fn::')) return usualArn;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, filledIn(member)]));
}

const pseudoParameters: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::AccountId': '123456789012',
  'AWS::Region': 'ap-southeast-2',
  'AWS::URLSuffix': 'amazonaws.com',
};

const usualArn = 'arn:aws:service:ap-southeast-2:123456789012:'.padEnd(90, 'x');

import type { Assume } from '../core/assume.ts';
import type { Failover } from '../core/service.ts';
import { invokes } from './hook-permissions.ts';
import { assumedFor, leverReads, leverWrites, otherOperations } from './lever-permissions.ts';
import { merged, type Permission } from './permission.ts';

/** What another account has to give so that this deployment reaches into it: a role, whom it trusts, and what it may. */
export interface GrantToGive {
  readonly roleArn: string;
  /** Where the role is. */
  readonly account: string;
  /** `AssumeRolePolicyDocument` of the role. */
  readonly trust: PolicyDocument;
  /** Its only policy. */
  readonly policy: PolicyDocument;
}

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly object[];
}

/** One for each role that a lever or a hook names: what it reaches has its literals, because the deployment makes nothing there. */
export function grantsToGive(failover: Failover): readonly GrantToGive[] {
  return [...inOtherAccounts(failover)].map(([roleArn, permissions]) => ({
    roleArn,
    account: roleArn.split(':')[4] ?? '',
    trust: trustOf(failover, externalIds(roleArn, failover)),
    policy: { Version: '2012-10-17', Statement: permissions.map(statementOf) },
  }));
}

const externalIds = (roleArn: string, { services }: Failover): readonly string[] => {
  const all = services.flatMap(({ lever, hooks }): (Assume | undefined)[] => [
    lever.kind === 'beacon' ? undefined : lever.assume,
    ...hooks.map(({ assume }) => assume),
  ]);
  return [...new Set(all.flatMap((assume) => (assume?.roleArn === roleArn ? [assume.externalId] : [])))];
};

/**
 * Roles of functions have names that CloudFormation chooses, behind the stack's, and a trust names no role that is not there yet. So it names
 * the account, and of its principals those of this deployment: functions, and who moves traffic by hand.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
 */
function trustOf({ account, name }: Failover, ids: readonly string[]): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'sts:ExternalId': ids.length === 1 ? ids[0] : ids },
          ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/${`${name}-`.slice(0, keptOfStacks)}*` },
        },
      },
    ],
  };
}

/** CloudFormation cuts a role's name to 64 characters, of which the stack's keeps at least so many. */
const keptOfStacks = 20;

const statementOf = ({ actions, resources, conditions }: Permission): object => ({
  Effect: 'Allow',
  Action: actions,
  Resource: resources,
  ...(conditions !== undefined && { Condition: conditions }),
});

/**
 * What each role of another account has to allow: all that is done with what it is assumed for, by functions and by hand, who may move
 * a service in shadow too.
 */
function inOtherAccounts(failover: Failover): ReadonlyMap<string, readonly Permission[]> {
  const byRole = new Map<string, readonly Permission[]>();
  const add = ({ roleArn }: Assume, permissions: readonly Permission[]) => {
    byRole.set(roleArn, merged([...(byRole.get(roleArn) ?? []), ...permissions]));
  };
  for (const service of failover.services) {
    const assume = assumedFor(service);
    if (assume !== undefined) {
      add(assume, [...leverReads(service), ...leverWrites(service), ...otherOperations(service, failover)]);
    }
    for (const { assume: role, functionArn: arn } of service.hooks) {
      if (role !== undefined && arn !== undefined) add(role, [invokes(arn)]);
    }
  }
  return byRole;
}

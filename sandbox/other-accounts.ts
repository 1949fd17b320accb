import type { Failover } from '../core/service.ts';
import { grantsToGive } from '../deployment/grants.ts';
import type { Iam } from '../loopback/iam/iam.ts';

/** Roles of other accounts as `understudy grants` has them made there, before anything is deployed here. */
export function giveGrants(failover: Failover, iam: Pick<Iam, 'createRole' | 'putRolePolicy'>): void {
  for (const { roleArn, account, trust, policy } of grantsToGive(failover)) {
    iam.createRole({ name: roleArn.slice(roleArn.lastIndexOf('/') + 1), account, trust });
    iam.putRolePolicy(roleArn, 'understudy', policy);
  }
}

import { CfnOutput, Duration } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Failover } from '../../core/service.ts';
import { byHand } from '../../deployment/hand-permissions.ts';
import { breakGlassRoleName } from '../../deployment/names.ts';
import { acknowledge, acknowledgeNamesOf } from './acknowledge.ts';
import { statementsOf } from './statement.ts';

export interface BreakGlassProps {
  /** With its levers complete. */
  readonly failover: Failover;
}

/**
 * The role of a person who moves traffic with the orchestrator dead: the levers' data planes and nothing else, for an hour,
 * with a second factor or in a role that the configuration names. Safety rules stand above it unless the configuration says otherwise.
 */
export class BreakGlass extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { failover }: BreakGlassProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      roleName: breakGlassRoleName(failover),
      description: 'Moves traffic by hand, with the lines of the break-glass page.',
      assumedBy: usersWithSecondFactor(failover),
      maxSessionDuration: Duration.hours(1),
    });
    const federated = failover.breakGlass?.principals ?? [];
    if (federated.length > 0) this.role.assumeRolePolicy?.addStatements(letsFederated(failover, federated));
    const statements = byHand(failover).flatMap(statementsOf);
    for (const statement of statements) this.role.addToPolicy(statement);
    acknowledgeNamesOf(this.role, statements);
    if (failover.services.some(({ lever }) => lever.kind === 'beacon')) {
      acknowledge(this.role, 'IAM5[Resource::*]', 'CloudWatch metrics are no resources: the namespace is a condition.');
    }
    new CfnOutput(this, 'RoleArn', { value: this.role.roleArn, description: 'The role for moving traffic by hand.' });
  }
}

/** The key is in the sessions of IAM users alone. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent */
const usersWithSecondFactor = ({ account }: Failover) =>
  new AccountPrincipal(account).withConditions({ Bool: { 'aws:MultiFactorAuthPresent': 'true' } });

/**
 * People of IAM Identity Center or another provider, whose second factor is the provider's: by the role that they came in, because
 * a permission set's role has a name that AWS chooses, and that no policy may name as its principal before it is there.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
 */
const letsFederated = ({ account }: Failover, roles: readonly string[]) =>
  new PolicyStatement({
    principals: [new AccountPrincipal(account)],
    actions: ['sts:AssumeRole'],
    conditions: { ArnLike: { 'aws:PrincipalArn': [...roles] } },
  });

import { CfnOutput, Duration } from 'aws-cdk-lib';
import { AccountPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { breakGlassRoleName } from '../../config/names.ts';
import type { Failover } from '../../core/service.ts';
import { byHand } from '../permissions.ts';
import { acknowledge } from './acknowledge.ts';
import { statementOf } from './statement.ts';

export interface BreakGlassProps {
  /** With its levers complete. */
  readonly failover: Failover;
}

/**
 * The role of a person who moves traffic with the orchestrator dead: the levers' data planes and nothing else, for an hour,
 * with a second factor. Safety rules stand above it unless the configuration says otherwise.
 */
export class BreakGlass extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { failover }: BreakGlassProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      roleName: breakGlassRoleName(failover),
      description: 'Moves traffic by hand, with the lines of the break-glass page.',
      assumedBy: new AccountPrincipal(failover.account).withConditions({
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
      }),
      maxSessionDuration: Duration.hours(1),
    });
    for (const permission of byHand(failover)) this.role.addToPolicy(statementOf(permission));
    if (failover.services.some(({ lever }) => lever.kind === 'beacon')) {
      acknowledge(this.role, 'IAM5[Resource::*]', 'CloudWatch metrics are no resources: the namespace is a condition.');
    }
    new CfnOutput(this, 'RoleArn', { value: this.role.roleArn, description: 'The role for moving traffic by hand.' });
  }
}

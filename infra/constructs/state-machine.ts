import { RemovalPolicy } from 'aws-cdk-lib';
import { type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Failover } from '../../core/service.ts';
import type { GuardedMachine } from '../../workflows/guarded.ts';
import { acknowledge } from './acknowledge.ts';
import { retentionOf } from './retention.ts';

export interface StateMachineProps {
  readonly failover: Failover;
  readonly name: string;
  readonly definition: GuardedMachine;
  readonly statements: readonly PolicyStatement[];
}

/** A state machine the way every one of ours is deployed: traced, logged without its data, by a role of its own. */
export function stateMachineIn(
  scope: Construct,
  { failover, name, definition, statements }: StateMachineProps,
): StateMachine {
  const role = new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('states.amazonaws.com'),
    description: `What ${name} may do.`,
  });
  for (const statement of statements) role.addToPolicy(statement);
  acknowledge(
    role,
    'IAM5[Resource::*]',
    'X-Ray and the delivery of logs know no resources. Step Functions asks for the latter when the machine is made. https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html',
  );
  return new StateMachine(scope, 'StateMachine', {
    stateMachineName: name,
    definitionBody: DefinitionBody.fromString(JSON.stringify(definition)),
    role,
    tracingEnabled: true,
    logs: {
      level: LogLevel.ALL,
      // Execution data holds task tokens; what was decided and why stands in the ledger.
      includeExecutionData: false,
      destination: new LogGroup(scope, 'Logs', {
        // The prefix keeps the account's resource policy for log delivery from growing over its limit.
        // https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
        logGroupName: `/aws/vendedlogs/states/${name}`,
        retention: retentionOf(failover),
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    },
  });
}

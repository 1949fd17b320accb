import { RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { functionArn, stateMachineArn, topicArns } from '../../deployment/names.ts';
import { stepFunctions } from '../../deployment/steps.ts';
import { failoverMachine } from '../../workflows/failover/machine.ts';
import { acknowledge } from './acknowledge.ts';
import type { HandlerFunction } from './handler-function.ts';
import { LiveAlias } from './live-alias.ts';
import { retentionOf } from './retention.ts';
import type { Topics } from './topics.ts';
import { usesKeyOf } from './uses-key.ts';

export interface FailoverMachineProps {
  readonly failover: Failover;
  readonly region: Region;
  readonly topics: Topics;
  readonly functions: readonly HandlerFunction[];
}

/** The state machine `failover`, with everything it calls in its own region. */
export class FailoverMachine extends Construct {
  readonly stateMachine: StateMachine;
  readonly live: LiveAlias;

  constructor(scope: Construct, id: string, { failover, region, topics, functions }: FailoverMachineProps) {
    super(scope, id);
    const name = stateMachineArn(failover, region).split(':').at(-1) ?? '';
    const definition = failoverMachine({
      functions: stepFunctions((step) => functionArn(failover, region, step)),
      topicArns: topicArns(failover, region),
      chat: failover.notify.slackChannel !== undefined,
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com'),
      description: `What ${name} may do.`,
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: functions.map(({ function: { functionArn } }) => functionArn),
      }),
    );
    const { critical, info } = topics;
    role.addToPolicy(new PolicyStatement({ actions: ['sns:Publish'], resources: [critical.topicArn, info.topicArn] }));
    for (const statement of usesKeyOf(topics)) role.addToPolicy(statement);
    acknowledge(
      role,
      'IAM5[Resource::*]',
      'X-Ray and the delivery of logs know no resources. Step Functions asks for the latter when the machine is made. https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html',
    );
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName: name,
      definitionBody: DefinitionBody.fromString(JSON.stringify(definition)),
      role,
      tracingEnabled: true,
      logs: {
        level: LogLevel.ALL,
        // Execution data holds task tokens; what was decided and why stands in the ledger.
        includeExecutionData: false,
        destination: new LogGroup(this, 'Logs', {
          // The prefix keeps the account's resource policy for log delivery from growing over its limit.
          // https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
          logGroupName: `/aws/vendedlogs/states/${name}`,
          retention: retentionOf(failover),
          removalPolicy: RemovalPolicy.DESTROY,
        }),
      },
    });
    this.live = new LiveAlias(this, 'Live', { stateMachine: this.stateMachine });
  }
}

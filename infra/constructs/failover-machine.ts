import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { functionArn, stateMachineArn, topicArns } from '../../deployment/names.ts';
import { stepFunctions } from '../../deployment/steps.ts';
import { failoverMachine } from '../../workflows/failover/machine.ts';
import type { HandlerFunction } from './handler-function.ts';
import { LiveAlias } from './live-alias.ts';
import { stateMachineIn } from './state-machine.ts';
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
    const { critical, info } = topics;
    this.stateMachine = stateMachineIn(this, {
      failover,
      name: stateMachineArn(failover, region).split(':').at(-1) ?? '',
      definition: failoverMachine({
        functions: stepFunctions((step) => functionArn(failover, region, step)),
        topicArns: topicArns(failover, region),
        chat: failover.notify.slackChannel !== undefined,
      }),
      statements: [
        new PolicyStatement({
          actions: ['lambda:InvokeFunction'],
          resources: functions.map(({ function: { functionArn } }) => functionArn),
        }),
        new PolicyStatement({ actions: ['sns:Publish'], resources: [critical.topicArn, info.topicArn] }),
        ...usesKeyOf(topics),
      ],
    });
    this.live = new LiveAlias(this, 'Live', { stateMachine: this.stateMachine });
  }
}

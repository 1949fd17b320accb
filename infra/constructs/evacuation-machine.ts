import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { evacuationMachineArn, functionArn } from '../../deployment/names.ts';
import { evacuationMachine } from '../../workflows/evacuation/machine.ts';
import type { HandlerFunction } from './handler-function.ts';
import { LiveAlias } from './live-alias.ts';
import { stateMachineIn } from './state-machine.ts';

export interface EvacuationMachineProps {
  readonly failover: Failover;
  readonly region: Region;
  /** The function that does its steps. */
  readonly evacuate: HandlerFunction;
}

/** The state machine `evacuation`: every service out of a region, or back into it, wherever whoever started it has gone. */
export class EvacuationMachine extends Construct {
  readonly stateMachine: StateMachine;
  readonly live: LiveAlias;

  constructor(scope: Construct, id: string, { failover, region, evacuate }: EvacuationMachineProps) {
    super(scope, id);
    this.stateMachine = stateMachineIn(this, {
      failover,
      name: evacuationMachineArn(failover, region).split(':').at(-1) ?? '',
      definition: evacuationMachine(functionArn(failover, region, 'evacuate')),
      statements: [
        new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [evacuate.function.functionArn] }),
      ],
    });
    this.live = new LiveAlias(this, 'Live', { stateMachine: this.stateMachine });
  }
}

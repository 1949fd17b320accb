import { CfnDeletionPolicy } from 'aws-cdk-lib';
import { CfnStateMachineAlias, CfnStateMachineVersion, type StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { liveAlias } from '../../deployment/names.ts';

/**
 * What everything starts: the version that was deployed last. A version cannot be changed, so a new revision of the machine
 * makes CloudFormation publish another one, to which the alias then leads; the ones before stay, for runs that are under way and
 * for the way back. The logical ID needs no hash: the revision is a property that only a replacement can change, and it
 * changes with definition and role. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachineversion.html
 */
export class LiveAlias extends Construct {
  constructor(scope: Construct, id: string, { stateMachine }: { readonly stateMachine: StateMachine }) {
    super(scope, id);
    const version = new CfnStateMachineVersion(this, 'Version', {
      stateMachineArn: stateMachine.stateMachineArn,
      stateMachineRevisionId: stateMachine.stateMachineRevisionId,
    });
    version.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    // They go with the machine, and not before it: an alias that is still there would keep this one from being deleted.
    version.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN;
    new CfnStateMachineAlias(this, 'Alias', {
      name: liveAlias,
      description: 'What rules, reconciler, probes and people start.',
      routingConfiguration: [{ stateMachineVersionArn: version.ref, weight: 100 }],
    });
  }
}

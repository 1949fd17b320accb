import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Policy } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { ClusterEndpoint } from '../../core/lever.ts';
import type { Failover } from '../../core/service.ts';
import { readsControls, writesControls } from '../../deployment/lever-permissions.ts';
import { DeploymentFunction } from './deployment-function.ts';
import { statementOf } from './statement.ts';

/** The function that turns the first control of a service On; it runs while the stack is made, and never after. */
export class FirstStates extends DeploymentFunction {
  constructor(scope: Construct, id: string, { failover }: { readonly failover: Failover }) {
    super(scope, id, {
      failover,
      handler: 'first-states.handler',
      description: 'Runs once for each service, when its routing controls are made.',
      does: 'Turns routing controls On that were just made.',
      timeout: Duration.minutes(6),
    });
  }

  /** Done when the home region's control is On, and safety rules can be laid over the pair. */
  of(
    service: string,
    asked: {
      readonly endpoints: readonly ClusterEndpoint[];
      readonly home: string;
      readonly controls: readonly string[];
    },
  ): CustomResource {
    // One for each service: the controls of the next are made when this one's are On, and one policy over all of them would
    // wait for itself.
    const allowed = new Policy(this, `${service}-policy`, {
      roles: [this.role],
      statements: [readsControls(asked.controls), writesControls(asked.controls)].map(statementOf),
    });
    const resource = new CustomResource(this, service, {
      resourceType: 'Custom::RoutingControlFirstStates',
      serviceToken: this.function.functionArn,
      properties: { endpoints: asked.endpoints, home: asked.home, controls: asked.controls },
      serviceTimeout: Duration.minutes(7),
      // What it did is not undone: the controls go with the stack, or stay as they are.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // Without its policy it would be refused, and CloudFormation sees no dependency on that.
    resource.node.addDependency(allowed);
    return resource;
  }
}

import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Policy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ClusterEndpoint } from '../../core/lever.ts';
import type { Failover } from '../../core/service.ts';
import { readsControls, writesControls } from '../../deployment/permissions.ts';
import { functionsCode } from './functions-code.ts';
import { retentionOf } from './retention.ts';
import { statementOf, writesLog } from './statement.ts';

/** The function that turns the first control of a service On; it runs while the stack is made, and never after. */
export class FirstStates extends Construct {
  readonly #function: LambdaFunction;
  readonly #role: Role;

  constructor(scope: Construct, id: string, { failover }: { readonly failover: Failover }) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: retentionOf(failover),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.#role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: 'Turns routing controls On that were just made.',
    });
    this.#role.addToPolicy(writesLog(logGroup));
    this.#function = new LambdaFunction(this, 'Function', {
      description: 'Runs once for each service, when its routing controls are made.',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'first-states.handler',
      code: functionsCode(),
      timeout: Duration.minutes(6),
      memorySize: 256,
      loggingFormat: LoggingFormat.JSON,
      logGroup,
      role: this.#role,
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
      roles: [this.#role],
      statements: [readsControls(asked.controls), writesControls(asked.controls)].map(statementOf),
    });
    const resource = new CustomResource(this, service, {
      resourceType: 'Custom::RoutingControlFirstStates',
      serviceToken: this.#function.functionArn,
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

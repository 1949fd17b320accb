import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Function as LambdaFunction,
  type LayerVersion,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Failover } from '../../core/service.ts';
import { functionsCode } from './functions-code.ts';
import { retentionOf } from './retention.ts';
import { writesLog } from './statement.ts';

export interface DeploymentFunctionProps {
  readonly failover: Failover;
  /** In the folder of all functions. */
  readonly handler: string;
  readonly description: string;
  /** What its role does, for whoever reads roles. */
  readonly does: string;
  readonly timeout: Duration;
  readonly layers?: LayerVersion[];
  readonly environment?: Record<string, string>;
}

/** A function that runs while a stack is made or updated, and never else; custom resources name it. */
export class DeploymentFunction extends Construct {
  readonly function: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: DeploymentFunctionProps) {
    super(scope, id);
    const { failover, handler, description, does, timeout, layers = [], environment = {} } = props;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: retentionOf(failover),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com'), description: does });
    this.role.addToPolicy(writesLog(logGroup));
    this.function = new LambdaFunction(this, 'Function', {
      description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler,
      code: functionsCode(),
      timeout,
      memorySize: 256,
      loggingFormat: LoggingFormat.JSON,
      logGroup,
      role: this.role,
      ...(layers.length > 0 && { layers }),
      ...(Object.keys(environment).length > 0 && { environment }),
    });
  }
}

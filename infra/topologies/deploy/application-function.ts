import { resolve } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { applicationFunction, type BuiltTopology } from '../../../config/built-topology.ts';
import { applicationTimeoutSeconds } from '../../../config/topology.ts';
import type { Region } from '../../../core/brand.ts';
import type { Failover } from '../../../core/service.ts';
import { acknowledge, traceReason } from '../../constructs/acknowledge.ts';
import { retentionOf } from '../../constructs/retention.ts';

export interface ApplicationFunctionProps {
  readonly failover: Failover;
  readonly topology: BuiltTopology;
  readonly service: string;
  readonly region: Region;
}

/** The function of an application in one region: the bundle that the sandbox plays, with the environment that it plays it in. */
export class ApplicationFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, { failover, topology, service, region }: ApplicationFunctionProps) {
    super(scope, id);
    const application = topology.applications[service];
    if (application === undefined) throw new Error(`${topology.name} has no application for ${service}`);
    const functionName = applicationFunction(topology, service);
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: retentionOf(failover),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${functionName} may do: write its log and its traces.`,
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    acknowledge(role, 'IAM5[Resource::*]', traceReason);
    this.function = new LambdaFunction(this, 'Function', {
      functionName,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(resolve(topology.folder, application.bundle), { exclude: ['*.map'] }),
      environment: { ...application.environment[region] },
      timeout: Duration.seconds(applicationTimeoutSeconds),
      memorySize: 256,
      // What strangers may cost, and what they leave of the account's concurrency to everything else in it.
      reservedConcurrentExecutions: 100,
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      logGroup,
      role,
    });
  }
}

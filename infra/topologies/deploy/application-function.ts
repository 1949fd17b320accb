import { resolve } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  DockerImageCode,
  DockerImageFunction,
  type FunctionOptions,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { applicationFunction, type BuiltTopology } from '../../../config/built-topology.ts';
import { type Application, applicationTimeoutSeconds } from '../../../config/topology.ts';
import type { Region } from '../../../core/brand.ts';
import type { Failover } from '../../../core/service.ts';
import { acknowledge, traceReason } from '../../constructs/acknowledge.ts';
import { retentionOf } from '../../constructs/retention.ts';
import { concurrencyMax } from './throttling.ts';

export interface ApplicationFunctionProps {
  readonly failover: Failover;
  readonly topology: BuiltTopology;
  readonly service: string;
  readonly application: Application;
  readonly region: Region;
}

/** The function of an application in one region: the bundle that the sandbox plays, with the environment that it plays it in. */
export class ApplicationFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: ApplicationFunctionProps) {
    super(scope, id);
    const { failover, topology, service, application, region } = props;
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
    this.function = deployed(this, application, resolve(topology.folder, application.bundle), {
      functionName,
      architecture: Architecture.ARM_64,
      environment: { ...application.environment[region] },
      timeout: Duration.seconds(applicationTimeoutSeconds),
      memorySize: 256,
      // An API throttles by itself.
      ...(application.integration === 'function-url' && { reservedConcurrentExecutions: concurrencyMax }),
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      logGroup,
      role,
    });
  }
}

/** Only a deployment builds an image; what it is made from, and so its name, a synthesis knows by itself. */
function deployed(
  scope: Construct,
  { packaging }: Application,
  folder: string,
  options: FunctionOptions,
): LambdaFunction {
  const exclude = ['*.map'];
  switch (packaging) {
    case 'zip':
      return new LambdaFunction(scope, 'Function', {
        ...options,
        runtime: Runtime.NODEJS_24_X,
        handler: 'index.handler',
        code: Code.fromAsset(folder, { exclude }),
      });
    case 'image':
      return new DockerImageFunction(scope, 'Function', {
        ...options,
        code: DockerImageCode.fromImageAsset(folder, { exclude, platform: Platform.LINUX_ARM64 }),
      });
    default:
      return packaging satisfies never;
  }
}

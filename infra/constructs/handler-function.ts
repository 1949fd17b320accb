import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  Function as LambdaFunction,
  type LayerVersion,
  LoggingFormat,
  ParamsAndSecretsLayerVersion,
  ParamsAndSecretsLogLevel,
  ParamsAndSecretsVersions,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Failover } from '../../core/service.ts';
import { functionSettings } from '../../deployment/functions.ts';
import { type FunctionRole, functionName } from '../../deployment/names.ts';
import { acknowledge, acknowledgeNamesOf, traceReason } from './acknowledge.ts';
import { functionsCode } from './functions-code.ts';
import { retentionOf } from './retention.ts';
import { writesLog } from './statement.ts';

export interface HandlerFunctionProps {
  readonly failover: Failover;
  readonly role: FunctionRole;
  /** Beside what Lambda sets itself. */
  readonly environment?: Readonly<Record<string, string>>;
  /** With the configuration; a vantage needs none, it is told everything. */
  readonly layer?: LayerVersion;
  /** Whether AWS's extension stands beside it, through which it reads secrets. */
  readonly readsParameters?: boolean;
  /** What it may do beside writing its log and its traces. */
  readonly statements: readonly PolicyStatement[];
}

/** A bundle of `dist/` as a Lambda function, the way every function of ours is deployed. */
export class HandlerFunction extends Construct {
  readonly handles: FunctionRole;
  readonly name: string;
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id);
    const { failover, layer, environment = {} } = props;
    this.handles = props.role;
    const name = functionName(failover, props.role);
    this.name = name;
    const { timeoutSeconds, memoryMb, reservedConcurrency } = functionSettings(props.role, failover);
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${name}`,
      retention: retentionOf(failover),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${name} may do.`,
    });
    role.addToPolicy(writesLog(logGroup));
    for (const statement of props.statements) role.addToPolicy(statement);
    acknowledge(role, 'IAM5[Resource::*]', traceReason);
    acknowledgeNamesOf(role, props.statements);
    this.function = new LambdaFunction(this, 'Function', {
      functionName: name,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: `${props.role}.handler`,
      code: functionsCode(),
      ...(layer !== undefined && { layers: [layer] }),
      ...(props.readsParameters === true && { paramsAndSecrets: parameterExtension() }),
      environment: { ...environment },
      timeout: Duration.seconds(timeoutSeconds),
      memorySize: memoryMb,
      ...(reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
      // Whoever invokes it without waiting asks again soon; a late answer helps nobody.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.WARN,
      logGroup,
      role,
    });
  }
}

/** By itself it waits for ever; what it read it keeps for five minutes. https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-integration-lambda-extensions.html */
const parameterExtension = () =>
  ParamsAndSecretsLayerVersion.fromVersion(ParamsAndSecretsVersions.V1_0_103, {
    parameterStoreTimeout: Duration.seconds(2),
    parameterStoreTtl: Duration.minutes(5),
    logLevel: ParamsAndSecretsLogLevel.WARN,
  });

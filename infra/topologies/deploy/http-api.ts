import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnStage, HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Failover } from '../../../core/service.ts';
import { acknowledge } from '../../constructs/acknowledge.ts';
import { retentionOf } from '../../constructs/retention.ts';
import { openReason } from './reasons.ts';
import type { RegionalNames } from './regional-names.ts';
import { throttling } from './throttling.ts';

export interface RegionalHttpApiProps {
  readonly failover: Failover;
  readonly name: string;
  readonly handler: IFunction;
  readonly names: RegionalNames;
}

/** An HTTP API of one region, reached by its names alone. */
export class RegionalHttpApi extends Construct {
  constructor(scope: Construct, id: string, { failover, name, handler, names }: RegionalHttpApiProps) {
    super(scope, id);
    const api = new HttpApi(this, 'Api', {
      apiName: name,
      disableExecuteApiEndpoint: true,
      defaultIntegration: new HttpLambdaIntegration('Function', handler),
    });
    const stage = api.defaultStage?.node.defaultChild;
    if (!(stage instanceof CfnStage)) throw new Error('an HTTP API has another default stage now');
    const logs = new LogGroup(this, 'AccessLogs', {
      retention: retentionOf(failover),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    stage.accessLogSettings = { destinationArn: logs.logGroupArn, format: accessLogFormat };
    stage.defaultRouteSettings = {
      throttlingRateLimit: throttling.requestsPerSecond,
      throttlingBurstLimit: throttling.burst,
    };
    names.leadTo({ apiId: api.apiId, stage: stage.ref });
    acknowledge(api, 'APIG4', openReason);
  }
}

/** No address of a caller: who called is nobody's business here. */
const accessLogFormat = JSON.stringify({
  requestId: '$context.requestId',
  requestTime: '$context.requestTime',
  httpMethod: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  responseLatency: '$context.responseLatency',
});

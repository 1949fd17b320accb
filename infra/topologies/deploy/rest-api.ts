import { Duration } from 'aws-cdk-lib';
import {
  EndpointType,
  HttpIntegration,
  LambdaIntegration,
  MethodLoggingLevel,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { type Application, applicationTimeoutSeconds } from '../../../config/topology.ts';
import type { Failover } from '../../../core/service.ts';
import { acknowledge } from '../../constructs/acknowledge.ts';
import { openReason, wafReason } from './reasons.ts';
import type { RegionalNames } from './regional-names.ts';
import { throttling } from './throttling.ts';

export interface RegionalRestApiProps {
  readonly failover: Failover;
  readonly name: string;
  readonly application: Application;
  readonly handler: IFunction;
  readonly names: RegionalNames;
}

/** A REST API of one region, reached by its names alone. */
export class RegionalRestApi extends Construct {
  constructor(scope: Construct, id: string, { failover, name, application, handler, names }: RegionalRestApiProps) {
    super(scope, id);
    const api = new RestApi(this, 'Api', {
      restApiName: name,
      endpointTypes: [EndpointType.REGIONAL],
      // Whoever finds the other address would pass the names, and with them whatever stands before them.
      disableExecuteApiEndpoint: true,
      cloudWatchRole: false,
      deployOptions: {
        stageName: 'prod',
        tracingEnabled: true,
        metricsEnabled: true,
        loggingLevel: MethodLoggingLevel.OFF,
        throttlingRateLimit: throttling.requestsPerSecond,
        throttlingBurstLimit: throttling.burst,
      },
    });
    const timeout = Duration.seconds(applicationTimeoutSeconds);
    const integration = new LambdaIntegration(handler, { timeout, allowTestInvoke: false });
    api.root.addMethod('ANY', integration);
    api.root.addProxy({ anyMethod: true, defaultIntegration: integration });
    for (const [path, service] of Object.entries(application.proxies)) {
      const { url } = failover.services.find((each) => each.name === service)?.frontDoor ?? {};
      if (url === undefined) throw new Error(`${name}: there is no service ${service} to hand ${path} on to`);
      // By the name that moves, looked up by API Gateway each time.
      const other = new HttpIntegration(`${url}/`, { httpMethod: 'ANY', proxy: true, options: { timeout } });
      api.root.resourceForPath(path).addMethod('ANY', other);
    }
    names.leadTo({ apiId: api.restApiId, stage: api.deploymentStage.stageName });
    acknowledge(api, 'APIG2', openReason);
    acknowledge(api, 'APIG3', wafReason);
    acknowledge(api, 'APIG4', openReason);
    acknowledge(api, 'COG4', openReason);
    acknowledge(api, 'APIG1', logReason);
    acknowledge(api, 'APIG6', logReason);
  }
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html */
const logReason =
  'Logs of REST APIs need a role that the whole account has one of in a region: a topology must not replace it. Every request leaves a trace, a metric and a line in the log of its function.';

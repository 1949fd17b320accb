import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  BasePathMapping,
  DomainName,
  EndpointType,
  HttpIntegration,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RestApi,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { ARecord, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayDomain } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import { type Application, applicationTimeoutSeconds } from '../../../config/topology.ts';
import type { Failover } from '../../../core/service.ts';
import { acknowledge } from '../../constructs/acknowledge.ts';
import { retentionOf } from '../../constructs/retention.ts';
import { openReason, wafReason } from './reasons.ts';
import type { RegionalNames } from './regional-names.ts';

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
    const logs = new LogGroup(this, 'AccessLogs', {
      retention: retentionOf(failover),
      removalPolicy: RemovalPolicy.DESTROY,
    });
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
        throttlingRateLimit: 1_000,
        throttlingBurstLimit: 500,
        accessLogDestination: new LogGroupLogDestination(logs),
        accessLogFormat: AccessLogFormat.jsonWithStandardFields(),
      },
    });
    const timeout = Duration.seconds(applicationTimeoutSeconds);
    const integration = new LambdaIntegration(handler, { timeout });
    api.root.addMethod('ANY', integration);
    api.root.addProxy({ anyMethod: true, defaultIntegration: integration });
    for (const [path, service] of Object.entries(application.proxies)) {
      const { url } = failover.services.find((each) => each.name === service)?.frontDoor ?? {};
      if (url === undefined) throw new Error(`${name}: there is no service ${service} to hand ${path} on to`);
      api.root
        .resourceForPath(path)
        .addMethod('GET', new HttpIntegration(`${url}/`, { proxy: true, options: { timeout } }));
    }
    for (const [index, domainName] of names.all.entries()) {
      const domain = new DomainName(this, `Name${index}`, {
        domainName,
        certificate: names.certificate,
        endpointType: EndpointType.REGIONAL,
        securityPolicy: SecurityPolicy.TLS_1_2,
      });
      new BasePathMapping(this, `Mapping${index}`, { domainName: domain, restApi: api });
      if (domainName !== names.own) continue;
      new ARecord(this, 'Record', {
        zone: names.zone,
        recordName: `${domainName}.`,
        target: RecordTarget.fromAlias(new ApiGatewayDomain(domain)),
      });
    }
    acknowledge(api, 'APIG2', openReason);
    acknowledge(api, 'APIG3', wafReason);
    acknowledge(api, 'APIG4', openReason);
    acknowledge(api, 'COG4', openReason);
    acknowledge(
      api,
      'APIG6',
      'Access is logged; every request of a healthy API in full would be a copy of what callers sent.',
    );
  }
}

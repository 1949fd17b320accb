import type { ServiceId } from './service.ts';
import { type ServiceDescription, type ServiceModel, serviceModel } from './service-model.ts';

/** Loads the schemas of the services that are asked for; only these, because each client package costs start-up time. */
export async function loadModels(ids: readonly ServiceId[]): Promise<ReadonlyMap<ServiceId, ServiceModel>> {
  const models = await Promise.all(ids.map((id) => catalog[id]()));
  return new Map(models.map((model) => [model.id, model]));
}

/** A region is needed to make a client, from which the protocol's settings are read; nothing is ever sent. */
const config = { region: 'us-east-1' };

const catalog: Readonly<Record<ServiceId, () => Promise<ServiceModel>>> = {
  states: async () => {
    const client = await import('@aws-sdk/client-sfn');
    return fromClient('states', 'states', client, new client.SFNClient(config));
  },
  lambda: async () => {
    const client = await import('@aws-sdk/client-lambda');
    return fromClient('lambda', 'lambda', client, new client.LambdaClient(config));
  },
  events: async () => {
    const client = await import('@aws-sdk/client-eventbridge');
    return fromClient('events', 'events', client, new client.EventBridgeClient(config));
  },
  cloudwatch: async () => {
    const client = await import('@aws-sdk/client-cloudwatch');
    return fromClient('cloudwatch', 'monitoring', client, new client.CloudWatchClient(config));
  },
  sns: async () => {
    const client = await import('@aws-sdk/client-sns');
    return fromClient('sns', 'sns', client, new client.SNSClient(config));
  },
  dynamodb: async () => {
    const client = await import('@aws-sdk/client-dynamodb');
    return fromClient('dynamodb', 'dynamodb', client, new client.DynamoDBClient(config), { unchecked: true });
  },
  kvs: async () => {
    const client = await import('@aws-sdk/client-cloudfront-keyvaluestore');
    return fromClient('kvs', 'cloudfront-keyvaluestore', client, new client.CloudFrontKeyValueStoreClient(config));
  },
  arc: async () => {
    const client = await import('@aws-sdk/client-route53-recovery-cluster');
    return fromClient('arc', 'route53-recovery-cluster', client, new client.Route53RecoveryClusterClient(config));
  },
  ssm: async () => {
    const client = await import('@aws-sdk/client-ssm');
    return fromClient('ssm', 'ssm', client, new client.SSMClient(config));
  },
  secretsmanager: async () => {
    const client = await import('@aws-sdk/client-secrets-manager');
    return fromClient('secretsmanager', 'secretsmanager', client, new client.SecretsManagerClient(config));
  },
  sts: async () => {
    const client = await import('@aws-sdk/client-sts');
    return fromClient('sts', 'sts', client, new client.STSClient(config));
  },
  s3: async () => {
    const client = await import('@aws-sdk/client-s3');
    return fromClient('s3', 's3', client, new client.S3Client(config));
  },
};

interface Client {
  readonly config: { readonly protocol: { getShapeId(): string }; readonly protocolSettings: object };
  destroy(): void;
}

function fromClient(
  id: ServiceId,
  signingName: string,
  schemas: object,
  client: Client,
  more: Partial<ServiceDescription> = {},
): ServiceModel {
  const settings = client.config.protocolSettings as {
    serviceTarget: string;
    version: string;
    xmlNamespace?: string;
    awsQueryCompatible?: boolean;
  };
  const protocol = client.config.protocol.getShapeId();
  client.destroy();
  return serviceModel({
    id,
    signingName,
    target: settings.serviceTarget,
    version: settings.version,
    xmlNamespace: settings.xmlNamespace,
    protocol,
    queryCompatible: settings.awsQueryCompatible === true,
    schemas: schemas as Record<string, unknown>,
    ...more,
  });
}

import type { RoutingControlCluster } from '../aws/arc.ts';
import type { DynamoDb } from '../aws/dynamodb.ts';
import type { KeyValueStores } from '../aws/kvs.ts';
import type { FunctionUrls } from '../aws/lambda/function-urls.ts';
import type { Lambda } from '../aws/lambda/lambda.ts';
import type { Buckets } from '../aws/s3.ts';
import type { Aws } from '../aws/service.ts';
import type { Canary } from '../canaries/canaries.ts';
import type { Iam } from '../iam/iam.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';
import type { Queues } from '../sqs/queues.ts';

/**
 * What resources are made with: the operations of the services, and the hands of those whose control plane has no protocol
 * here. Whoever starts the services may stand between, to add what a resource finds around it.
 */
export interface Providers {
  readonly aws: Aws;
  readonly iam: Iam;
  readonly lambda: Pick<Lambda, 'register' | 'registered' | 'unregister' | 'setRetries'>;
  readonly functionUrls: Pick<FunctionUrls, 'create' | 'remove'>;
  readonly tables: Pick<DynamoDb, 'replicate'>;
  readonly queues: Pick<Queues, 'create' | 'retain' | 'delete'>;
  readonly scheduler: Pick<Scheduler, 'put' | 'delete'>;
  readonly canaries: { put(canary: Canary): void; remove(name: string, observer: string): void };
  readonly stores: Pick<KeyValueStores, 'createStore' | 'deleteStore'>;
  readonly buckets: Pick<Buckets, 'create' | 'delete'>;
  readonly routing: Pick<RoutingControlCluster, 'createCluster' | 'remove'>;
  /** Folders of layer versions, by ARN. */
  readonly layers: Map<string, string>;
  /** The file or the folder of an uploaded asset, or of the image that a URI names; throws where it was not uploaded there. */
  readonly asset: (bucket: string, key: string) => string;
  /** What plays the custom resources of a type: their attributes. A type that is not here is an error. */
  readonly custom: Readonly<Record<string, (properties: Readonly<Record<string, unknown>>) => Promise<CustomMade>>>;
  readonly newId: () => string;
}

export interface CustomMade {
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

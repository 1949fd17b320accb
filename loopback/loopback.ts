import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRoutingControlCluster, type RoutingControlCluster } from './aws/arc.ts';
import { createDynamoDb } from './aws/dynamodb.ts';
import { AwsFaults } from './aws/faults.ts';
import { createKeyValueStores, type KeyValueStores } from './aws/kvs.ts';
import { createFunctionUrls, type FunctionUrls } from './aws/lambda/function-urls.ts';
import { createLambda, type Lambda } from './aws/lambda/lambda.ts';
import type { FunctionRegistration } from './aws/lambda/lambda-function.ts';
import { createParameters, type Parameters } from './aws/parameters.ts';
import { type Buckets, createBuckets } from './aws/s3.ts';
import { createSecrets, type Secrets } from './aws/secrets.ts';
import { type AwsServer, startAwsServer } from './aws/server.ts';
import type { Aws, AwsService } from './aws/service.ts';
import { createSts } from './aws/sts.ts';
import type { Canary } from './canaries/canaries.ts';
import { type CanaryFleet, canaryFleet } from './canaries/fleet.ts';
import { type Clock, wallClock } from './clock.ts';
import { type CloudFormation, createCloudFormation } from './cloudformation/cloudformation.ts';
import type { Providers } from './cloudformation/providers.ts';
import { resourceTypeNamed } from './cloudformation/types.ts';
import { type CloudWatchService, cloudwatchService } from './cloudwatch/cloudwatch.ts';
import { serviceMetrics } from './cloudwatch/service-metrics.ts';
import type { Emit } from './events/event.ts';
import { type EventsService, eventsService } from './events/events.ts';
import { authorize } from './iam/authorize.ts';
import { createIam, type Iam } from './iam/iam.ts';
import { createScheduler, type Schedule, type Scheduler } from './scheduler/scheduler.ts';
import { type SnsService, snsService } from './sns/sns.ts';
import { createQueues, type Queues } from './sqs/queues.ts';
import { type StatesOptions, statesService } from './states/service.ts';

export interface LoopbackOptions {
  readonly account: string;
  /** Of all services; ARC's endpoints take the next five. 0 for any. */
  readonly port?: number;
  /** How many times as fast as AWS periods pass. */
  readonly tempo: number;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** What answers below `/_sandbox`. */
  readonly control?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Whether a region can tell nobody anything, because it is isolated or lost: its canaries report nothing. */
  readonly isSilent?: (region: string) => boolean;
  /** Stands between services and the bus, for whoever wants to see events. */
  readonly emitting?: (emit: Emit) => Emit;
  /** Stands before SNS, for whoever wants to see messages. */
  readonly publishing?: (sns: AwsService) => AwsService;
  /** Stands before what is measured. */
  readonly measuring?: (cloudwatch: AwsService) => AwsService;
  readonly onStateEvent?: StatesOptions['onEvent'];
  readonly onLog?: (log: { readonly function: string; readonly region: string; readonly line: string }) => void;
  /** What a function finds around it here, beside what its template says: asked for at each registration. */
  readonly around?: (registration: FunctionRegistration) => FunctionRegistration;
  /** Stands before canaries that a template makes, for names that lead elsewhere here. */
  readonly translated?: (canary: Canary) => Canary;
  /** Stands before schedules that a template makes. */
  readonly scheduled?: (schedule: Schedule) => Schedule;
  readonly custom?: Providers['custom'];
  /** So many threads for all functions of a region; left out, each execution environment has one of its own. */
  readonly threadsPerRegion?: number;
}

/** All services of AWS that are played on this machine, wired to one another. */
export interface Loopback {
  readonly aws: AwsServer;
  readonly faults: AwsFaults;
  readonly iam: Iam;
  readonly lambda: Lambda;
  readonly functionUrls: FunctionUrls;
  readonly events: EventsService;
  readonly cloudwatch: CloudWatchService;
  readonly sns: SnsService;
  readonly stores: KeyValueStores;
  readonly parameters: Parameters;
  readonly secrets: Secrets;
  readonly buckets: Buckets;
  readonly cluster: RoutingControlCluster;
  readonly queues: Queues;
  readonly scheduler: Scheduler;
  readonly canaries: CanaryFleet;
  /** Stacks whose assets lie where `asset` says. */
  cloudformation(asset: Providers['asset']): CloudFormation;
  /** Ends everything: servers, timers, threads. */
  close(): Promise<void>;
}

export async function startLoopback(options: LoopbackOptions): Promise<Loopback> {
  const { account, tempo, clock = wallClock, random = Math.random, around = (same) => same } = options;
  const { translated = (same: Canary) => same, scheduled = (same: Schedule) => same } = options;
  const { emitting = (emit) => emit, publishing = (sns) => sns, measuring = (cloudwatch) => cloudwatch } = options;
  const { onLog = () => {}, isSilent = () => false } = options;
  // Services call one another through the server that they are part of.
  let server: AwsServer | undefined;
  const aws: Aws = {
    account,
    call: (...call) => server?.call(...call) ?? Promise.reject(new Error('loopback is not up')),
  };
  const later = () => aws;
  const { now } = clock;
  const faults = new AwsFaults({ clock });
  const iam = createIam(account);
  const queues = createQueues({ account, iam, now });
  const metrics = serviceMetrics({
    publish: (region, metrics) => cloudwatch.publish(region, metrics),
    queues,
    clock,
    tempo,
  });
  const events = eventsService({ clock, random, tempo, aws: later, account, queues });
  const toBus = emitting(events.emit);
  const emit: Emit = (region, event) => {
    metrics.emitted(region, event);
    toBus(region, event);
  };
  const cloudwatch: CloudWatchService = cloudwatchService({ clock, tempo, aws: later, emit });
  const lambda = createLambda({
    account,
    clock,
    threadsPerRegion: options.threadsPerRegion,
    onInvoked: metrics.invoked,
    onLog(log) {
      metrics.logged(log);
      onLog(log);
    },
  });
  const functionUrls = createFunctionUrls({ aws, iam, now });
  const stores = createKeyValueStores({ now, random });
  const cluster = createRoutingControlCluster({ endpointIsUp: (endpoint) => !faults.endpointIsDown(endpoint), now });
  const states = statesService({
    aws,
    clock,
    random,
    emit,
    ...(options.onStateEvent && { onEvent: options.onStateEvent }),
  });
  const tables = createDynamoDb();
  const parameters = createParameters(now);
  const secrets = createSecrets({ now, random });
  const buckets = createBuckets({ account, now });
  const sns = snsService({ clock, random, tempo, aws: later });
  const scheduler = createScheduler({ clock, random, tempo, aws: later, queues });
  const canaries = canaryFleet({ aws, emit, isSilent, clock, random, tempo });
  const closeParts = async () => {
    await functionUrls.close();
    await scheduler.close();
    await canaries.close();
    await metrics.close();
  };
  const started = await startAwsServer({
    port: options.port ?? 0,
    account,
    faults,
    services: [
      states,
      lambda,
      events,
      measuring(cloudwatch),
      publishing(sns),
      tables,
      stores,
      cluster,
      parameters,
      secrets,
      createSts({ iam, now }),
      buckets,
    ],
    callerWith(accessKey) {
      const session = iam.callerWith(accessKey);
      return session === null ? null : { kind: 'role', ...session };
    },
    authorize: (call, input) => authorize(iam, call, input),
    ...(options.control && { control: options.control }),
  }).catch(async (error: unknown) => {
    await closeParts();
    throw error;
  });
  server = started;
  const layers = new Map<string, string>();
  return {
    aws: started,
    faults,
    iam,
    lambda,
    functionUrls,
    events,
    cloudwatch,
    sns,
    stores,
    parameters,
    secrets,
    buckets,
    cluster,
    queues,
    scheduler,
    canaries,
    cloudformation: (asset) =>
      createCloudFormation({
        account,
        typeNamed: resourceTypeNamed,
        now,
        providers: {
          aws: started,
          iam,
          lambda: {
            register: (registration) => lambda.register(around(registration)),
            registered: lambda.registered,
            unregister: lambda.unregister,
            setRetries: lambda.setRetries,
          },
          functionUrls,
          layers,
          tables,
          queues,
          scheduler: { put: (schedule) => scheduler.put(scheduled(schedule)), delete: scheduler.delete },
          canaries: { put: (canary) => canaries.put(translated(canary)), remove: canaries.remove },
          stores,
          buckets,
          routing: cluster,
          asset,
          custom: options.custom ?? {},
          newId: randomUUID,
        },
      }),
    async close() {
      await closeParts();
      await started.close();
    },
  };
}

import { randomUUID } from 'node:crypto';
import type { Aws } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import { StateFailure } from '../failure.ts';
import type { Json, JsonObject } from '../json.ts';
import { isObject } from '../json.ts';
import type { TaskContext, TaskPort } from '../ports.ts';
import type { Resource } from '../resource.ts';
import { parseResource } from '../resource.ts';
import { functionFailure, taskFailure } from './errors.ts';
import type { Integration } from './integrations.ts';
import { integrationOf } from './integrations.ts';
import { sdkMetadata } from './metadata.ts';
import type { TaskTokens } from './tokens.ts';

/** An execution started by a Task that waits for its end. */
export interface Children {
  /** Resolves when the execution ended, with what DescribeExecution says of it. */
  ended(executionArn: string): Promise<Readonly<Record<string, unknown>>>;
  stop(executionArn: string): void;
}

export interface AwsTasksOptions {
  readonly aws: Aws;
  readonly clock: Clock;
  readonly tokens: TaskTokens;
  readonly children: Children;
}

/** Task states over the services of the sandbox. */
export function awsTasks({ aws, clock, tokens, children }: AwsTasksOptions): TaskPort {
  return {
    async run(arn, parameters, context) {
      const resource = parseResource(arn);
      if (resource === null) throw new StateFailure('States.TaskFailed', `Unknown resource: ${arn}`);
      if (resource.kind === 'function') return invokeBare(arn, parameters, context);
      const integration = integrationOf(resource);
      if (integration === null) throw new StateFailure('States.TaskFailed', `Unknown resource: ${arn}`);
      switch (resource.pattern) {
        case 'request':
          return call(resource, integration, parameters, context);
        case 'waitForTaskToken':
          return callback(resource, integration, parameters, context);
        default:
          return sync(resource, integration, parameters, context);
      }
    },
  };

  async function callback(
    resource: ServiceResource,
    integration: Integration,
    parameters: Json,
    context: TaskContext,
  ): Promise<Json> {
    // Before the call: the answer may come before the call returns, and is then kept until it has.
    const answer = tokens.wait(context);
    answer.catch(() => {});
    try {
      context.submitted(await call(resource, integration, parameters, context));
    } catch (error) {
      tokens.forget(context.taskToken);
      throw error;
    }
    return answer;
  }

  async function sync(
    resource: ServiceResource,
    integration: Integration,
    parameters: Json,
    context: TaskContext,
  ): Promise<Json> {
    const answer = (await call(resource, integration, parameters, context)) as JsonObject;
    context.submitted(answer);
    const executionArn = answer['ExecutionArn'] as string;
    const stop = (): void => children.stop(executionArn);
    context.signal.addEventListener('abort', stop);
    const described = executionResult(await children.ended(executionArn), resource.pattern === 'sync:2');
    context.signal.removeEventListener('abort', stop);
    if (described['Status'] === 'SUCCEEDED') return described;
    throw new StateFailure('States.TaskFailed', JSON.stringify(described));
  }

  async function call(
    { resourceType, action }: ServiceResource,
    integration: Integration,
    parameters: Json,
    { region, executionArn }: TaskContext,
  ): Promise<Json> {
    const requestId = randomUUID();
    const operation = `${action[0]?.toUpperCase()}${action.slice(1)}`;
    const given = isObject(parameters) ? (parameters as JsonObject) : {};
    try {
      if (integration.style === 'sdk') {
        const { service } = integration;
        const answer = await aws.call(service, operation, sdkInput(service, operation, given), { region });
        return toJson(answer, { capitals: service === 'states' });
      }
      switch (resourceType) {
        case 'lambda':
          return await invoke(given, region, requestId);
        case 'sns': {
          const answer = await aws.call('sns', operation, { ...given, ...text(given, 'Message') }, { region });
          return withMetadata(answer, requestId);
        }
        case 'events':
          return await putEvents(given, region, executionArn);
        case 'states': {
          const input = { ...lowerKeys(given), ...(given['Input'] !== undefined && { input: asText(given['Input']) }) };
          const { executionArn: child, startDate } = await aws.call('states', operation, input, { region });
          return withMetadata({ ExecutionArn: child, StartDate: (startDate as Date).getTime() }, requestId);
        }
        default:
          return withMetadata(await aws.call(integration.service, operation, given, { region }), requestId);
      }
    } catch (error) {
      throw taskFailure(error, integration, requestId);
    }
  }

  async function invoke({ Payload, ...given }: JsonObject, region: string, requestId: string): Promise<Json> {
    const answer = await aws.call('lambda', 'Invoke', { ...given, ...body(Payload) }, { region });
    const returned = bodyText(answer['Payload']);
    if (answer['FunctionError'] !== undefined) throw functionFailure(returned);
    const version = (answer['ExecutedVersion'] as string | undefined) ?? '$LATEST';
    return {
      ExecutedVersion: version,
      Payload: returned === '' ? '' : (JSON.parse(returned) as Json),
      ...sdkMetadata(returned, { requestId, now: clock.now(), headers: { 'X-Amz-Executed-Version': version } }),
      StatusCode: (answer['StatusCode'] as number | undefined) ?? 200,
    };
  }

  async function invokeBare(functionArn: string, parameters: Json, { region }: TaskContext): Promise<Json> {
    const integration: Integration = { service: 'lambda', prefix: 'Lambda', label: 'AWSLambda', style: 'optimised' };
    try {
      const answer = await aws.call('lambda', 'Invoke', { FunctionName: functionArn, ...body(parameters) }, { region });
      const returned = bodyText(answer['Payload']);
      if (answer['FunctionError'] !== undefined) throw functionFailure(returned);
      return returned === '' ? null : (JSON.parse(returned) as Json);
    } catch (error) {
      throw taskFailure(error, integration, randomUUID());
    }
  }

  /** The service adds the execution and its machine to the resources of every event. */
  async function putEvents(given: JsonObject, region: string, executionArn: string): Promise<Json> {
    const stateMachineArn = executionArn.replace(/:execution:([^:]+):.*$/, ':stateMachine:$1');
    const Entries = ((given['Entries'] ?? []) as readonly JsonObject[]).map((entry) => ({
      ...entry,
      ...text(entry, 'Detail'),
      Resources: [...((entry['Resources'] ?? []) as readonly string[]), stateMachineArn, executionArn],
    }));
    const answer = toJson(await aws.call('events', 'PutEvents', { ...given, Entries }, { region })) as JsonObject;
    if (answer['FailedEntryCount'] !== 0) throw new StateFailure('EventBridge.FailedEntry', JSON.stringify(answer));
    return answer;
  }

  function withMetadata(answer: Readonly<Record<string, unknown>>, requestId: string): Json {
    const result = toJson(answer) as JsonObject;
    return { ...result, ...sdkMetadata(JSON.stringify(result), { requestId, now: clock.now() }) };
  }
}

type ServiceResource = Extract<Resource, { kind: 'service' }>;

/** A member that may be given as JSON where the service's own API wants text. */
const text = (given: JsonObject, member: string): Record<string, string> =>
  given[member] === undefined ? {} : { [member]: asText(given[member]) };

const asText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

const body = (value: Json | undefined): { Payload?: Uint8Array } =>
  value === undefined ? {} : { Payload: Buffer.from(JSON.stringify(value)) };

const bodyText = (value: unknown): string =>
  value === undefined ? '' : typeof value === 'string' ? value : Buffer.from(value as Uint8Array).toString();

/** Step Functions' own members begin with small letters, which `Arguments` do not. */
function sdkInput(service: string, operation: string, given: JsonObject): object {
  if (service === 'states') return lowerKeys(given);
  if (service === 'lambda' && operation === 'Invoke') {
    const { Payload, ...rest } = given;
    return { ...rest, ...body(Payload) };
  }
  return given;
}

const lowerKeys = (given: JsonObject): Record<string, Json> =>
  Object.fromEntries(Object.entries(given).map(([key, value]) => [`${key[0]?.toLowerCase()}${key.slice(1)}`, value]));

/** An answer as JSON: dates as ISO-8601, bytes as text; with `capitals` for the one API whose members have none. */
function toJson(value: unknown, { capitals = false }: { capitals?: boolean } = {}): Json {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (Array.isArray(value)) return value.map((item) => toJson(item, { capitals }));
  if (!isObject(value)) return (value ?? null) as Json;
  const members = Object.entries(value).filter(([key, member]) => key !== '$metadata' && member !== undefined);
  return Object.fromEntries(
    members.map(([key, member]) => [capitals ? capital(key) : key, toJson(member, { capitals })]),
  );
}

const capital = (key: string): string => `${key[0]?.toUpperCase()}${key.slice(1)}`;

/** DescribeExecution's answer as `.sync` gives it; `.sync:2` has input and output as JSON. */
function executionResult(described: Readonly<Record<string, unknown>>, asJson: boolean): JsonObject {
  const data = (member: string): Record<string, Json> => {
    const given = described[member] as string | undefined;
    if (given === undefined) return {};
    const name = capital(member);
    return { [name]: asJson ? JSON.parse(given) : given, [`${name}Details`]: { Included: true } };
  };
  const word = (member: string): Record<string, Json> =>
    described[member] === undefined ? {} : { [capital(member)]: described[member] as string };
  return {
    ...word('cause'),
    ...word('error'),
    ...(described['status'] === 'TIMED_OUT' && { Error: 'States.Timeout' }),
    ...word('executionArn'),
    ...data('input'),
    ...word('name'),
    ...data('output'),
    StartDate: (described['startDate'] as Date).getTime(),
    ...word('stateMachineArn'),
    ...word('status'),
    StopDate: (described['stopDate'] as Date).getTime(),
  };
}

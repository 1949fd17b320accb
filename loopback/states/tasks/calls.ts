import { randomUUID } from 'node:crypto';
import type { Aws } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import { StateFailure } from '../failure.ts';
import type { Json, JsonObject } from '../json.ts';
import { isObject } from '../json.ts';
import type { TaskContext } from '../ports.ts';
import type { ServiceResource } from '../resource.ts';
import { functionFailure, taskFailure } from './errors.ts';
import type { Integration } from './integrations.ts';
import { sdkMetadata } from './metadata.ts';
import { asText, body, bodyText, lowerKeys, sdkInput, text, toJson } from './shapes.ts';

interface CallsOptions {
  readonly aws: Aws;
  readonly clock: Clock;
}

/** One call with its answer, as a Task makes it. */
export interface Calls {
  call(resource: ServiceResource, integration: Integration, parameters: Json, context: TaskContext): Promise<Json>;
  /** A function by its own ARN: what it returns, without any wrapping. */
  invokeBare(functionArn: string, parameters: Json, context: TaskContext): Promise<Json>;
}

export function calls({ aws, clock }: CallsOptions): Calls {
  const optimised: Readonly<Record<string, Optimised>> = {
    async lambda(_, { Payload, ...given }, context, requestId) {
      const answer = await aws.call('lambda', 'Invoke', { ...given, ...body(Payload) }, scopeOf(context));
      const returned = bodyText(answer['Payload']);
      if (answer['FunctionError'] !== undefined) throw functionFailure(returned);
      const version = (answer['ExecutedVersion'] as string | undefined) ?? '$LATEST';
      return {
        ExecutedVersion: version,
        Payload: returned === '' ? '' : (JSON.parse(returned) as Json),
        ...sdkMetadata(returned, { requestId, now: clock.now(), headers: { 'X-Amz-Executed-Version': version } }),
        StatusCode: (answer['StatusCode'] as number | undefined) ?? 200,
      };
    },

    async sns(operation, given, context, requestId) {
      return withMetadata(
        await aws.call('sns', operation, { ...given, ...text(given, 'Message') }, scopeOf(context)),
        requestId,
      );
    },

    /** The service adds the execution and its machine to the resources of every event. */
    async events(operation, given, context) {
      const { executionArn } = context;
      const stateMachineArn = executionArn.replace(/:execution:([^:]+):.*$/, ':stateMachine:$1');
      const Entries = ((given['Entries'] ?? []) as readonly JsonObject[]).map((entry) => ({
        ...entry,
        ...text(entry, 'Detail'),
        Resources: [...((entry['Resources'] ?? []) as readonly string[]), stateMachineArn, executionArn],
      }));
      const answer = toJson(await aws.call('events', operation, { ...given, Entries }, scopeOf(context))) as JsonObject;
      if (answer['FailedEntryCount'] !== 0) throw new StateFailure('EventBridge.FailedEntry', JSON.stringify(answer));
      return answer;
    },

    async dynamodb(operation, given, context, requestId) {
      return withMetadata(await aws.call('dynamodb', operation, given, scopeOf(context)), requestId);
    },

    async states(operation, given, context, requestId) {
      const input = { ...lowerKeys(given), ...(given['Input'] !== undefined && { input: asText(given['Input']) }) };
      const { executionArn, startDate } = await aws.call('states', operation, input, scopeOf(context));
      return withMetadata({ ExecutionArn: executionArn, StartDate: (startDate as Date).getTime() }, requestId);
    },
  };

  return {
    async call({ resourceType, action }, integration, parameters, context) {
      const requestId = randomUUID();
      const operation = `${action[0]?.toUpperCase()}${action.slice(1)}`;
      const given = isObject(parameters) ? (parameters as JsonObject) : {};
      try {
        const special = optimised[resourceType];
        if (special !== undefined) return await special(operation, given, context, requestId);
        const { service } = integration;
        const answer = await aws.call(service, operation, sdkInput(service, operation, given), scopeOf(context));
        return toJson(answer, { capitals: service === 'states' });
      } catch (error) {
        throw taskFailure(error, integration, requestId);
      }
    },

    async invokeBare(functionArn, parameters, context) {
      try {
        const answer = await aws.call(
          'lambda',
          'Invoke',
          { FunctionName: functionArn, ...body(parameters) },
          scopeOf(context),
        );
        const returned = bodyText(answer['Payload']);
        if (answer['FunctionError'] !== undefined) throw functionFailure(returned);
        return returned === '' ? null : (JSON.parse(returned) as Json);
      } catch (error) {
        throw taskFailure(error, bareFunction, randomUUID());
      }
    },
  };

  function withMetadata(answer: Readonly<Record<string, unknown>>, requestId: string): Json {
    const result = toJson(answer) as JsonObject;
    return { ...result, ...sdkMetadata(JSON.stringify(result), { requestId, now: clock.now() }) };
  }
}

/** Each call is made in the machine's region, with what its role may do. */
function scopeOf({ region, roleArn, executionArn }: TaskContext) {
  const session = executionArn.slice(executionArn.lastIndexOf(':') + 1);
  return { region, caller: { kind: 'role', roleArn, session, takenBy: 'states.amazonaws.com' } } as const;
}

/** What an optimised integration does around the call that its name says. */
type Optimised = (operation: string, given: JsonObject, context: TaskContext, requestId: string) => Promise<Json>;

const bareFunction: Integration = { service: 'lambda', prefix: 'Lambda', label: 'AWSLambda', style: 'optimised' };

import type { Aws } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import { StateFailure } from '../failure.ts';
import type { Json, JsonObject } from '../json.ts';
import { plainJson } from '../json.ts';
import type { TaskContext, TaskPort } from '../ports.ts';
import type { ServiceResource } from '../resource.ts';
import { parseResource } from '../resource.ts';
import { calls } from './calls.ts';
import { executionResult } from './execution-result.ts';
import type { Integration } from './integrations.ts';
import { integrationOf } from './integrations.ts';
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
  const { call, invokeBare } = calls({ aws, clock });
  return {
    async run(arn, shared, context) {
      // Services may keep what they are given, and change it.
      const parameters = plainJson(shared) as Json;
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
}

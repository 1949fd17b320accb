import type { Template } from '../expression.ts';
import { StateFailure, Stopped, taskTooLarge } from '../failure.ts';
import type { Json, Payload } from '../json.ts';
import { isTooLarge, payload } from '../json.ts';
import type { State } from '../machine.ts';
import type { Protection } from '../protect.ts';
import { protect } from '../protect.ts';
import type { Resource } from '../resource.ts';
import { taskEvents } from '../task-events.ts';
import type { Thread } from '../thread.ts';
import type { Leaving } from '../visit.ts';
import { Visit } from '../visit.ts';
import type { NumberField } from './number.ts';
import { numberOf } from './number.ts';

export interface TaskFields {
  readonly resource: Resource;
  readonly arguments: Template | undefined;
  readonly timeoutSeconds: NumberField | undefined;
  readonly heartbeatSeconds: NumberField | undefined;
  readonly roleArn: Template | undefined;
  readonly protection: Protection;
}

export const task = (name: string, fields: TaskFields, leaving: Leaving): State => ({
  name,
  run(thread, input) {
    const visit = new Visit(thread, 'Task', name, input);
    return protect(visit, fields.protection, async () => {
      const result = await attempt(thread, visit, fields);
      return visit.leave(leaving, result, { result: result.value });
    });
  },
});

/** What one attempt was given, evaluated anew each time. */
interface Attempt {
  readonly parameters: Payload;
  readonly taskToken: () => string;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
}

async function attempt(thread: Thread, visit: Visit, fields: TaskFields): Promise<Payload> {
  const { resource } = fields;
  const { info, ports } = thread.run;
  const taskToken = lazily(() => newTaskToken(ports.random));
  if (resource.kind === 'service' && resource.pattern === 'waitForTaskToken') visit.taskToken = taskToken();
  const given: Attempt = {
    parameters: fields.arguments === undefined ? visit.input : payload(await visit.evaluate(fields.arguments)),
    taskToken,
    timeoutSeconds: await numberOf(visit, fields.timeoutSeconds),
    heartbeatSeconds: await numberOf(visit, fields.heartbeatSeconds),
  };
  const roleArn = fields.roleArn && ((await visit.evaluate(fields.roleArn)) as string);
  const events = taskEvents(resource);
  visit.record(
    ...events.scheduled({
      parameters: given.parameters,
      region: info.region,
      ...(given.timeoutSeconds !== undefined && { timeoutInSeconds: given.timeoutSeconds }),
      ...(given.heartbeatSeconds !== undefined && { heartbeatInSeconds: given.heartbeatSeconds }),
      ...(roleArn !== undefined && { taskCredentials: { roleArn } }),
    }),
  );
  // What else begins at this moment is scheduled before this one starts.
  await thread.run.turn.yieldTo(async () => {});
  visit.record(...events.started());
  let over = false;
  // An answer to the call of an attempt that has timed out is nobody's any more.
  const submitted = (answer: Json): void => {
    if (!over) visit.record(...events.submitted(payload(answer)));
  };
  try {
    const result = payload(await work(thread, resource, given, submitted));
    if (isTooLarge(result)) throw taskTooLarge(resource.kind === 'function' ? resource.arn : resource.resourceType);
    visit.record(...events.succeeded(result));
    return result;
  } catch (error) {
    if (error instanceof Stopped) throw error;
    const failure = asFailure(error);
    if (failure.terminal) throw failure;
    const told = {
      ...(failure.error !== undefined && { error: failure.error }),
      ...(failure.reason !== undefined && { cause: failure.reason }),
    };
    visit.record(...(failure.error === 'States.Timeout' ? events.timedOut(told) : events.failed(told)));
    throw failure;
  } finally {
    over = true;
  }
}

/** Runs the task until it, a timer, or its surroundings end. */
function work(
  thread: Thread,
  { arn }: Resource,
  { parameters, taskToken, timeoutSeconds, heartbeatSeconds }: Attempt,
  submitted: (answer: Json) => void,
): Promise<Json> {
  const { ports, info } = thread.run;
  const { clock } = ports;
  return thread.outside((signal) => {
    let beatAt = clock.now();
    const answer = ports.tasks.run(arn, parameters.value, {
      signal,
      region: info.region,
      executionArn: info.executionArn,
      roleArn: info.roleArn,
      get taskToken() {
        return taskToken();
      },
      heartbeat: () => {
        beatAt = clock.now();
      },
      submitted,
    });
    if (timeoutSeconds === undefined && heartbeatSeconds === undefined) return answer;

    const contenders = [answer];
    if (timeoutSeconds !== undefined) {
      contenders.push(
        expire(clock.wait(timeoutSeconds * 1000, signal), () => new StateFailure('States.Timeout', undefined)),
      );
    }
    if (heartbeatSeconds !== undefined) {
      const silence = async (): Promise<void> => {
        for (let left = heartbeatSeconds * 1000; left > 0; left = beatAt + heartbeatSeconds * 1000 - clock.now()) {
          await clock.wait(left, signal);
        }
      };
      // The service names it States.Timeout everywhere, but lets both names match.
      contenders.push(
        expire(silence(), () => new StateFailure('States.Timeout', undefined, { alias: 'States.HeartbeatTimeout' })),
      );
    }
    return Promise.race(contenders);
  });
}

async function expire(timer: Promise<void>, failure: () => StateFailure): Promise<never> {
  await timer;
  throw failure();
}

const asFailure = (error: unknown): StateFailure =>
  error instanceof StateFailure
    ? error
    : new StateFailure('States.TaskFailed', error instanceof Error ? error.message : String(error));

/** Looks like the service's: long, and nothing to be read from it. */
const newTaskToken = (random: () => number): string => {
  let token = 'AQ';
  while (token.length < 64) token += Math.floor(random() * 2 ** 48).toString(36);
  return token;
};

/** The same each time; made when it is first asked for, which most tasks never do. */
function lazily(make: () => string): () => string {
  let made: string | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

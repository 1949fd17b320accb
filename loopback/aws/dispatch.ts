import { constraintsOn } from './constraints.ts';
import { type AwsFaults, ConnectionLost } from './faults.ts';
import { AwsError, type AwsService, type Call, type ServiceId } from './service.ts';
import type { ServiceModel } from './service-model.ts';
import { validate } from './validate.ts';

/** One call that was made, for logs and for counting calls. `outcome` is `ok`, an error's code, or `ConnectionLost`. */
export interface CallRecord {
  readonly call: Call;
  readonly outcome: string;
  /** What went wrong inside the sandbox itself: a defect, never an expected answer. */
  readonly defect?: Error;
}

export type Dispatch = (call: Call, input: object, signal?: AbortSignal) => Promise<Record<string, unknown>>;

/** Every call goes through here, over the wire or in process: faults, validation, the operation, its output's check. */
export function createDispatch({
  services,
  models,
  faults,
  log,
  authorize = () => {},
}: {
  readonly services: readonly AwsService[];
  readonly models: ReadonlyMap<ServiceId, ServiceModel>;
  readonly faults: AwsFaults;
  readonly log: (record: CallRecord) => void;
  /** Throws what AWS answers a caller that may not. */
  readonly authorize?: ((call: Call, input: object) => void) | undefined;
}): Dispatch {
  const byId = new Map(services.map((service) => [service.id, service]));
  return async (call, input, signal) => {
    try {
      const output = await faults.around(call, () => perform(call, input), signal);
      log({ call, outcome: 'ok' });
      return output;
    } catch (thrown) {
      if (thrown instanceof AwsError) {
        log({ call, outcome: thrown.code });
        throw thrown;
      }
      if (thrown instanceof ConnectionLost) {
        log({ call, outcome: 'ConnectionLost' });
        throw thrown;
      }
      throw failed(call, thrown, log);
    }
  };

  async function perform(call: Call, input: object): Promise<Record<string, unknown>> {
    const model = models.get(call.service);
    const shape = model?.operations.get(call.operation);
    const operation = byId.get(call.service)?.operations[call.operation];
    if (model === undefined || shape === undefined || operation === undefined) throw notImplemented(call);
    if (!model.unchecked) validate(shape.input, input, constraintsOn(call.service, call.operation));
    authorize(call, input);
    const output = { ...(await operation(input, call)) } as Record<string, unknown>;
    if (!model.unchecked) checkOutput(model, call, output);
    return output;
  }

  function checkOutput(model: ServiceModel, call: Call, output: Record<string, unknown>): void {
    const shape = model.operations.get(call.operation);
    if (shape === undefined) return;
    try {
      validate(shape.output, output);
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`its output does not fit the schema: ${problem}`, { cause });
    }
  }
}

/** Never a 200: an answer from an operation that nobody wrote would be believed. */
export function notImplemented({ service, operation }: { service: string; operation: string }): AwsError {
  return new AwsError('UnknownOperationException', `${service} ${operation} is not implemented by the sandbox`, {
    status: 501,
  });
}

/** A defect of the sandbox, logged, as the answer that the caller gets. */
export function failed(call: Call, thrown: unknown, log: (record: CallRecord) => void): AwsError {
  const defect = thrown instanceof Error ? thrown : new Error(String(thrown));
  log({ call, outcome: 'InternalFailure', defect });
  const message = `${call.operation} failed in the sandbox: ${defect.message}`;
  return Object.assign(new AwsError('InternalFailure', message, { status: 500 }), { cause: defect });
}

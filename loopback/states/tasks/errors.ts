import { AwsError } from '../../aws/service.ts';
import { StateFailure } from '../failure.ts';
import type { Integration } from './integrations.ts';

/** A failed call, as a Task that made it fails. */
export function taskFailure(error: unknown, { prefix, label, style }: Integration, requestId: string): StateFailure {
  if (error instanceof StateFailure) return error;
  if (!(error instanceof AwsError)) {
    const words = error instanceof Error ? error.message : String(error);
    return new StateFailure(`${prefix}.SdkClientException`, `Unable to execute HTTP request: ${words}`);
  }
  const { code, status, message } = error;
  const name = unmodelled.has(code)
    ? style === 'sdk'
      ? `${label}Exception`
      : `${label.replace(/v2$/, '')}Exception`
    : withException(code);
  const about =
    style === 'sdk'
      ? `(Service: ${label}, Status Code: ${status}, Request ID: ${requestId}) (SDK Attempt Count: 1)`
      : `(Service: ${label}; Status Code: ${status}; Error Code: ${code}; Request ID: ${requestId}; Proxy: null)`;
  return new StateFailure(`${prefix}.${name}`, `${message} ${about}`);
}

const withException = (code: string): string => (code.endsWith('Exception') ? code : `${code}Exception`);

/** Codes that no SDK has a class for: they get the service's general one. */
const unmodelled: ReadonlySet<string> = new Set([
  'ValidationException',
  'AccessDeniedException',
  'UnknownOperationException',
]);

/** What a function threw, from the body of its answer. */
export function functionFailure(body: string): StateFailure {
  let type: unknown;
  try {
    ({ errorType: type } = JSON.parse(body) as { errorType?: unknown });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (typeof type === 'string' && type !== '') return new StateFailure(type, body);
  return new StateFailure(
    'Lambda.Unknown',
    `The cause could not be determined because Lambda did not return an error type. Returned payload: ${body}`,
  );
}

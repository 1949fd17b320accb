import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';

/**
 * Errors of AWS clients by what they mean for us. By name, not by class: the same error comes from different packages,
 * and services add names that the clients do not have classes for.
 */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

/** No retry helps: a permission, a name or a value is wrong. */
export function isOurMistake(error: unknown): boolean {
  return mistakes.has(nameOf(error));
}

const mistakes = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationErrorException',
  'CredentialsProviderError',
  'IncompleteSignature',
  'InvalidArn',
  'InvalidClientTokenId',
  'InvalidName',
  'InvalidParameterException',
  'InvalidParameterValueException',
  'InvalidRequestContentException',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'NotFoundException',
  'ResourceNotFoundException',
  'SerializationException',
  'ServiceLimitExceededException',
  'SignatureDoesNotMatch',
  'StateMachineDoesNotExist',
  'UnknownOperationException',
  'UnrecognizedClientException',
  'ValidationError',
  'ValidationException',
]);

type SdkError = Parameters<typeof isThrottlingError>[0];

/** Nobody answered, or a server that is broken or busy: another attempt may end better. */
export function isWorthAnother(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return [isThrottlingError, isTransientError, isServerError].some((is) => is(error as SdkError));
}

/** Refused before anything was done; after any other error the call may have come through all the same. */
export function wasNotPerformed(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if ('didNothing' in error && error.didNothing === true) return true;
  const status = (error as SdkError).$metadata?.httpStatusCode ?? 0;
  return neverArrived.has(code) || notPerformed.has(error.name) || (status >= 400 && status < 500 && status !== 408);
}

const neverArrived = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const notPerformed = new Set(['EndpointTemporarilyUnavailableException', 'CredentialsProviderError']);

/** `AccessDeniedException: not authorized to …`, cut to what fits a sentence. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error).slice(0, longest);
  // A refused connection to a name with several addresses has an empty message; the code says what happened.
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return [error.name, error.message || code].filter(Boolean).join(': ').slice(0, longest);
}

const longest = 300;

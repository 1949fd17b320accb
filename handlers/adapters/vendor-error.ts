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
  'SignatureDoesNotMatch',
  'StateMachineDoesNotExist',
  'UnknownOperationException',
  'UnrecognizedClientException',
  'ValidationError',
  'ValidationException',
]);

/** `AccessDeniedException: not authorized to …`, cut to what fits a sentence. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error).slice(0, longest);
  // A refused connection to a name with several addresses has an empty message; the code says what happened.
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return [error.name, error.message || code].filter(Boolean).join(': ').slice(0, longest);
}

const longest = 300;

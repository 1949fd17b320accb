/** A template that CloudFormation would not start to work on. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/** A stack that could not be made, changed or removed. `events` of the stack say more. */
export class StackError extends Error {
  override readonly name = 'StackError';
}

/** Of a resource: why it cannot be made as its template says. */
export class ResourceError extends Error {
  override readonly name = 'ResourceError';
}

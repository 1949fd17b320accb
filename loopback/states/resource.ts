/** A Task's `Resource`, taken apart. */
export type Resource = { readonly kind: 'function'; readonly arn: string } | ServiceResource;

export interface ServiceResource {
  readonly kind: 'service';
  readonly arn: string;
  /** As in history events: `lambda`, `aws-sdk:sns`. */
  readonly resourceType: string;
  /** As in history events: `invoke.waitForTaskToken`. */
  readonly resource: string;
  readonly action: string;
  readonly pattern: Pattern;
}

/** Whether a Task is over with the answer to its call, or what else it waits for. */
export type Pattern = 'request' | 'sync' | 'sync:2' | 'waitForTaskToken';

const functionArn = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9-_]+(:[A-Za-z0-9-_$]+)?$/;
const serviceArn =
  /^arn:aws[a-z-]*:states:[a-z0-9-]*:\d*:(aws-sdk:[a-z0-9]+|[a-z0-9-]+):([A-Za-z0-9]+)(\.(sync|sync:2|waitForTaskToken))?$/;

/** `null` where it is neither a function's ARN nor a service integration's. */
export function parseResource(arn: string): Resource | null {
  if (functionArn.test(arn)) return { kind: 'function', arn };
  const [, resourceType, action, suffix = '', pattern = 'request'] = serviceArn.exec(arn) ?? [];
  if (resourceType === undefined || action === undefined) return null;
  return {
    kind: 'service',
    arn,
    resourceType,
    resource: `${action}${suffix}`,
    action,
    pattern: pattern as Pattern,
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
export const operators = [
  'StringEquals',
  'StringNotEquals',
  'StringLike',
  'ArnEquals',
  'ArnLike',
  'Bool',
  'ForAnyValue:StringEquals',
  'ForAllValues:StringEquals',
] as const;

export type Operator = (typeof operators)[number];

/**
 * The keys that requests have here, in lower case, and those of people, whose credentials are not held. IAM takes any other key and never
 * finds it: a misspelt one is a grant that never holds, or a denial that never does.
 */
export const keys: ReadonlySet<string> = new Set([
  'aws:securetransport',
  'aws:requestedregion',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceowner',
  'aws:multifactorauthpresent',
  'aws:principalarn',
  'cloudwatch:namespace',
  'kms:encryptioncontext:aws:sns:topicarn',
  'lambda:functionurlauthtype',
  'lambda:invokedviafunctionurl',
  'route53-recovery-cluster:allowsafetyrulesoverrides',
  'states:statemachinequalifier',
  'sts:externalid',
]);

/** Values of a request by condition key, in lower case; keys have no case. A key that is not there has no value. */
export type Context = Readonly<Record<string, readonly string[]>>;

/** Whether every operator and every key of a condition holds; one of its values is enough for each. */
export function conditionHolds(
  condition: Readonly<Partial<Record<Operator, Readonly<Record<string, readonly string[]>>>>>,
  context: Context,
): boolean {
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) =>
      holds(operator as Operator, context[key.toLowerCase()] ?? [], wanted),
    ),
  );
}

function holds(operator: Operator, given: readonly string[], wanted: readonly string[]): boolean {
  const equals = (one: string) => wanted.includes(one);
  switch (operator) {
    case 'StringEquals':
    case 'ForAnyValue:StringEquals':
      return given.some(equals);
    case 'StringNotEquals':
      return !given.some(equals);
    // A key that is not there has no value that would not be among them.
    case 'ForAllValues:StringEquals':
      return given.every(equals);
    case 'Bool':
      return given.some((one) => wanted.some((each) => each.toLowerCase() === one.toLowerCase()));
    case 'StringLike':
    case 'ArnEquals':
    case 'ArnLike':
      return given.some((one) => wanted.some((pattern) => matches(pattern, one)));
  }
}

/** `*` for any text, `?` for one character. */
export function matches(pattern: string, text: string): boolean {
  if (pattern === '*' || pattern === text) return true;
  const compiled = compiledOf(pattern);
  return compiled?.test(text) ?? false;
}

/** Patterns stand in policies, so there are few of them, and each decision asks many. */
const compiledPatterns = new Map<string, RegExp | null>();

/** Null for a pattern without wildcards. */
function compiledOf(pattern: string): RegExp | null {
  let compiled = compiledPatterns.get(pattern);
  if (compiled === undefined) {
    compiled = /[*?]/.test(pattern) ? new RegExp(`^${sourceOf(pattern)}$`, 's') : null;
    compiledPatterns.set(pattern, compiled);
  }
  return compiled;
}

const sourceOf = (pattern: string): string =>
  pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');

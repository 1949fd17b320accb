import { type Context, conditionHolds, matches } from './condition.ts';
import type { Policy, Statement } from './policy.ts';

/** Who asks. */
export type Principal =
  | { readonly kind: 'role'; readonly roleArn: string; readonly sessionArn: string }
  | { readonly kind: 'service'; readonly service: string }
  /** Whoever signs nothing. */
  | { readonly kind: 'anonymous' };

/** As refusals name it. */
export function callerText(principal: Principal): string {
  if (principal.kind === 'anonymous') return principal.kind;
  return principal.kind === 'role' ? principal.sessionArn : principal.service;
}

export interface AccessRequest {
  /** `dynamodb:GetItem` */
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
}

export interface Policies {
  /** Of the role. Empty for a service, which has none. */
  readonly identity: readonly Policy[];
  /** Of the resource. */
  readonly resource: readonly Policy[];
  /** Whether the resource's policy alone decides who else may ask, as a key's does. */
  readonly resourceDecides?: boolean;
  readonly account: string;
  /** Whether the resource is another account's, so that a policy of either is not enough. */
  readonly bothDecide?: boolean;
}

export type Decision =
  /** With the statement that grants it. */
  { readonly kind: 'allowed'; readonly by: Statement } | { readonly kind: 'denied'; readonly because: string };

/**
 * Within one account, as IAM decides: an explicit deny wins; else a grant of the role's policies or of the
 * resource's policy is enough. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function decide(principal: Principal, request: AccessRequest, policies: Policies): Decision {
  const identity = policies.identity.flatMap(({ Statement }) => Statement);
  const resource = policies.resource.flatMap(({ Statement }) => Statement);
  const denied = (statements: readonly Statement[], where: string, named: boolean) =>
    statements.some(
      (each) =>
        each.Effect === 'Deny' && applies(each, request) && (!named || names(each, principal, policies.account)),
    )
      ? ({ kind: 'denied', because: `with an explicit deny in ${where}` } as const)
      : undefined;
  const deny = denied(identity, 'an identity-based policy', false) ?? denied(resource, 'a resource-based policy', true);
  if (deny !== undefined) return deny;

  const grants = (each: Statement) => each.Effect === 'Allow' && applies(each, request);
  const byResource = resource.filter(grants);
  const naming = byResource.find((each) => names(each, principal, policies.account));
  if (policies.bothDecide === true && naming === undefined) {
    return { kind: 'denied', because: `because no resource-based policy allows the ${request.action} action` };
  }
  if (naming !== undefined && policies.bothDecide !== true) return { kind: 'allowed', by: naming };
  if (principal.kind !== 'role') {
    return { kind: 'denied', because: `because no resource-based policy allows the ${request.action} action` };
  }
  if (policies.resourceDecides === true && !byResource.some((each) => delegates(each, policies.account))) {
    return { kind: 'denied', because: `because no resource-based policy allows the ${request.action} action` };
  }
  const granting = identity.find(grants);
  if (granting !== undefined) return { kind: 'allowed', by: granting };
  return { kind: 'denied', because: `because no identity-based policy allows the ${request.action} action` };
}

/** Whether a statement of a role's trust lets a caller assume it. The root of an account stands for all of its principals, as far as their own policies go. */
export function trusts(statement: Statement, principal: Principal, account: string, request: AccessRequest): boolean {
  const named = names(statement, principal, account) || delegates(statement, account);
  return statement.Effect === 'Allow' && named && applies(statement, request);
}

function applies({ Action, NotAction, Resource, NotResource, Condition }: Statement, request: AccessRequest): boolean {
  const action = request.action.toLowerCase();
  const some = (patterns: readonly string[], text: string) => patterns.some((pattern) => matches(pattern, text));
  const isAction = (patterns: readonly string[]) => patterns.some((pattern) => matches(pattern.toLowerCase(), action));
  if (Action !== undefined && !isAction(Action)) return false;
  if (NotAction !== undefined && isAction(NotAction)) return false;
  if (Resource !== undefined && !some(Resource, request.resource)) return false;
  if (NotResource !== undefined && some(NotResource, request.resource)) return false;
  return conditionHolds(Condition, request.context);
}

function names({ Principal: named }: Statement, principal: Principal, account: string): boolean {
  if (named === undefined) return false;
  if (named.AWS?.includes('*')) return true;
  if (principal.kind === 'anonymous') return false;
  if (principal.kind === 'service') return named.Service?.includes(principal.service) ?? false;
  // The account's root stands for whatever the account's own policies allow: that is no grant by itself.
  const roots = rootsOf(account);
  return (
    named.AWS?.some((arn) => !roots.includes(arn) && [principal.roleArn, principal.sessionArn].includes(arn)) ?? false
  );
}

const rootsOf = (account: string) => [account, `arn:aws:iam::${account}:root`];

function delegates({ Principal: named }: Statement, account: string): boolean {
  return named?.AWS?.some((arn) => arn === '*' || rootsOf(account).includes(arn)) ?? false;
}

import { AwsError } from '../aws/service.ts';
import { type Context, keys as conditionKeys, matches } from './condition.ts';
import { defaultPolicyOf } from './default-policy.ts';
import { type AccessRequest, type Decision, decide, type Principal, trusts } from './evaluate.ts';
import { type Policy, policySchema, type Statement } from './policy.ts';

/** A role that a service takes for a resource: a function's, a machine's, a schedule's, a target's. */
export interface RoleSession {
  readonly roleArn: string;
  /** Last part of the session's ARN: a function's name, or what the service calls its work. */
  readonly session: string;
}

/** The policies of an account, and what follows from them. */
export interface Iam {
  /** Of another account where one is named. */
  createRole(role: { readonly name: string; readonly trust: unknown; readonly account?: string }): string;
  updateTrust(name: string, trust: unknown): void;
  deleteRole(name: string): void;
  /** Of the role of this name in the account, or of this ARN in another one. */
  putRolePolicy(role: string, name: string, document: unknown): void;
  deleteRolePolicy(role: string, name: string): void;
  /** Several of them may stand on one resource: a function has a statement for each permission. Each statement is about the resource. */
  putResourcePolicy(resource: string, name: string, document: unknown): void;
  deleteResourcePolicy(resource: string, name: string): void;
  /** The key that encrypts a resource, whose policy is asked too. */
  encrypt(resource: string, keyArn: string | undefined): void;
  keyOf(resource: string): string | undefined;
  /** Credentials of a role, for the environment of a function. */
  accessKey(session: RoleSession): string;
  /** Null for keys that were not given out here: those of people, who may do everything. */
  callerWith(accessKey: string): RoleSession | null;
  /** Throws what STS answers a role that another one does not trust, or not with this external id. */
  assume(caller: RoleSession, roleArn: string, externalId: string | undefined): void;
  /** As records and refusals name it. */
  sessionArn(session: RoleSession): string;
  /** Whether a service may take a role. */
  mayAssume(roleArn: string, service: string, context: Context): boolean;
  decide(principal: Principal, request: AccessRequest): Decision;
  principal(session: RoleSession): Principal;
  /** Every grant to a role, action by action and resource by resource, with whether it was ever needed. */
  grants(): readonly Grant[];
  /** Requests that were denied, one of each kind. */
  denials(): readonly Denial[];
  /** Begins uses and denials anew. */
  forget(): void;
}

export interface Grant extends Pair {
  readonly role: string;
  readonly used: boolean;
}

export interface Denial {
  /** A role's name, or a service's. */
  readonly who: string;
  readonly action: string;
  readonly resource: string;
}

interface Role {
  readonly trust: Policy;
  readonly policies: Map<string, Policy>;
}

export function createIam(account: string): Iam {
  const roles = new Map<string, Role>();
  const onResources = new Map<string, Map<string, Policy>>();
  const keys = new Map<string, string>();
  const sessions = new Map<string, RoleSession>();
  const uses = new Map<Statement, Set<Pair>>();
  /** What AWS gives resources by itself. */
  const standards = new Map<string, readonly Policy[]>();
  const denied = new Map<string, Denial>();
  /** The pairs of a statement that were needed, and not the requests: names of executions, which a pattern grants, are without end. */
  function keep(statement: Statement, request: AccessRequest): void {
    const used = uses.get(statement);
    if (used === undefined) {
      uses.set(statement, new Set(pairsOf(statement).filter((pair) => isUse(request, pair))));
      return;
    }
    for (const pair of pairsOf(statement)) if (!used.has(pair) && isUse(request, pair)) used.add(pair);
  }
  const roleOf = (name: string) => {
    const role = roles.get(name);
    if (role === undefined) {
      throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, { status: 404 });
    }
    return role;
  };
  const policiesOn = (resource: string): readonly Policy[] => {
    // Of a bucket and of every object in it there is one policy, which stands on the bucket.
    const given = onResources.get(resource.startsWith('arn:aws:s3:::') ? (resource.split('/', 1)[0] ?? '') : resource);
    if (given !== undefined && given.size > 0) return [...given.values()];
    let standard = standards.get(resource);
    if (standard === undefined) {
      const document = defaultPolicyOf(resource, account);
      if (document === null) return [];
      standard = [parsed(document)];
      standards.set(resource, standard);
    }
    return standard;
  };
  /** Roles of the account go by their names, those of others by their ARNs, without a path. */
  const keyOf = (arn: string) => {
    const owner = accountOf(arn);
    return owner === account || owner === '' ? nameOf(arn) : `arn:aws:iam::${owner}:role/${nameOf(arn)}`;
  };
  const sessionArn = ({ roleArn, session }: RoleSession) =>
    `arn:aws:sts::${accountOf(roleArn) || account}:assumed-role/${nameOf(roleArn)}/${session}`;
  const principal = (session: RoleSession): Principal => ({
    kind: 'role',
    roleArn: session.roleArn,
    sessionArn: sessionArn(session),
  });

  return {
    createRole({ name, trust, account: owner = account }) {
      const arn = `arn:aws:iam::${owner}:role/${name}`;
      const key = keyOf(arn);
      if (roles.has(key)) throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`);
      roles.set(key, { trust: parsed(trust), policies: new Map() });
      return arn;
    },
    updateTrust: (name, trust) => void roles.set(name, { ...roleOf(name), trust: parsed(trust) }),
    deleteRole: (name) => void roles.delete(keyOf(name)),
    putRolePolicy: (role, name, document) => void roleOf(keyOf(role)).policies.set(name, parsed(document)),
    deleteRolePolicy: (role, name) => void roles.get(keyOf(role))?.policies.delete(name),
    putResourcePolicy(resource, name, document) {
      const policy = parsed(document);
      for (const { Resource = [resource] } of policy.Statement) {
        // A bucket's policy is about its objects too.
        const isOfObjects =
          resource.startsWith('arn:aws:s3:::') && Resource.some((arn) => arn.startsWith(`${resource}/`));
        if (!isOfObjects && !Resource.some((pattern) => matches(pattern, resource))) {
          throw malformed(`a statement about ${Resource.join(', ')} stands on ${resource}, where it never applies`);
        }
      }
      const policies = onResources.get(resource) ?? new Map<string, Policy>();
      onResources.set(resource, policies.set(name, policy));
    },
    deleteResourcePolicy: (resource, name) => void onResources.get(resource)?.delete(name),
    encrypt(resource, keyArn) {
      if (keyArn === undefined) keys.delete(resource);
      else keys.set(resource, keyArn);
    },
    keyOf: (resource) => keys.get(resource),
    accessKey(session) {
      const key = `ASIA${String(sessions.size).padStart(16, '0')}`;
      sessions.set(key, session);
      return key;
    },
    callerWith: (accessKey) => sessions.get(accessKey) ?? null,
    mayAssume(roleArn, service, context) {
      const role = roles.get(keyOf(roleArn));
      if (role === undefined) return false;
      const request = { action: 'sts:AssumeRole', resource: roleArn, context };
      return (
        decide({ kind: 'service', service }, request, { identity: [], resource: [role.trust], account }).kind ===
        'allowed'
      );
    },
    principal,
    sessionArn,
    assume(caller, roleArn, externalId) {
      const role = roles.get(keyOf(roleArn));
      const context: Context = {
        'aws:principalarn': [caller.roleArn],
        ...(externalId !== undefined && { 'sts:externalid': [externalId] }),
      };
      const request = { action: 'sts:AssumeRole', resource: roleArn, context };
      // Whether its own policies let the caller do so was asked before.
      const trusted = role?.trust.Statement.some((statement) =>
        trusts(statement, principal(caller), accountOf(caller.roleArn) || account, request),
      );
      if (trusted !== true) {
        throw new AwsError(
          'AccessDenied',
          `User: ${sessionArn(caller)} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
          { status: 403 },
        );
      }
    },
    decide(principal, request) {
      const role = principal.kind === 'role' ? roles.get(keyOf(principal.roleArn)) : undefined;
      const decision = decide(principal, request, {
        identity: [...(role?.policies.values() ?? [])],
        resource: policiesOn(request.resource),
        resourceDecides: request.action.startsWith('kms:'),
        account,
        ...(principal.kind === 'role' &&
          isForeign(principal.roleArn, request.resource, account) && { bothDecide: true }),
      });
      if (decision.kind === 'allowed') keep(decision.by, request);
      else {
        const who = whoIs(principal);
        const { action, resource } = request;
        denied.set(`${who} ${action} ${resource}`, { who, action, resource });
      }
      return decision;
    },
    grants: () =>
      [...roles]
        .filter(([role]) => !role.startsWith('arn:'))
        .flatMap(([role, { policies }]) =>
          [...policies.values()].flatMap(({ Statement }) =>
            Statement.filter(({ Effect }) => Effect === 'Allow').flatMap((statement) =>
              pairsOf(statement).map((pair) => ({
                role,
                action: pair.action,
                resource: pair.resource,
                used: uses.get(statement)?.has(pair) ?? false,
              })),
            ),
          ),
        ),
    denials: () => [...denied.values()],
    forget() {
      uses.clear();
      denied.clear();
    },
  };
}

function whoIs(principal: Principal): string {
  if (principal.kind === 'anonymous') return principal.kind;
  return principal.kind === 'role' ? nameOf(principal.roleArn) : principal.service;
}

/**
 * Whether what is asked for is in another account than the role. Then its owner has to allow it too, by a policy of the resource; an assumed role says by its
 * trust, which STS asks. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
 */
function isForeign(roleArn: string, resource: string, own: string): boolean {
  const owner = accountOf(resource);
  return owner !== '' && !resource.startsWith('arn:aws:iam:') && owner !== (accountOf(roleArn) || own);
}

const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

const accountOf = (arn: string): string => arn.split(':')[4] ?? '';

/** An action or a pattern of actions, and a resource or a pattern of resources, of one statement. */
interface Pair {
  readonly action: string;
  readonly resource: string;
}

const pairs = new WeakMap<Statement, readonly Pair[]>();

/** The same ones each time: each decision asks for them. */
function pairsOf(statement: Statement): readonly Pair[] {
  let known = pairs.get(statement);
  if (known === undefined) {
    const { Action = [], Resource = [] } = statement;
    known = Action.flatMap((action) => Resource.map((resource) => ({ action, resource })));
    pairs.set(statement, known);
  }
  return known;
}

const isUse = (use: AccessRequest, { action, resource }: Pair): boolean =>
  matches(action.toLowerCase(), use.action.toLowerCase()) && matches(resource, use.resource);

function parsed(document: unknown): Policy {
  const { success, data, error } = policySchema.safeParse(document);
  if (success) {
    checkKeys(data);
    return data;
  }
  const problems = error.issues.map(({ path, message }) => `${path.join('/')}: ${message}`);
  throw malformed(problems.join('; '));
}

function checkKeys({ Statement }: Policy): void {
  for (const { Condition } of Statement) {
    const unknown = Object.values(Condition)
      .flatMap(Object.keys)
      .find((key) => !conditionKeys.has(key.toLowerCase()));
    if (unknown !== undefined) {
      throw malformed(`the condition key ${unknown} is given to no request here, so the statement would never apply`);
    }
  }
}

const malformed = (problems: string): AwsError =>
  new AwsError('MalformedPolicyDocument', `Syntax errors in policy: ${problems}`);

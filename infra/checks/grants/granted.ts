import type { Failover } from '../../../core/service.ts';
import { grantsOf, rolesOf, type Statement, statementsOf } from '../policies.ts';
import { listOf, type Named, referredId, resourcesOf, type Template } from '../template.ts';
import { type Delivery, nameOf } from './delivery.ts';
import type { Grant, Sends } from './table.ts';

interface Given {
  readonly template: Template;
  readonly failover: Failover;
}

/** What is wrong with a grant for a delivery, a sentence each; nothing where the delivery is allowed. */
export function faultsOf(grant: Grant, delivery: Delivery, given: Given): readonly string[] {
  switch (grant.by) {
    case 'policy':
      return byPolicy(grant, delivery, given, policiesOf(given.template, delivery.id));
    case 'key': {
      const key = keyOf(given.template, delivery.id);
      if (key === null) return [];
      if (key === 'not ours')
        return [`is encrypted with a key whose policy is not here: ${grant.principal} may be refused`];
      return byPolicy(grant, delivery, given, statementsOf(key.Properties?.['KeyPolicy']));
    }
    case 'role':
      return byRole(grant, delivery, given);
    case 'key of role': {
      const key = keyOf(given.template, delivery.id);
      if (key === null) return [];
      const id = key === 'not ours' ? null : key.id;
      return holds(grant.actions, { ...delivery, id, target: { 'Fn::GetAtt': [id, 'Arn'] } }, {}, given);
    }
    default:
      return grant satisfies never;
  }
}

function byPolicy(
  { principal, actions, sends }: Extract<Grant, { by: 'policy' | 'key' }>,
  delivery: Delivery,
  given: Given,
  statements: readonly Statement[],
): readonly string[] {
  const about = statements.filter((statement) => names(statement, principal));
  const refused = about.filter((statement) => statement.Effect === 'Deny' && !isAboutEncryption(statement));
  if (refused.length > 0) return [`has a policy that denies something to ${principal}`];
  return actions.flatMap((action) => {
    const allowing = about.filter(({ Effect, Action }) => Effect === 'Allow' && allows(listOf(Action), action));
    return verdict(allowing, `${principal} is not allowed ${action}`, sends, delivery, given);
  });
}

function byRole(
  { principal, actions, sends }: Extract<Grant, { by: 'role' }>,
  delivery: Delivery,
  given: Given,
): readonly string[] {
  const role = rolesOf(given.template).find(({ id }) => id === referredId(delivery.role));
  if (role === undefined) return ['is sent in no role of this stack'];
  const trusting = statementsOf(role.Properties?.['AssumeRolePolicyDocument']).filter(
    (statement) => statement.Effect === 'Allow' && names(statement, principal),
  );
  return [
    ...verdict(trusting, `${principal} is not allowed to assume ${role.id}`, sends, delivery, given),
    ...holds(actions, delivery, sends, given),
  ];
}

/** Whether the delivery's role may do all of it to the target. */
function holds(actions: readonly string[], delivery: Delivery, sends: Sends, given: Given): readonly string[] {
  const role = referredId(delivery.role);
  const own = grantsOf(given.template).filter((grant) => grant.role === role);
  return actions.flatMap((action) => {
    const allowing = own
      .filter((grant) => allows(grant.actions, action) && grant.resources.some((one) => covers(one, delivery, given)))
      .map(({ condition }) => ({ Condition: condition }));
    return verdict(allowing, `${role} is not allowed ${action}`, sends, delivery, given);
  });
}

/** One statement that holds is enough; where none does, the first condition that the sender does not meet is named. */
function verdict(
  allowing: readonly Pick<Statement, 'Condition'>[],
  missing: string,
  sends: Sends,
  delivery: Delivery,
  given: Given,
): readonly string[] {
  if (allowing.length === 0) return [missing];
  const unmet = allowing.map(({ Condition = {} }) => unmetIn(Condition, sends, delivery, given));
  const [first] = unmet;
  return unmet.includes(null) ? [] : [`${missing} by a statement whose condition is met: ${first}`];
}

/** The first condition that is not met for sure; null where all are. */
function unmetIn(condition: object, sends: Sends, delivery: Delivery, given: Given): string | null {
  for (const [operator, keys] of Object.entries(condition)) {
    for (const [key, values] of Object.entries(keys as object)) {
      const sent = sends[key];
      if (sent === undefined) return `${key}, which is not sent`;
      if (!/^(ForAnyValue:)?(String|Arn)(Equals|Like)$/.test(operator)) return `${operator} of ${key}`;
      if (!listOf(values).some((value) => holdsWhat(sent, value, delivery, given))) return `${key} with another value`;
    }
  }
  return null;
}

function holdsWhat(sent: Sends[string], value: unknown, delivery: Delivery, given: Given): boolean {
  if (typeof sent === 'object') return value === sent.literal;
  if (sent === 'account') return value === given.failover.account;
  if (sent === 'sender') return JSON.stringify(value).includes(`:${delivery.sender}"`);
  const target = resourceOf(given.template, delivery.id);
  return refersTo(value, delivery.id) || (target !== undefined && endsIn(value, String(nameOf(target))));
}

/** A resource of a statement, or the key's own policy, which says `*` for itself. */
function covers(resource: unknown, { id, target }: Delivery, { template }: Given): boolean {
  if (resource === '*' || target === '*' || JSON.stringify(resource) === JSON.stringify(target)) return true;
  if (id !== null && refersTo(resource, id)) return true;
  const named = resourceOf(template, id);
  if (named !== undefined && endsIn(resource, String(nameOf(named)))) return true;
  return typeof resource === 'string' && typeof target === 'string' && target.startsWith(`${resource}:`);
}

const resourceOf = ({ Resources }: Template, id: string | null): Named | undefined => {
  const resource = id === null ? undefined : Resources?.[id];
  return id === null || resource === undefined ? undefined : { id, ...resource };
};

const refersTo = (value: unknown, id: string | null): boolean =>
  id !== null && (referredId(value) === id || JSON.stringify(value).includes(`["${id}","Arn"]`));

const endsIn = (value: unknown, name: string): boolean =>
  typeof value === 'string' && value.split(/[:/]/).at(-1) === name;

const names = ({ Principal }: Statement, service: string): boolean =>
  Principal === '*' ||
  (Principal as { AWS?: unknown } | undefined)?.AWS === '*' ||
  listOf((Principal as { Service?: unknown } | undefined)?.Service).includes(service);

const allows = (actions: readonly unknown[], action: string): boolean =>
  actions.some((one) => one === action || one === '*' || one === `${action.split(':')[0]}:*` || one === `${action}*`);

/** AWS's services speak TLS to one another. */
const isAboutEncryption = ({ Condition }: Statement): boolean =>
  JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}';

function policiesOf(template: Template, target: string | null): readonly Statement[] {
  return [
    ...resourcesOf(template, 'AWS::SNS::TopicPolicy').filter((policy) => isOn(policy, 'Topics', target)),
    ...resourcesOf(template, 'AWS::SQS::QueuePolicy').filter((policy) => isOn(policy, 'Queues', target)),
  ].flatMap(({ Properties }) => statementsOf(Properties?.['PolicyDocument']));
}

const isOn = ({ Properties }: Named, member: string, target: string | null): boolean =>
  listOf(Properties?.[member]).some((one) => referredId(one) === target);

/** The key of a topic or a queue; null where it has none of its own. */
function keyOf(template: Template, target: string | null): Named | 'not ours' | null {
  const master = resourceOf(template, target)?.Properties?.['KmsMasterKeyId'];
  if (master === undefined) return null;
  return resourcesOf(template, 'AWS::KMS::Key').find(({ id }) => id === referredId(master)) ?? 'not ours';
}

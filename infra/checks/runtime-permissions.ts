import type { Failover } from '../../core/service.ts';
import { functionName } from '../../deployment/names.ts';
import { readyPermissions } from '../../deployment/ready-permissions.ts';
import { dataPlaneActions, withoutResources } from './data-plane.ts';
import { type Grant, grantsOf, principalsOf, rolesOf } from './policies.ts';
import { joined } from './shared.ts';
import { type Check, listOf, type Named, referredId, resourcesOf, type Template } from './template.ts';

/**
 * Roles that act at run time hold actions of data planes alone, on exact ARNs, and none of AWS's own policies. Exempt, by
 * name and with a reason, is what AWS demands of a role and nothing of ours calls.
 */
export const runtimePermissions: Check = function* ({ template, failover, sharers = [] }) {
  const deploying = deployingRoles(template);
  for (const { id, Properties } of rolesOf(template)) {
    if (!deploying.has(id) && listOf(Properties?.['ManagedPolicyArns']).length > 0) {
      yield { at: id, message: 'has a managed policy: nobody sees here what it allows' };
    }
  }
  const demanded = demandedOf([template, ...sharers.map((each) => joined({ template: each, shared: template }).whole)]);
  const mayOverride = new Set(
    failover.breakGlass?.overrideSafetyRules === true
      ? rolesOf(template)
          .filter(isForPeople)
          .map(({ id }) => id)
      : [],
  );
  const hooks = hooksRole(template, failover);
  for (const grant of grantsOf(template)) {
    if (deploying.has(grant.role)) continue;
    const exempt = demanded.get(grant.role) ?? nothing;
    for (const action of grant.actions) {
      if (exempt.has(action)) continue;
      if (grant.role === hooks && isOfReadyHooks(action, grant, failover)) continue;
      if (!dataPlaneActions.has(action)) {
        yield { at: grant.at, message: `allows ${action}, which is no action of a data plane that is known here` };
      }
      yield* inexact(grant, action, failover);
    }
    if (!mayOverride.has(grant.role)) yield* overrides(grant);
  }
};

/**
 * The role of the function of hooks that come with the deployment: it calls control planes, of what the configuration names for it. No other
 * function does, and a move without such hooks needs none.
 */
const hooksRole = (template: Template, failover: Failover): string | null => {
  const named = functionName(failover, 'hooks');
  const found = resourcesOf(template, 'AWS::Lambda::Function').find(
    ({ Properties }) => Properties?.['FunctionName'] === named,
  );
  return found === undefined ? null : referredId(found.Properties?.['Role']);
};

/** Word for word what the configuration asks for; synthesis joins statements. */
const isOfReadyHooks = (action: string, { resources }: Grant, failover: Failover): boolean =>
  readyPermissions(failover).some(
    (permission) =>
      permission.actions.includes(action) &&
      resources.every((resource) => permission.resources.includes(String(resource))),
  );

const nothing: ReadonlySet<string> = new Set();

const ofOneMachine = /:execution:[^*:]+:\*"$/;

function* inexact({ at, resources, condition }: Grant, action: string, failover: Failover) {
  for (const resource of resources) {
    const text = JSON.stringify(resource);
    if (!text.includes('*')) continue;
    // An execution has its name when it runs: exact is the machine that it is of.
    if (action === 'states:DescribeExecution' && ofOneMachine.test(text)) continue;
    if (action === 'cloudwatch:DescribeAlarms' && isOfOwnAlarms(resource, failover)) continue;
    const key = withoutResources[action];
    if (key === undefined)
      yield { at, message: `allows ${action} on ${JSON.stringify(resource)}: write the exact ARN` };
    else if (key !== null && !Object.values(condition).some((keys) => key in keys)) {
      yield { at, message: `allows ${action} on everything: bind it with a condition on ${key}` };
    }
  }
}

/** The alarms of one kind, of every service of this deployment: its name stands before the only wildcard, and something behind. */
function isOfOwnAlarms(resource: unknown, { name, account }: Failover): boolean {
  const [, , service, , owner, kind, alarm = ''] = String(resource).split(':');
  const [before, behind, ...more] = alarm.split('*');
  if (service !== 'cloudwatch' || owner !== account || kind !== 'alarm') return false;
  return before === `${name}-` && behind !== undefined && behind.length > 1 && more.length === 0;
}

/** Without the condition an Allow of the update allows to override safety rules as well. */
function* overrides({ at, actions, condition }: Grant) {
  if (!actions.some((action) => /^route53-recovery-cluster:(Update|\*)/.test(action))) return;
  const allowed = condition['Bool']?.['route53-recovery-cluster:AllowSafetyRulesOverrides'];
  if (String(allowed) !== 'false') {
    yield { at, message: 'allows to override safety rules: set AllowSafetyRulesOverrides to false' };
  }
}

/** Assumed by a person and by no service. */
const isForPeople = (role: Named) => principalsOf(role).length === 0;

/**
 * Roles of functions that CloudFormation alone calls, while it deploys: the CDK's own, which have no name of ours. They may
 * call control planes, and nothing of them runs afterwards.
 */
function deployingRoles(template: Template): ReadonlySet<string> {
  const functions = resourcesOf(template, 'AWS::Lambda::Function');
  const roleOf = ({ Properties }: Named) => referredId(Properties?.['Role']) ?? '';
  const running = new Set(functions.filter(({ Properties }) => Properties?.['FunctionName'] !== undefined).map(roleOf));
  return new Set(functions.map(roleOf).filter((role) => !running.has(role)));
}

/** What AWS wants a role to have, by role. */
function demandedOf(templates: readonly Template[]): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(templates.flatMap((template) => [...demandedIn(template)]));
}

function demandedIn(template: Template): ReadonlyMap<string, ReadonlySet<string>> {
  const demanded = new Map<string, ReadonlySet<string>>();
  for (const role of rolesOf(template)) {
    if (principalsOf(role).includes('states.amazonaws.com')) demanded.set(role.id, forStateMachines);
    if (principalsOf(role).includes('chatbot.amazonaws.com')) demanded.set(role.id, forChat);
  }
  for (const { Properties } of resourcesOf(template, 'AWS::Synthetics::Canary')) {
    const role = referredId(Properties?.['ExecutionRoleArn']);
    if (role !== null)
      demanded.set(role, Properties?.['VPCConfig'] === undefined ? forCanaries : forCanariesInNetworks);
  }
  for (const { Properties } of resourcesOf(template, 'AWS::Lambda::Function')) {
    const role = referredId(Properties?.['Role']);
    if (role !== null && Properties?.['VpcConfig'] !== undefined) demanded.set(role, forNetworks);
  }
  return demanded;
}

/** Asked for when the machine is made, to have its log delivered. https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html */
const forStateMachines: ReadonlySet<string> = new Set([
  'logs:CreateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:UpdateLogDelivery',
  // X-Ray's sampling, of state machines alone.
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
]);

/** Synthetics names its functions and their logs. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_CanaryPermissions.html */
const forCanaries: ReadonlySet<string> = new Set([
  'logs:CreateLogGroup',
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  's3:GetBucketLocation',
  's3:ListAllMyBuckets',
  's3:PutObject',
]);

/** Of every function in a network: Lambda makes interfaces with its role. https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions */
const forNetworks: ReadonlySet<string> = new Set([
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
]);

const forCanariesInNetworks: ReadonlySet<string> = new Set([...forCanaries, ...forNetworks]);

/** A channel shows to people what they may see anyhow; it moves nothing. */
const forChat: ReadonlySet<string> = new Set(['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData']);

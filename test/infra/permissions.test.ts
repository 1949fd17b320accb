import { afterAll, describe, expect, test } from 'vitest';
import type { Region } from '../../core/brand.ts';
import { byHand } from '../../deployment/hand-permissions.ts';
import { functionName, functionRoles } from '../../deployment/names.ts';
import type { Permission } from '../../deployment/permission.ts';
import { permissionsOf } from '../../deployment/permissions.ts';
import { grantsOf, principalsOf } from '../../infra/checks/policies.ts';
import { referredId, resourcesOf, type Subject } from '../../infra/checks/template.ts';
import example from '../../understudy.config.ts';
import { assembled } from './assembly.ts';

const userAlarms = [{ name: 'checkout-5xx', says: 'vote' as const }];
const assembly = assembled({
  ...example,
  fastProbe: true,
  console: { copies: true },
  services: example.services.map((service) => ({
    ...service,
    regions: service.regions.map((region) => ({ ...region, userAlarms })),
  })),
});
afterAll(() => assembly[Symbol.dispose]());
const { failover, subjects } = assembly;

/** Each action on each resource, with its conditions. */
const linesOf = (permissions: readonly Permission[]): string[] =>
  permissions
    .flatMap(({ actions, resources, conditions = {} }) =>
      actions.flatMap((action) => resources.map((resource) => `${action} ${resource} ${JSON.stringify(conditions)}`)),
    )
    .toSorted();

/** What a template grants a role, beside its own log and its traces, and the key of the topics. */
const grantedTo = ({ template }: Subject, role: string | null): string[] =>
  linesOf(
    grantsOf(template)
      .filter((grant) => grant.role === role)
      .map(({ actions, resources, condition }) => ({
        actions: actions.filter((action) => !/^(logs|xray|kms):/.test(action)),
        resources: resources.map((resource) => (typeof resource === 'string' ? resource : JSON.stringify(resource))),
        conditions: condition as Permission['conditions'] & object,
      })),
  );

const told = (permissions: readonly Permission[]) => [...new Set(linesOf(permissions))];

/** But for functions that run with a deployment alone, which have no name of their own. */
const ofRunning = ({ template }: Subject) =>
  resourcesOf(template, 'AWS::Lambda::Function').filter(({ Properties }) => Properties?.['FunctionName'] !== undefined);

describe('a template grants what the deployment says, no more and no less:', () => {
  const functions = subjects.flatMap((subject) =>
    ofRunning(subject).map((found) => ({
      name: String(found.Properties?.['FunctionName']),
      role: referredId(found.Properties?.['Role']),
      subject,
    })),
  );

  test.each(functions)('$name in $subject.region', ({ name, role, subject }) => {
    const which = functionRoles.find((each) => functionName(failover, each) === name);
    if (which === undefined) throw new Error(`the deployment has no function ${name}`);
    expect(grantedTo(subject, role)).toEqual(told(permissionsOf(which, failover, subject.region)));
  });

  /** https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html */
  test('the key of the topics to whoever publishes to them, and to nobody else', () => {
    for (const { template } of subjects) {
      const users = (actions: RegExp) =>
        new Set(
          grantsOf(template).flatMap((grant) => (grant.actions.some((each) => actions.test(each)) ? [grant.role] : [])),
        );
      const publishers = users(/^sns:Publish$/);
      expect(users(/^kms:GenerateDataKey/)).toEqual(publishers);
      expect(users(/^kms:Decrypt$/)).toEqual(publishers);
    }
  });

  test('those who look at alarms on what users see may read these, and only they', () => {
    const alarm = (region: string) => `arn:aws:cloudwatch:${region}:${failover.account}:alarm:checkout-5xx`;
    const readers = functionRoles.filter((role) =>
      permissionsOf(role, failover, subjects[0]?.region ?? ('' as Region)).some(
        ({ actions, resources }) =>
          actions.includes('cloudwatch:DescribeAlarms') && resources.includes(alarm('us-east-1')),
      ),
    );

    expect(readers.toSorted()).toEqual(['assess', 'copy', 'reconcile']);
  });

  test('people who move by hand', () => {
    const roles = subjects.flatMap((subject) =>
      resourcesOf(subject.template, 'AWS::IAM::Role')
        .filter((role) => principalsOf(role).length === 0)
        .map(({ id }) => grantedTo(subject, id)),
    );
    expect(roles).toEqual([told(byHand(failover))]);
  });
});

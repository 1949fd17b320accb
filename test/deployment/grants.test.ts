import { describe, expect, test } from 'vitest';
import { ConfigurationMistake, parseFailover } from '../../config/define-failover.ts';
import { region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { grantsToGive } from '../../deployment/grants.ts';
import { byHand } from '../../deployment/hand-permissions.ts';
import { orchestrators } from '../../deployment/names.ts';
import { permissionsOf } from '../../deployment/permissions.ts';
import example from '../../understudy.config.ts';

const theirs = '210987654321';
const moved = (text: string) => text.replaceAll('123456789012', theirs);
const assume = { roleArn: `arn:aws:iam::${theirs}:role/platform/levers`, externalId: 'us' };
const hooked = { ...assume, roleArn: `arn:aws:iam::${theirs}:role/hooks` };
const hook = {
  name: 'scale-up',
  when: 'prepare',
  functionArn: `arn:aws:lambda:us-west-2:${theirs}:function:scale-up`,
  timeoutMs: 5_000,
} as const;

/** Levers and a hook of another account; without `assume`, as if nobody had thought of it. */
const elsewhere = (by: typeof assume | undefined, hookBy: typeof assume | undefined) => ({
  ...example,
  services: example.services.map((service) => ({
    ...service,
    lever: { ...JSON.parse(moved(JSON.stringify(service.lever))), ...(by && { assume: by }) },
    hooks: service.name === 'orders' ? [{ ...hook, ...(hookBy && { assume: hookBy }) }] : [],
  })),
});
const failover = parseFailover(elsewhere(assume, hooked));
const mistakesOf = (input: unknown): string => {
  try {
    parseFailover(input);
    return '';
  } catch (mistake) {
    return mistake instanceof ConfigurationMistake ? mistake.mistakes.join('\n') : String(mistake);
  }
};
const assumptions = (of: Failover, role: (typeof orchestrators)[number]) =>
  permissionsOf(role, of, region('us-west-2')).flatMap(({ actions, resources }) =>
    actions.includes('sts:AssumeRole') ? resources : [],
  );

describe('what lies in another account', () => {
  test('is refused without a role there', () => {
    const said = mistakesOf(elsewhere(undefined, undefined));
    expect(said).toMatch(/services\[0\]\.lever\.storeArn is of account 210987654321, .* unless assume names a role of/);
    expect(said).toContain('services[0].hooks[0].functionArn is of account 210987654321');
  });

  test('is of the account of the role', () => {
    const third = { ...assume, roleArn: 'arn:aws:iam::111111111111:role/levers' };
    expect(mistakesOf(elsewhere(third, hooked))).toContain(
      'services[0].lever.storeArn is of account 210987654321, and the role to assume of 111111111111',
    );
  });

  test('is not made by the deployment', () => {
    const [orders] = example.services;
    const lever = { kind: 'kvs', origins: orders?.lever.kind === 'kvs' ? orders.lever.origins : {}, assume };
    expect(mistakesOf({ ...example, services: [{ ...orders, lever }] })).toContain(
      'services[0].lever.storeArn is missing, and a deployment makes nothing in another account',
    );
  });

  test.each(['arn:aws:iam::210987654321:user/levers', 'levers'])('is reached by no %s', (roleArn) => {
    expect(mistakesOf(elsewhere({ ...assume, roleArn }, hooked))).toContain('lever.assume.roleArn is no ARN of a role');
  });
});

describe('functions', () => {
  test.each(orchestrators)('%s may do nothing there itself', (role) => {
    const resources = permissionsOf(role, failover, region('us-west-2')).flatMap((permission) => permission.resources);
    expect(resources.filter((arn) => arn.includes(theirs) && !arn.startsWith('arn:aws:iam:'))).toEqual([]);
  });

  test('assume exactly the roles that they need', () => {
    expect(assumptions(failover, 'shift')).toEqual([assume.roleArn]);
    expect(assumptions(failover, 'prepare')).toEqual([hooked.roleArn]);
    expect(assumptions(failover, 'conclude')).toEqual([]);
    expect(assumptions(parseFailover(example), 'shift')).toEqual([]);
    expect(byHand(failover).flatMap(({ actions }) => actions)).toEqual(['sts:AssumeRole']);
  });
});

describe('what is asked of the other account', () => {
  const [levers, hooks] = grantsToGive(failover);

  test('is one role for each that is named, with the literals of what it reaches', () => {
    expect([levers?.roleArn, hooks?.roleArn]).toEqual([assume.roleArn, hooked.roleArn]);
    const text = JSON.stringify(levers?.policy);
    expect(text).not.toContain('*');
    expect(text).toContain('cloudfront-keyvaluestore:UpdateKeys');
    expect(text).toContain('"route53-recovery-cluster:AllowSafetyRulesOverrides":"false"');
    expect(hooks?.policy.Statement).toEqual([
      { Effect: 'Allow', Action: ['lambda:InvokeFunction'], Resource: [hook.functionArn] },
    ]);
  });

  test('trusts this deployment alone, with the external id', () => {
    expect(levers?.trust.Statement).toEqual([
      expect.objectContaining({
        Principal: { AWS: 'arn:aws:iam::123456789012:root' },
        Condition: {
          StringEquals: { 'sts:ExternalId': 'us' },
          ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::123456789012:role/understudy-*' },
        },
      }),
    ]);
  });

  test('is nothing where nothing lies there', () => {
    expect(grantsToGive(parseFailover(example))).toEqual([]);
  });
});

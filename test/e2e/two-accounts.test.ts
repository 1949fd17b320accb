import { describe, expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import { grantsToGive } from '../../deployment/grants.ts';
import { understudy } from './cli.ts';
import { configuration, home, standby } from './configuration.ts';
import { deployment } from './deployment.ts';
import { byAutomation } from './requests.ts';

const theirs = '210987654321';
const base = configuration({ byArc: {} });

/** The distribution and its store are another account's, as everything else of the service may be. */
const failover = parseFailover({
  ...base,
  services: base.services.map((service) => ({
    ...service,
    lever: {
      ...service.lever,
      storeArn: `arn:aws:cloudfront::${theirs}:key-value-store/6f1c2f0e-4a53-4a0e-9d3c-0d3f0d8d1a11`,
      assume: { roleArn: `arn:aws:iam::${theirs}:role/understudy-levers`, externalId: 'understudy/production' },
    },
  })),
});
const [grant] = grantsToGive(failover);
const here = deployment({ failover });
const withoutGrant = async (act: () => Promise<void>) => {
  const { iam } = here.sandbox.loopback;
  const { roleArn = '', policy } = grant ?? {};
  iam.deleteRolePolicy(roleArn, 'understudy');
  try {
    await act();
  } finally {
    iam.putRolePolicy(roleArn, 'understudy', policy);
    iam.forget();
  }
};
const cli = (...args: string[]) => understudy([...args, '--endpoint', here.sandbox.addresses.aws]);

describe('a store of another account', () => {
  test('is moved by the role that `understudy grants` asks for, and by nothing of ours alone', async () => {
    expect(grant).toMatchObject({ account: theirs, roleArn: `arn:aws:iam::${theirs}:role/understudy-levers` });
    await here.fault(home, '503');

    expect(await here.run(byAutomation('orders', { to: standby }))).toMatchObject({ ending: 'recovered' });
    expect((await here.lever('orders')).weights).toEqual({ [home]: 0, [standby]: 1000 });
    const ours = here.sandbox.loopback.iam.grants().filter(({ action }) => action.startsWith('cloudfront'));
    expect(ours).toEqual([]);
    await here.comeHome('orders');
  });

  test('is not moved without its grant, and a rehearsal says so before it matters', async () => {
    await withoutGrant(async () => {
      const rehearsed = await cli('rehearse', 'orders', '--reason', 'is all granted?');
      expect(rehearsed.code).toBe(1);
      expect(rehearsed.stdout).toContain(
        `assumed-role/understudy-levers/understudy is not authorized to perform: cloudfront-`,
      );
      const doctor = await cli('doctor');
      expect(doctor.code).toBe(1);
      expect(doctor.stdout).toMatch(
        /lever orders, from understudy-shift.*AccessDenied.*assumed-role\/understudy-levers\/understudy is not authorized to perform: cloudfront-keyvaluestore:/s,
      );
      expect((await here.lever('orders')).weights).toEqual({ [home]: 1000, [standby]: 0 });
    });
    // A rehearsal looks again for as long as the policy says.
  }, 180_000);

  test('nor where the account does not trust us', async () => {
    const { iam } = here.sandbox.loopback;
    const { roleArn = '' } = grant ?? {};
    iam.deleteRole(roleArn);
    try {
      const { checks, findings } = JSON.parse((await cli('doctor', '--json')).stdout) as {
        checks: readonly string[];
        findings: readonly { about: string; what: string }[];
      };
      expect(checks).toContain('functions');
      // Functions that have a session go on with it, until it ends.
      expect(findings.map(({ about }) => about).join('\n')).toContain('lever orders, from understudy-shift');
    } finally {
      iam.createRole({ name: 'understudy-levers', account: theirs, trust: grant?.trust });
      iam.putRolePolicy(roleArn, 'understudy', grant?.policy);
      iam.forget();
    }
  });
});

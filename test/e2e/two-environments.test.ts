import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Connection, connectTo } from '../../cli/connection.ts';
import { parseFailover } from '../../config/define-failover.ts';
import { environmentsIn } from '../../config/environments.ts';
import { region as asRegion } from '../../core/brand.ts';
import type { Service } from '../../core/service.ts';
import { understudy } from './cli.ts';
import { configuration, home, standby } from './configuration.ts';
import { deployment } from './deployment.ts';
import { byAutomation } from './requests.ts';
import { until } from './until.ts';

/** The same services in the same regions of the same account, by other addresses: what nobody may confuse with production. */
const file = {
  ...configuration({ byArc: {} }),
  stages: {
    staging: {
      ledger: { tableName: 'staging-ledger' },
      notify: { topics: { critical: 'staging-critical', info: 'staging-info' } },
      services: {
        orders: {
          frontDoor: { url: 'https://orders.staging.example.com' },
          regions: {
            [home]: { endpoint: 'https://orders-us-east-1.staging.example.com' },
            [standby]: { endpoint: 'https://orders-us-west-2.staging.example.com' },
          },
          lever: { storeArn: undefined },
        },
      },
    },
  },
};
const production = parseFailover(file);
const staging = parseFailover(file, 'file', 'staging');
const here = deployment({ failover: production, beside: [staging], canaries: true, tempo: 15 });
const there = () => here.sandbox.beside['staging'] ?? expect.fail('staging is not there');

let connection: Connection | undefined;
const toStaging = () => connection ?? expect.fail('nobody is connected to staging');
beforeAll(() => {
  const { failover, addresses } = there();
  connection = connectTo({ failover, endpoint: addresses.aws, region: asRegion(standby) });
});
afterAll(() => connection?.[Symbol.asyncDispose]());

const serviceIn = ({ services }: { readonly services: readonly Service[] }) =>
  services.find(({ name }) => name === 'orders') ?? expect.fail('there are no orders');
const weightsIn = async (of: Connection): Promise<Readonly<Record<string, number | string>>> => {
  const reading = await of.lever(serviceIn(of.failover)).read();
  // Whoever waits asks again.
  return reading.kind === 'read' ? reading.routing.weights : { because: reading.because };
};
const at = (region: string) => ({ [home]: region === home ? 1000 : 0, [standby]: region === standby ? 1000 : 0 });
const runsOf = async (name: string) => {
  const stateMachineArn = `arn:aws:states:${standby}:${production.account}:stateMachine:${name}-failover`;
  const { executions } = await here.sandbox.aws.call(
    'states',
    'ListExecutions',
    { stateMachineArn },
    { region: standby },
  );
  return (executions as readonly object[]).length;
};

test('they are environments of one file that share nothing', () => {
  expect(environmentsIn(file).map(({ failover: { name } }) => name)).toEqual(['understudy', 'staging']);
});

test('an application that fails in one of them moves that one, and nobody hears of the other', async () => {
  await until('staging is settled', async () => (await runsOf('staging')) >= 0);
  await there().setFault(home, '503');

  await until('staging has moved', async () => (await weightsIn(toStaging()))[standby] === 1000);
  await until('staging has said so', async () => here.told('sns staging-critical').some((text) => /orders/.test(text)));

  expect(await weightsIn(here.connection)).toEqual(at(home));
  expect((await here.record('orders')).epoch).toBe(0);
  expect(await runsOf('understudy')).toBe(0);
  expect(here.told('sns understudy-critical')).toEqual([]);
  expect(here.events.filter((event) => event.kind === 'weights')).toEqual([
    expect.objectContaining({ service: 'orders', deployment: 'staging' }),
  ]);
  await there().setFault(home, null);
});

test('commands speak of the one that they are told of', async () => {
  const status = (...more: string[]) =>
    understudy(['status', '--json', '--endpoint', here.sandbox.addresses.aws, ...more], { env: {} });
  const [ours, theirs, nobodys] = await Promise.all([
    status(),
    status('--stage', 'staging'),
    status('--stage', 'testing'),
  ]);

  expect([ours.code, theirs.code]).not.toContain(2);
  expect(ours.stdout).not.toBe(theirs.stdout);
  expect(nobodys).toMatchObject({ code: 2 });
  expect(nobodys.stderr).toContain('has no deployment testing');
});

test('a region that AWS loses is lost to both: who is there leaves, and who has left stays where it is', async () => {
  // Each failure of a canary starts a run, of two deployments at once: the question here is where a run leads.
  await here.sandbox.loopback.canaries.close();
  await here.fault(home, 'lost');

  await until('production has moved', async () => {
    if ((await weightsIn(here.connection))[standby] === 1000) return true;
    await here.run(byAutomation('orders', { to: standby }));
    return false;
  });
  await until('staging can be read', async () => (await weightsIn(toStaging()))[standby] !== undefined);
  expect(await weightsIn(toStaging())).toEqual(at(standby));
});

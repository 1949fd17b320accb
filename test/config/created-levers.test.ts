import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type CreatedLevers, parseCreatedLevers, requireLevers, withCreated } from '../../config/created-levers.ts';
import { ConfigurationMistake, parseFailover } from '../../config/define-failover.ts';
import { loadDeployed, loadOutputs, withOutputs } from '../../config/load.ts';
import type { FailoverInput } from '../../config/schema.ts';
import example from '../../understudy.config.ts';
import { beaconOf } from '../contracts/service.ts';

const [orders, payments] = example.services as [FailoverInput['services'][number], FailoverInput['services'][number]];
const { hostedZone } = beaconOf();

/** The example with nothing that exists. */
const planned: FailoverInput = {
  ...example,
  services: [
    { ...orders, lever: { kind: 'kvs', origins: orders.lever.kind === 'kvs' ? orders.lever.origins : {} } },
    { ...payments, lever: { kind: 'arc', hostedZone } },
  ],
};

const panel = 'arn:aws:route53-recovery-control::123456789012:controlpanel/0123';
const created: CreatedLevers = {
  store: 'arn:aws:cloudfront::123456789012:key-value-store/6f1c2f0e-4a53-4a0e-9d3c-0d3f0d8d1a11',
  cluster: ['us-east-1', 'us-west-2', 'eu-west-1', 'ap-northeast-1', 'ap-southeast-2'].map((region) => ({
    region,
    url: `https://host.${region}.example.com/v1`,
  })),
  controls: {
    payments: { 'us-east-1': `${panel}/routingcontrol/a`, 'us-west-2': `${panel}/routingcontrol/b` },
  },
};

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'understudy-levers-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

test('literals may be left out, and are filled in from what was made', () => {
  const failover = requireLevers(withCreated(parseFailover(planned), created), 'here');

  expect(failover.services.map(({ lever }) => lever)).toMatchObject([
    { storeArn: created.store },
    { endpoints: created.cluster, controls: created.controls['payments'] },
  ]);
});

test('more than fits into the environment of a function is refused, with the way out', () => {
  const many = Array.from({ length: 12 }, (_, index) => ({
    ...payments,
    name: `service-${index}`,
    frontDoor: { url: `https://service-${index}.example.com` },
    lever: { kind: 'arc' as const, hostedZone },
  }));

  expect(() => parseFailover({ ...example, services: many.slice(0, 9) })).not.toThrow();
  expect(() => parseFailover({ ...example, services: many })).toThrow(
    /services has 12 with routing controls that the deployment makes: \d+ bytes in the environment of each function/,
  );
});

test('failover records over more than two regions are refused, with the path', () => {
  const third = { region: 'eu-west-1', endpoint: 'https://payments-eu-west-1.example.com' };
  const aliases = { ...hostedZone.aliases, 'eu-west-1': { dnsName: 'd-c.example.com', zoneId: 'Z3' } };
  const service = {
    ...payments,
    regions: [...payments.regions, third],
    lever: { kind: 'arc' as const, hostedZone: { ...hostedZone, aliases } },
  };

  expect(() => parseFailover({ ...example, services: [service] })).toThrow(
    /services\[0\]\.lever\.hostedZone has failover records, which know two regions and not 3/,
  );
});

test('a literal in the configuration wins over what was made', () => {
  const given = parseFailover(example);

  expect(withCreated(given, created)).toEqual(given);
});

test('whoever moves traffic is told what is missing, where, and what to do', () => {
  expect(() => requireLevers(parseFailover(planned), 'understudy.config.ts')).toThrow(
    /services\[0\]\.lever\.storeArn is not known for orders: deploy first with npx cdk deploy --all --outputs-file/,
  );
  const { payments: _, ...others } = created.controls;
  expect(() => requireLevers(withCreated(parseFailover(planned), { ...created, controls: others }), 'here')).toThrow(
    /services\[1\]\.lever\.controls is not known for payments/,
  );
});

test('a function takes them from its environment, and does not start without them', async () => {
  const file = join(await folder(), 'understudy.json');
  await writeFile(file, JSON.stringify(parseFailover(planned)));

  expect(await loadDeployed(file, JSON.stringify(created))).toEqual(withCreated(parseFailover(planned), created));
  await expect(loadDeployed(file, undefined)).rejects.toThrow(ConfigurationMistake);
  await expect(loadDeployed(file, '{"store":"mine"}')).rejects.toThrow(
    /UNDERSTUDY_LEVERS has a mistake:\n {2}store is no/,
  );
});

test('a laptop takes them from the outputs of the deployment', async () => {
  const file = join(await folder(), 'cdk-outputs.json');
  await writeFile(file, JSON.stringify({ 'understudy-levers': { CreatedLevers: JSON.stringify(created) } }));

  expect(await loadOutputs(file, parseFailover(planned))).toEqual(created);
});

test('they are found in whichever stack of an app says them, and nowhere where two do', async () => {
  const file = join(await folder(), 'cdk-outputs.json');
  const say = (stacks: object) => writeFile(file, JSON.stringify(stacks));
  const made = { CreatedLevers: JSON.stringify(created) };

  await say({ names: { Other: '1' }, global: made });
  expect(await loadOutputs(file, parseFailover(planned))).toEqual(created);
  await say({ 'understudy-levers': { CreatedLevers: JSON.stringify({ controls: {} }) }, global: made });
  expect(await loadOutputs(file, parseFailover(planned))).toEqual({ controls: {} });
  await say({ global: made, other: made });
  expect(await loadOutputs(file, parseFailover(planned))).toBeNull();
});

test('outputs of another deployment are refused where levers are still to be found, and are nothing where none is', async () => {
  const file = join(await folder(), 'cdk-outputs.json');
  await writeFile(file, JSON.stringify({ 'staging-levers': { CreatedLevers: JSON.stringify(created) } }));

  await expect(withOutputs(parseFailover(planned), { outputs: file })).rejects.toThrow(
    /is of staging-levers, and this deployment has understudy-levers: --outputs names its file/,
  );
  expect(await withOutputs(parseFailover(example), { outputs: file })).toEqual(parseFailover(example));
});

test('what was made in another account is refused, wherever it comes from, with both accounts', async () => {
  const elsewhere = JSON.stringify(created).replaceAll('123456789012', '222233334444');
  const path = await folder();
  const [outputs, file] = [join(path, 'cdk-outputs.json'), join(path, 'understudy.json')];
  await writeFile(outputs, JSON.stringify({ 'understudy-levers': { CreatedLevers: elsewhere } }));
  await writeFile(file, JSON.stringify(parseFailover(planned)));

  // One after the other: one that is refused while another is waited for would be nobody's.
  for (const load of [
    () => withOutputs(parseFailover(planned), { outputs: outputs }),
    () => loadDeployed(file, elsewhere),
  ]) {
    await expect(load()).rejects.toThrow(/lever\.storeArn is of account 222233334444, and account is 123456789012/);
  }
});

test('what is no output of a deployment is said to be none', () => {
  expect(() => parseCreatedLevers('arn', 'cdk-outputs.json')).toThrow(
    /cdk-outputs.json has a mistake:\n {2}is no JSON/,
  );
});

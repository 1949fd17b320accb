import { afterAll, describe, expect, test } from 'vitest';
import { resourcesOf } from '../../infra/checks/template.ts';
import { exampleWith, mistakesOf, warningsFor } from '../support/configuration.ts';
import { assembled } from './assembly.ts';

const network = (digit: number) => ({
  vpcId: `vpc-0000000${digit}`,
  subnetIds: [`subnet-0000000${digit}`, `subnet-1000000${digit}`],
  securityGroupIds: [`sg-0000000${digit}`],
});
const networks = { 'us-east-2': network(1), 'us-west-2': network(2), 'ca-central-1': network(3) };

describe('networks of observers', () => {
  test('are those of all of them, or of none, because who stands outside calls a private address dead', () => {
    const { 'ca-central-1': _, ...two } = networks;

    expect(mistakesOf(exampleWith({ networks }))).toEqual([]);
    expect(mistakesOf(exampleWith({ networks: two }))).toEqual([
      expect.stringMatching(/^networks has none for the observer ca-central-1, which would call every private address/),
    ]);
    expect(mistakesOf(exampleWith({ networks: { ...networks, 'eu-west-1': network(4) } }))).toEqual([
      'networks["eu-west-1"] is of no observer (us-east-2, us-west-2, ca-central-1)',
    ]);
  });

  test('lead to addresses that are warned of without them', () => {
    const inside = { 'services[0].regions[0].endpoint': 'https://vpce-0a-b.execute-api.us-east-1.vpce.amazonaws.com' };

    expect(warningsFor(exampleWith(inside))).toEqual([expect.stringContaining('is inside a VPC')]);
    expect(warningsFor(exampleWith({ ...inside, networks }))).toEqual([]);
  });
});

describe.each([false, true])('with shared canaries: %s', (sharedCanaries) => {
  const assembly = assembled(exampleWith({ networks, sharedCanaries, fastProbe: true }));
  afterAll(() => assembly[Symbol.dispose]());

  test('canaries, vantage and fast probe of an observer stand in its network, and nothing else does', () => {
    for (const { region, template } of assembly.subjects) {
      const own = (networks as Readonly<Record<string, ReturnType<typeof network>>>)[region];
      for (const { Properties = {} } of resourcesOf(template, 'AWS::Synthetics::Canary')) {
        expect(Properties['VPCConfig']).toEqual({
          VpcId: own?.vpcId,
          SubnetIds: own?.subnetIds,
          SecurityGroupIds: own?.securityGroupIds,
        });
      }
      for (const { Properties = {} } of resourcesOf(template, 'AWS::Lambda::Function')) {
        const looks = /-(vantage|fast-probe)$/.test(String(Properties['FunctionName']));
        const expected = { SubnetIds: own?.subnetIds, SecurityGroupIds: own?.securityGroupIds };
        expect(Properties['VpcConfig']).toEqual(looks ? expected : undefined);
      }
    }
  });

  test('and their roles alone may make interfaces there', () => {
    const may = assembly.subjects.flatMap(({ template }) =>
      resourcesOf(template, 'AWS::IAM::Policy').flatMap(({ id, Properties = {} }) =>
        JSON.stringify(Properties).includes('ec2:CreateNetworkInterface') ? [id] : [],
      ),
    );

    expect(may).toHaveLength(3 * Object.keys(networks).length);
  });
});

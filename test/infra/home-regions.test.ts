import { describe, expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import { region } from '../../core/brand.ts';
import { beaconAlarmName } from '../../deployment/names.ts';
import { homeRegions } from '../../infra/checks/home-regions.ts';
import example from '../../understudy.config.ts';
import { beaconOf } from '../contracts/service.ts';

const [, payments] = example.services;
if (payments === undefined) throw new Error('the example has two services');

const scaleUp = 'arn:aws:lambda:us-west-2:123456789012:function:scale-up';
const { hostedZone, namespace } = beaconOf();

/** A beacon that leaves `home` for `standby`, with a hook there. */
const beacon = (name: string, [home, standby]: readonly [string, string]) => ({
  ...payments,
  name,
  regions: [home, standby].map((each) => ({ region: each, endpoint: `https://${name}-${each}.example.com` })),
  frontDoor: { url: `https://${name}.example.com` },
  policy: { verify: { timeoutMs: 300_000 } },
  lever: { kind: 'beacon' as const, namespace, hostedZone },
  hooks:
    standby === 'us-west-2'
      ? [{ name: 'scale', when: 'prepare' as const, functionArn: scaleUp, timeoutMs: 60_000 }]
      : [],
});

/** Two services that stand in for each other. */
const failover = parseFailover({
  ...example,
  services: [beacon('there', ['us-east-1', 'us-west-2']), beacon('back', ['us-west-2', 'us-east-1'])],
});

function said(text: string): string {
  const template = { Resources: { Role: { Type: 'AWS::IAM::Policy', Properties: { Resource: text } } } };
  const given = { template, region: region('us-east-2'), failover } as unknown as Parameters<typeof homeRegions>[0];
  return [...homeRegions(given)].map(({ message }) => message).join('\n');
}

const alarm = (at: string, service: string) =>
  `arn:aws:cloudwatch:${at}:${failover.account}:alarm:${beaconAlarmName(failover, service)}`;

describe('a region that is the home of one service and the standby of another', () => {
  test.each([
    ['the alarm of the beacon that leads there', alarm('us-west-2', 'there')],
    ['the alarm of the one that leads back', alarm('us-east-1', 'back')],
    ['the alarms of all beacons that lead there', alarm('us-west-2', '*')],
    ['a hook of the service that stands in there', scaleUp],
  ])('may be named by %s', (_, arn) => {
    expect(said(arn)).toBe('');
  });

  test.each([
    ['the alarm of the beacon that leads away', alarm('us-west-2', 'back')],
    [
      'the alarms of all beacons of another deployment',
      alarm('us-west-2', '*').replace(`${failover.name}-*`, 'staging-*'),
    ],
    ['another function', 'arn:aws:lambda:us-west-2:123456789012:function:other'],
  ])('may not be named by %s', (_, arn) => {
    expect(said(arn)).toContain('needs us-west-2, which is the home region of a service');
  });
});

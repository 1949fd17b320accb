import { parseFailover } from '../config/define-failover.ts';
import type { FailoverInput } from '../config/schema.ts';
import { type Region, region } from '../core/brand.ts';
import type { Failover, Hook, Policy, Service, WriteProbe } from '../core/service.ts';
import type { Plan } from './plan.ts';

/** The configuration of a plan's world: one service, watched from three regions, orchestrated from two. */
export function failoverOf({
  lever,
  regions,
  policy,
  hooks,
  writes,
  fastProbe = false,
  frozen = false,
}: Plan): Failover {
  const base = bases[lever];
  const [service] = base.services as [Service];
  const chosen = service.regions.slice(0, regions);
  return {
    ...base,
    fastProbe,
    ...(frozen && frozenAlways),
    services: [
      {
        ...service,
        regions: chosen,
        policy: { ...service.policy, ...policy },
        hooks: hooks.map(hookOf),
        ...(writes === true && { writeProbe }),
      },
    ],
  };
}

/** By a calendar of which no story sees the end. */
const frozenAlways: Pick<Failover, 'calendar' | 'freezes'> = {
  calendar: [{ name: 'always', timeZone: 'America/New_York', windows: [{ from: '00:00', until: '24:00' }] }],
  freezes: [{ during: ['always'], reason: 'nobody changes anything' }],
};

export const home: Region = region('us-east-1');
export const standby: Region = region('us-west-2');
export const third: Region = region('eu-west-1');
export const observers: readonly Region[] = [region('us-east-2'), standby, region('ca-central-1')];

const names = [home, standby, third];
const account = '123456789012';

const around = {
  account,
  observers: [...observers],
  controlRegions: ['us-west-2', 'us-east-2'],
  ledger: { tableName: 'understudy-ledger', region: 'us-east-2' },
  controlTarget: { url: 'https://control.example.com/' },
  notify: { topics: { critical: 'understudy-critical', info: 'understudy-info' } },
};

const serviceAround = {
  name: 'orders',
  regions: names.map((name) => ({ region: name, endpoint: `https://orders-${name}.example.com` })),
  frontDoor: { url: 'https://orders.example.com' },
  healthy: { path: '/health', body: { service: 'orders', status: 'healthy' } },
};

const writeProbe: WriteProbe = {
  method: 'POST',
  path: '/orders/check',
  send: { items: [] },
  status: 200,
  contentType: 'application/json',
  body: { checked: true },
};

const levers = {
  kvs: {
    kind: 'kvs',
    storeArn: `arn:aws:cloudfront::${account}:key-value-store/6f1c2f0e-4a53-4a0e-9d3c-0d3f0d8d1a11`,
    origins: Object.fromEntries(names.map((name) => [name, `orders-${name}`])),
  },
  arc: {
    kind: 'arc',
    endpoints: ['us-east-1', 'us-west-2', 'eu-west-1', 'ap-northeast-1', 'ap-southeast-2'].map((name) => ({
      region: name,
      url: `https://${name}.arc.example.com/v1`,
    })),
    controls: Object.fromEntries(
      names.map((name, index) => [
        name,
        `arn:aws:route53-recovery-control::${account}:controlpanel/0123456bbbbbbb0123456bbbbbb0123456/routingcontrol/${`${index}`.repeat(16)}`,
      ]),
    ),
  },
  beacon: {
    kind: 'beacon',
    hostedZone: {
      id: 'Z0123456789ABCDEFGHIJ',
      name: 'example.com',
      aliases: {
        [home]: { dnsName: 'd-aaaaaaaaaa.execute-api.us-east-1.amazonaws.com', zoneId: 'Z1UJRXOUMOOFQ8' },
        [standby]: { dnsName: 'd-bbbbbbbbbb.execute-api.us-west-2.amazonaws.com', zoneId: 'Z2OJLYMUO9EFXC' },
      },
    },
  },
} as const;

/** What a person would write for such a world. */
export function failoverInput(lever: Plan['lever'], policy: object, regions = regionsMost[lever]): FailoverInput {
  const service = {
    ...serviceAround,
    regions: serviceAround.regions.slice(0, regions),
    lever: levers[lever],
    policy: { ...usual[lever], ...policy },
  };
  return { ...around, services: [service] } as FailoverInput;
}

/** A beacon knows a home region and one standby. */
export const regionsMost: Readonly<Record<Plan['lever'], Plan['regions']>> = { kvs: 3, arc: 3, beacon: 2 };

/** Callers follow a beacon minutes after it was written, so that verification takes longer and looks less often. */
const usual: Readonly<Record<Plan['lever'], object>> = {
  kvs: {},
  arc: {},
  beacon: { verify: { timeoutMs: 300_000, intervalMs: 10_000, consecutive: 2 } },
};

const bases: Readonly<Record<Plan['lever'], Failover>> = {
  kvs: parseFailover(failoverInput('kvs', {})),
  arc: parseFailover(failoverInput('arc', {})),
  beacon: parseFailover(failoverInput('beacon', {})),
};

/** The policy where a plan says nothing else; how a move is verified differs by lever. */
export const usualPolicy: Policy = (bases.kvs.services as readonly [Service])[0].policy;

/** The hook that prepares has a part in everything that follows, so that what bites it bites there too. */
function hookOf(moment: 'readiness' | 'prepare'): Hook {
  return {
    name: moment === 'prepare' ? 'promote-database' : 'replication-lag',
    when: moment === 'prepare' ? ['prepare', 'after', 'undo', 'return'] : ['readiness'],
    functionArn: `arn:aws:lambda:us-west-2:${account}:function:${moment}`,
    timeoutMs: 30_000,
    retries: 0,
    onFailure: 'abort',
    safeInRehearsal: false,
  };
}

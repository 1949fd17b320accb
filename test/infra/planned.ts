import type { FailoverInput } from '../../config/schema.ts';
import example from '../../understudy.config.ts';
import { beaconOf } from '../contracts/service.ts';

type ServiceInput = FailoverInput['services'][number];

const [orders, payments] = example.services as [ServiceInput, ServiceInput];
const { hostedZone, namespace } = beaconOf();

/** A service that moves by a KeyValueStore which the deployment makes. */
export const byStore = (name = 'orders'): ServiceInput => ({
  ...orders,
  name,
  frontDoor: { url: `https://${name}.example.com` },
  lever: { kind: 'kvs', origins: { 'us-east-1': `${name}-us-east-1`, 'us-west-2': `${name}-us-west-2` } },
});

/** One that moves by routing controls which the deployment makes. */
export const byControls = (name = 'payments'): ServiceInput => ({
  ...payments,
  name,
  frontDoor: { url: `https://${name}.example.com` },
  lever: { kind: 'arc', hostedZone },
});

export const byBeacon = (name = 'search'): ServiceInput => ({
  ...payments,
  name,
  frontDoor: { url: `https://${name}.example.com` },
  policy: { verify: { timeoutMs: 300_000 } },
  lever: { kind: 'beacon', namespace, hostedZone },
});

/** The example with one service of every lever, and nothing that exists. */
export const planned: FailoverInput = { ...example, services: [byStore(), byControls(), byBeacon()] };

/** The same with everything that may be asked for beside it. */
export const complete: FailoverInput = {
  ...planned,
  fastProbe: true,
  console: { copies: true },
  notify: {
    ...planned.notify,
    channels: [
      { kind: 'slack', name: 'slack', secrets: { webhookUrl: { parameter: '/understudy/slack-webhook' } } },
      { kind: 'eventbridge', name: 'programs' },
    ],
    slackChannel: { workspaceId: 'T07EA123LEP', channelId: 'C07EZ1ABC23' },
  },
};

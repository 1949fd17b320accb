import { defineFailover } from 'understudy';

const regions = ['us-east-1', 'us-west-2'];
const zone = { id: 'Z0123456789EXAMPLE', name: 'example.com' };

/** Each region of an application has a name of its own, by which it is probed. */
const regional = (host: string, region: string) => `${host}-${region}.${zone.name}`;

/** What the moving name leads to: another one, for behind it the region answers to the moving name. */
const target = (host: string, region: string) => `to-${regional(host, region)}`;

/** An application with a name, a control panel and a pair of routing controls of its own: it moves by itself. */
const application = (name: string, host: string) => ({
  name,
  regions: regions.map((region) => ({ region, endpoint: `https://${regional(host, region)}` })),
  frontDoor: { url: `https://${host}.${zone.name}` },
  healthy: { path: '/', body: { service: name } },
  lever: {
    kind: 'arc' as const,
    hostedZone: {
      ...zone,
      aliases: Object.fromEntries(
        regions.map((region) => [region, { dnsName: target(host, region), zoneId: zone.id }]),
      ),
    },
  },
});

/** Three applications in two regions, of which one calls the other two, each behind a name and routing controls of its own. */
export default defineFailover({
  name: 'arc-rest-apis',
  account: '123456789012',
  observers: ['us-east-2', 'us-west-2', 'ca-central-1'],
  controlRegions: ['us-west-2', 'us-east-2'],
  ledger: { tableName: 'arc-rest-apis-ledger', region: 'us-east-2' },
  controlTarget: { url: 'https://checkip.amazonaws.com/' },
  notify: {
    topics: { critical: 'arc-rest-apis-critical', info: 'arc-rest-apis-info' },
    slackWebhookEnv: 'SLACK_WEBHOOK_URL',
  },
  services: [
    application('external-api', 'externalapi'),
    application('service1', 'service1'),
    application('service2', 'service2'),
  ],
});

import { defineFailover } from 'understudy';
import { deployment } from '../deployment.ts';

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
  ...deployment('arc-rest-apis'),
  services: [
    application('external-api', 'externalapi'),
    application('service1', 'service1'),
    application('service2', 'service2'),
  ],
});

import { defineFailover } from 'understudy';
import { deployment } from '../deployment.ts';

const regions = ['us-east-1', 'us-west-2'];
const zone = { id: 'Z0123456789EXAMPLE', name: 'example.com' };
const regional = (region: string) => `api-${region}.${zone.name}`;

/** What the moving name leads to: another one, for behind it the region answers to the moving name. */
const target = (region: string) => `to-${regional(region)}`;

/** One API in two regions behind one name, whose failover records follow a beacon in the standby region. */
export default defineFailover({
  ...deployment('failover-records'),
  // Records with a health check of their own are asked every ten seconds; a canary asks once a minute.
  fastProbe: true,
  services: [
    {
      name: 'hello',
      regions: regions.map((region) => ({ region, endpoint: `https://${regional(region)}` })),
      frontDoor: { url: `https://api.${zone.name}` },
      healthy: { path: '/v1', body: { service: 'hello' } },
      // For routing controls instead: kind: 'arc'.
      lever: {
        kind: 'beacon',
        hostedZone: {
          ...zone,
          aliases: Object.fromEntries(regions.map((region) => [region, { dnsName: target(region), zoneId: zone.id }])),
        },
      },
      // An alarm's minute, the health check and the TTL come after the write.
      policy: { verify: { timeoutMs: 300_000 }, rtoTargetMs: 300_000 },
    },
  ],
});

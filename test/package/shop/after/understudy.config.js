import { defineFailover } from 'understudy-failover';

export default defineFailover({
  account: '123456789012',
  observers: ['us-east-2', 'us-west-2', 'ca-central-1'],
  controlRegions: ['us-west-2', 'us-east-2'],
  ledger: { tableName: 'understudy-ledger', region: 'us-east-2', replicas: ['us-west-2'], witness: 'us-east-1' },
  controlTarget: { url: 'https://checkip.amazonaws.com/' },
  notify: { topics: { critical: 'understudy-critical', info: 'understudy-info' } },
  services: [
    {
      name: 'shop',
      regions: ['us-east-1', 'us-west-2'].map((region) => ({
        region,
        endpoint: `https://api-${region}.shop.example.com`,
      })),
      frontDoor: { url: 'https://shop.example.com' },
      lever: { kind: 'kvs', origins: { 'us-east-1': 'shop-east', 'us-west-2': 'shop-west' } },
    },
  ],
});

import { defineFailover } from 'understudy';

/** One API in two regions behind a distribution, steered by one value of a KeyValueStore. */
export default defineFailover({
  name: 'keyvaluestore',
  account: '123456789012',
  observers: ['us-east-2', 'us-west-2', 'ca-central-1'],
  controlRegions: ['us-west-2', 'us-east-2'],
  ledger: { tableName: 'keyvaluestore-ledger', region: 'us-east-2' },
  controlTarget: { url: 'https://checkip.amazonaws.com/' },
  notify: {
    topics: { critical: 'keyvaluestore-critical', info: 'keyvaluestore-info' },
    slackWebhookEnv: 'SLACK_WEBHOOK_URL',
  },
  services: [
    {
      name: 'hello',
      regions: [
        { region: 'us-east-1', endpoint: 'https://hello-us-east-1.example.com' },
        { region: 'us-west-2', endpoint: 'https://hello-us-west-2.example.com' },
      ],
      frontDoor: { url: 'https://hello.example.com' },
      healthy: { path: '/', body: { service: 'hello' } },
      lever: {
        kind: 'kvs',
        origins: { 'us-east-1': 'hello-us-east-1', 'us-west-2': 'hello-us-west-2' },
      },
    },
  ],
});

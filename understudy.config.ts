import { defineFailover } from 'understudy';

/** The same names in each region, whose own CloudWatch counts. */
const arrivals = {
  requests: { namespace: 'AWS/ApiGateway', metric: 'Count', dimensions: { ApiName: 'payments' } },
  writes: { namespace: 'Payments', metric: 'Writes' },
};

/**
 * Two services in two regions. `orders` sits behind CloudFront and moves by weights in a KeyValueStore; `payments` sits
 * behind a DNS name and moves by ARC routing controls. Replace the addresses and ARNs with yours; the sandbox replaces
 * them with its own.
 */
export default defineFailover({
  account: '123456789012',
  observers: ['us-east-2', 'us-west-2', 'ca-central-1'],
  controlRegions: ['us-west-2', 'us-east-2'],
  ledger: { tableName: 'understudy-ledger', region: 'us-east-2', replicas: ['us-west-2'], witness: 'us-east-1' },
  controlTarget: { url: 'https://checkip.amazonaws.com/' },
  notify: {
    topics: { critical: 'understudy-critical', info: 'understudy-info' },
    channels: [{ kind: 'slack', name: 'slack', secrets: { webhookUrl: { env: 'SLACK_WEBHOOK_URL' } } }],
  },
  services: [
    {
      name: 'orders',
      regions: [
        { region: 'us-east-1', endpoint: 'https://orders-us-east-1.example.com' },
        { region: 'us-west-2', endpoint: 'https://orders-us-west-2.example.com' },
      ],
      frontDoor: { url: 'https://orders.example.com' },
      healthy: { path: '/health', body: { service: 'orders', status: 'healthy' }, slowMs: 2_000, timeoutMs: 4_000 },
      // A write that changes nothing: reads fail over by themselves, so only this tells whether writes would be taken.
      writeProbe: { method: 'POST', path: '/checks', send: { items: [] }, status: 201, body: { service: 'orders' } },
      lever: {
        kind: 'kvs',
        storeArn: 'arn:aws:cloudfront::123456789012:key-value-store/6f1c2f0e-4a53-4a0e-9d3c-0d3f0d8d1a11',
        origins: { 'us-east-1': 'orders-us-east-1', 'us-west-2': 'orders-us-west-2' },
      },
      policy: { quorum: 2, dwellMs: 10_000, cooldownMs: 30 * 60_000, rtoTargetMs: 150_000 },
    },
    {
      name: 'payments',
      regions: [
        // Callers that keep connections stay where they are: what its own metrics count there is told after a move.
        { region: 'us-east-1', endpoint: 'https://payments-us-east-1.example.com', arrivals },
        { region: 'us-west-2', endpoint: 'https://payments-us-west-2.example.com', arrivals },
      ],
      frontDoor: { url: 'https://payments.example.com' },
      healthy: { path: '/health', body: { service: 'payments', status: 'healthy' }, slowMs: 2_000, timeoutMs: 4_000 },
      lever: {
        kind: 'arc',
        endpoints: [
          { region: 'us-east-1', url: 'https://host-aaaaaa.us-east-1.example.com/v1' },
          { region: 'us-west-2', url: 'https://host-bbbbbb.us-west-2.example.com/v1' },
          { region: 'eu-west-1', url: 'https://host-cccccc.eu-west-1.example.com/v1' },
          { region: 'ap-northeast-1', url: 'https://host-dddddd.ap-northeast-1.example.com/v1' },
          { region: 'ap-southeast-2', url: 'https://host-eeeeee.ap-southeast-2.example.com/v1' },
        ],
        controls: {
          'us-east-1':
            'arn:aws:route53-recovery-control::123456789012:controlpanel/0123456bbbbbbb0123456bbbbbb0123456/routingcontrol/a1a1a1a1a1a1a1a1',
          'us-west-2':
            'arn:aws:route53-recovery-control::123456789012:controlpanel/0123456bbbbbbb0123456bbbbbb0123456/routingcontrol/b2b2b2b2b2b2b2b2',
        },
      },
    },
  ],
});

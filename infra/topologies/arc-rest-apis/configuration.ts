import { defineFailover } from 'understudy';

const arn = (panel: string, control: string) =>
  `arn:aws:route53-recovery-control::123456789012:controlpanel/${panel.padStart(32, '0')}/routingcontrol/${control.padStart(16, '0')}`;

/** The five endpoints of the one cluster that all three control panels are in. */
const endpoints = [
  { region: 'us-east-1', url: 'https://host-aaaaaa.us-east-1.example.com/v1' },
  { region: 'us-west-2', url: 'https://host-bbbbbb.us-west-2.example.com/v1' },
  { region: 'eu-west-1', url: 'https://host-cccccc.eu-west-1.example.com/v1' },
  { region: 'ap-northeast-1', url: 'https://host-dddddd.ap-northeast-1.example.com/v1' },
  { region: 'ap-southeast-2', url: 'https://host-eeeeee.ap-southeast-2.example.com/v1' },
];

/** An application with a name, a control panel and a pair of routing controls of its own: it moves by itself. */
const application = (name: string, host: string, panel: string) => ({
  name,
  regions: ['us-east-1', 'us-west-2'].map((region) => ({
    region,
    endpoint: `https://${host}-${region}.example.com/prod`,
  })),
  frontDoor: { url: `https://${host}.example.com` },
  healthy: { path: '/', body: { service: name } },
  lever: {
    kind: 'arc' as const,
    endpoints,
    controls: { 'us-east-1': arn(panel, 'a'), 'us-west-2': arn(panel, 'b') },
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
    application('external-api', 'externalapi', '1'),
    application('service1', 'service1', '2'),
    application('service2', 'service2', '3'),
  ],
});

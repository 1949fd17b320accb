/** What all topologies have in common: the account, who watches and decides, and names that begin with the topology's. */
export const deployment = (name: string) => ({
  name,
  account: '123456789012',
  observers: ['us-east-2', 'us-west-2', 'ca-central-1'],
  controlRegions: ['us-west-2', 'us-east-2'],
  ledger: { tableName: `${name}-ledger`, region: 'us-east-2' },
  controlTarget: { url: 'https://checkip.amazonaws.com/' },
  notify: {
    topics: { critical: `${name}-critical`, info: `${name}-info` },
    channels: [{ kind: 'slack' as const, name: 'slack', secrets: { webhookUrl: { env: 'SLACK_WEBHOOK_URL' } } }],
  },
});

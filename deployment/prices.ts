/*
 * What AWS charges, in US dollars, in us-east-1 (other regions differ by up to a third), without free tiers and discounts.
 * Each price has the page that has the last word; what no page could be read for says so in `hearsay`.
 */

export const pricesOf = { region: 'us-east-1', asOf: '2026-07' } as const;

export interface Price {
  readonly usd: number;
  readonly per: string;
  readonly page: string;
  /** Where the number comes from when not from the page itself. */
  readonly hearsay?: string;
}

const cloudWatch = 'https://aws.amazon.com/cloudwatch/pricing/';
const lambda = 'https://aws.amazon.com/lambda/pricing/';
const dynamoDb = 'https://aws.amazon.com/dynamodb/pricing/on-demand/';
const cloudFront = 'https://aws.amazon.com/cloudfront/pricing/';
const route53 = 'https://aws.amazon.com/route53/pricing/';

export const prices = {
  canaryRun: { usd: 0.0012, per: 'run', page: cloudWatch },
  alarm: { usd: 0.1, per: 'alarm and month', page: cloudWatch },
  compositeAlarm: { usd: 0.5, per: 'alarm and month', page: cloudWatch },
  metric: { usd: 0.3, per: 'metric and month', page: cloudWatch },
  dashboard: { usd: 3, per: 'dashboard and month', page: cloudWatch },
  logGb: { usd: 0.5, per: 'GB', page: cloudWatch },
  cloudWatchCall: { usd: 0.01 / 1_000, per: 'call', page: cloudWatch },
  x86GbSecond: { usd: 0.0000166667, per: 'GB-second', page: lambda },
  armGbSecond: { usd: 0.0000133334, per: 'GB-second', page: lambda },
  invocation: { usd: 0.2e-6, per: 'invocation', page: lambda },
  objectPut: { usd: 0.005 / 1_000, per: 'request', page: 'https://aws.amazon.com/s3/pricing/' },
  trace: { usd: 5e-6, per: 'trace', page: 'https://aws.amazon.com/xray/pricing/' },
  tableRead: { usd: 0.125e-6, per: 'read unit', page: dynamoDb },
  tableWrite: { usd: 0.625e-6, per: 'write unit', page: dynamoDb },
  schedule: { usd: 1e-6, per: 'invocation', page: 'https://aws.amazon.com/eventbridge/pricing/' },
  transition: { usd: 0.025 / 1_000, per: 'transition', page: 'https://aws.amazon.com/step-functions/pricing/' },
  key: { usd: 1, per: 'key and month', page: 'https://aws.amazon.com/kms/pricing/' },
  edgeInvocation: { usd: 0.1e-6, per: 'invocation', page: cloudFront },
  edgeRead: { usd: 0.03e-6, per: 'read', page: cloudFront },
  storeCall: {
    usd: 1 / 1_000,
    per: 'API call',
    page: cloudFront,
    hearsay:
      'reported by users for writes; whether GetKey by API is charged alike could not be read anywhere: the worst case',
  },
  clusterHour: { usd: 2.5, per: 'hour', page: 'https://aws.amazon.com/application-recovery-controller/pricing/' },
  healthCheck: { usd: 0.5, per: 'health check and month', page: route53 },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof prices;

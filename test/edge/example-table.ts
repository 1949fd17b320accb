import type { EdgeTable } from '../../deployment/edge-table.ts';

const failoverStatusCodes = [500, 502, 503, 504];

/** A service by path, one below it, and one by host. */
export const exampleTable: EdgeTable = {
  services: [
    {
      service: 'orders',
      pathPrefix: '/orders',
      regions: [
        { region: 'us-east-1', originId: 'east' },
        { region: 'us-west-2', originId: 'west' },
      ],
      defaultRegion: 'us-east-1',
      failoverStatusCodes,
    },
    {
      service: 'bulk',
      pathPrefix: '/orders/bulk/',
      regions: [
        { region: 'us-west-2', originId: 'bulk-west' },
        { region: 'us-east-1', originId: 'bulk-east' },
      ],
      defaultRegion: 'us-east-1',
      failoverStatusCodes,
    },
    {
      service: 'payments',
      host: 'Payments.example.com',
      regions: [
        { region: 'us-east-1', originId: 'payments-east' },
        { region: 'us-west-2', originId: 'payments-west' },
      ],
      defaultRegion: 'us-east-1',
      failoverStatusCodes,
    },
  ],
};

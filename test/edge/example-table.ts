import type { EdgeTable } from '../../deployment/edge-table.ts';

/** A service by path, one below it, and one by a host of its own. */
export const exampleTable: EdgeTable = {
  keyPrefix: 'h/test/',
  failoverStatusCodes: [500, 502, 503, 504],
  services: [
    {
      service: 'orders',
      hosts: ['api.example.com'],
      pathPrefix: '/orders',
      regions: [
        { region: 'us-east-1', originId: 'east' },
        { region: 'us-west-2', originId: 'west' },
      ],
      defaultRegion: 'us-east-1',
    },
    {
      service: 'bulk',
      hosts: ['api.example.com'],
      pathPrefix: '/orders/bulk/',
      regions: [
        { region: 'us-west-2', originId: 'bulk-west' },
        { region: 'us-east-1', originId: 'bulk-east' },
      ],
      defaultRegion: 'us-east-1',
    },
    {
      service: 'payments',
      hosts: ['Payments.example.com', 'pay.example.com'],
      regions: [
        { region: 'us-east-1', originId: 'payments-east' },
        { region: 'us-west-2', originId: 'payments-west' },
      ],
      defaultRegion: 'us-east-1',
    },
  ],
};

/** The first of them alone. */
export const oneService: EdgeTable = { ...exampleTable, services: exampleTable.services.slice(0, 1) };

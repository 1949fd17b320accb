import { defineTopology } from '../../../config/topology.ts';

export default defineTopology({
  name: 'failover-records',
  hostedZone: { id: 'Z0123456789EXAMPLE', name: 'example.com' },
  applications: { hello: { bundle: 'hello', integration: 'rest-api' } },
  callers: { hello: { get: '/v1', post: { path: '/v1' } } },
});

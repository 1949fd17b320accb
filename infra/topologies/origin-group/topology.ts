import { defineTopology } from '../../../config/topology.ts';
import { viewerHeader } from '../../../deployment/viewer-header.ts';

export default defineTopology({
  name: 'origin-group',
  hostedZone: { id: 'Z0123456789EXAMPLE', name: 'example.com' },
  applications: { hello: { bundle: 'hello', integration: 'http-api' } },
  behaviours: [
    // A cached probe would see yesterday's region.
    { pathPattern: '/api/health', service: 'hello', methods: 'reads' },
    {
      pathPattern: '*',
      service: 'hello',
      // The address is the one that the edge saw, not what a caller writes into X-Forwarded-For.
      cache: { ttlSeconds: 360, queryStrings: ['allowed_query_string_param'], headers: [viewerHeader] },
    },
  ],
  callers: {
    hello: {
      get: '/api?allowed_query_string_param=caller-{n}',
      post: { path: '/api/greetings' },
      contentType: 'text/plain',
    },
  },
});

import { defineTopology } from '../../../config/topology.ts';

export default defineTopology({
  name: 'keyvaluestore',
  hostedZone: { id: 'Z0123456789EXAMPLE', name: 'example.com' },
  applications: {
    hello: {
      bundle: 'hello',
      integration: 'rest-api',
      environment: { 'us-east-1': { API: '1' }, 'us-west-2': { API: '2' } },
    },
  },
  behaviours: [{ pathPattern: '*', service: 'hello' }],
  callers: { hello: { get: '/?n={n}', post: { path: '/greetings' } } },
});

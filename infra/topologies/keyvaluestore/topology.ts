import { defineTopology } from '../../../config/topology.ts';

export default defineTopology({
  name: 'keyvaluestore',
  applications: {
    hello: {
      bundle: 'hello',
      integration: 'rest-api',
      stage: 'prod',
      environment: { 'us-east-1': { API: '1' }, 'us-west-2': { API: '2' } },
    },
  },
  behaviours: [{ pathPattern: '*', service: 'hello' }],
  callers: { hello: { get: '/?n={n}', post: { path: '/greetings' } } },
});

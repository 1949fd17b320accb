import { defineTopology } from '../../../config/topology.ts';

const api = { bundle: 'api', integration: 'rest-api' } as const;

const named = (name: string) => ({ 'us-east-1': { SERVICE: name }, 'us-west-2': { SERVICE: name } });

export default defineTopology({
  name: 'arc-rest-apis',
  hostedZone: { id: 'Z0123456789EXAMPLE', name: 'example.com' },
  applications: {
    'external-api': {
      ...api,
      environment: named('external-api'),
      // By name, so that each of them may be in another region than this one.
      proxies: { '/service1': 'service1', '/service2': 'service2' },
    },
    service1: { ...api, environment: named('service1') },
    service2: { ...api, environment: named('service2') },
  },
  callers: {
    'external-api': { get: '/', post: { path: '/' } },
    service1: { get: '/', post: { path: '/' } },
    service2: { get: '/', post: { path: '/' } },
  },
});

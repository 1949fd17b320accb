import { defineFailover } from 'understudy';
import { deployment } from '../deployment.ts';

/** One cached API in two regions behind a distribution whose reads fail over by an origin group, and whose writes move with them. */
export default defineFailover({
  ...deployment('origin-group'),
  services: [
    {
      name: 'hello',
      regions: [
        { region: 'us-east-1', endpoint: 'https://hello-us-east-1.example.com' },
        { region: 'us-west-2', endpoint: 'https://hello-us-west-2.example.com' },
      ],
      frontDoor: { url: 'https://hello.example.com' },
      // What callers get is text, of which a probe can tell no more than that there is some.
      healthy: { path: '/api/health', body: { status: 'healthy' }, servedBy: { header: 'x-served-region' } },
      lever: { kind: 'kvs', origins: { 'us-east-1': 'hello-us-east-1', 'us-west-2': 'hello-us-west-2' } },
    },
  ],
});

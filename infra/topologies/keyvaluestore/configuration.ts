import { defineFailover } from 'understudy';
import { deployment } from '../deployment.ts';

/** One API in two regions behind a distribution, steered by one value of a KeyValueStore. */
export default defineFailover({
  ...deployment('keyvaluestore'),
  services: [
    {
      name: 'hello',
      regions: [
        { region: 'us-east-1', endpoint: 'https://hello-us-east-1.example.com' },
        { region: 'us-west-2', endpoint: 'https://hello-us-west-2.example.com' },
      ],
      frontDoor: { url: 'https://hello.example.com' },
      healthy: { path: '/', body: { service: 'hello' } },
      lever: {
        kind: 'kvs',
        origins: { 'us-east-1': 'hello-us-east-1', 'us-west-2': 'hello-us-west-2' },
      },
    },
  ],
});

import { defineFailover } from 'understudy';
import { deployment } from '../deployment.ts';

/** An API on signed function URLs and a static site, both in two regions behind one distribution; the site moves with the API. */
export default defineFailover({
  ...deployment('function-url'),
  services: [
    {
      name: 'items',
      regions: [
        { region: 'us-east-1', endpoint: 'https://app-us-east-1.example.com/api' },
        { region: 'us-west-2', endpoint: 'https://app-us-west-2.example.com/api' },
      ],
      frontDoor: { url: 'https://app.example.com/api' },
      healthy: { path: '/hello', body: { Hello: 'World' }, servedBy: { header: 'x-served-region' } },
      lever: { kind: 'kvs', origins: { 'us-east-1': 'items-us-east-1', 'us-west-2': 'items-us-west-2' } },
    },
  ],
});

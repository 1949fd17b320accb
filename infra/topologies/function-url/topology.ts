import { defineTopology } from '../../../config/topology.ts';

export default defineTopology({
  name: 'function-url',
  hostedZone: { id: 'Z0123456789EXAMPLE', name: 'example.com' },
  applications: { items: { bundle: 'items', packaging: 'image', integration: 'function-url', site: 'site' } },
  behaviours: [
    { pathPattern: '/api/*', service: 'items' },
    { pathPattern: '*', service: 'items', part: 'site', methods: 'reads' },
  ],
  callers: {
    items: { get: '/items/{n}?q=boo', post: { path: '/items', body: { title: 'a title', description: 'of an item' } } },
  },
});

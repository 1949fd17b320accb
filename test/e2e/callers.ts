import { Resolver } from 'node:dns/promises';
import http from 'node:http';
import type { Sandbox } from '../../sandbox/sandbox.ts';

/** What a caller gets: the status, and the region that says it answered. */
export interface Got {
  readonly status: number;
  readonly region: string | null;
}

/** A request through the edge, as a viewer at this address sends it. */
export async function throughEdge(
  { addresses }: Sandbox,
  {
    method = 'GET',
    viewer = '198.18.0.1',
    edge = addresses.edge,
  }: { readonly method?: 'GET' | 'POST'; readonly viewer?: string; readonly edge?: string } = {},
): Promise<Got> {
  const response = await fetch(`${edge}/things`, {
    method,
    headers: { 'x-sandbox-viewer-ip': viewer, 'content-type': 'application/json' },
    ...(method === 'POST' ? { body: '{}' } : {}),
  });
  await response.body?.cancel();
  return { status: response.status, region: response.headers.get('x-served-region') };
}

/** A request to a service that is reached by its DNS name, looked up afresh. */
export async function byName({ addresses }: Sandbox, service: string): Promise<Got> {
  const { hostname, port } = new URL(addresses.services[service]?.frontDoor ?? '');
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  resolver.setServers([addresses.dns]);
  const [address = ''] = await resolver.resolve4(hostname);
  return new Promise((resolve, reject) => {
    const request = http.get(
      { host: address, port, path: '/things', agent: false, headers: { host: `${hostname}:${port}` } },
      (response) => {
        response.resume();
        const region = response.headers['x-served-region'];
        resolve({ status: response.statusCode ?? 0, region: typeof region === 'string' ? region : null });
      },
    );
    request.on('error', reject);
  });
}

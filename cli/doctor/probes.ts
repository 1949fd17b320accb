import { lookup } from 'node:dns/promises';
import { BELIEF_PATH } from '../../core/belief-path.ts';
import { probeUrl } from '../../core/probe-url.ts';
import type { Service } from '../../core/service.ts';
import type { Check, Finding } from './finding.ts';

/** A regional endpoint that is itself routed says how the front door is, and not how the region is. */
export const probes: Check = async ({ failover }) =>
  (
    await Promise.all(
      failover.services.flatMap((service) =>
        service.regions.map(({ region, endpoint }) => routedOf(service, region, endpoint)),
      ),
    )
  ).flat();

async function routedOf(service: Service, region: string, endpoint: string): Promise<readonly Finding[]> {
  const belief = probeUrl(endpoint, `${BELIEF_PATH}${service.name}`);
  const because = (await believes(service, belief)) ?? (await sharesAddresses(service, endpoint));
  if (because === null) return [];
  return [
    {
      check: 'probes',
      about: `${service.name} in ${region}`,
      what: `its endpoint ${endpoint} is itself routed: ${because}`,
      why: 'probes of a region that lead to another one see an outage nowhere, or everywhere',
      command: `curl -sS ${belief}`,
    },
  ];
}

/** Only an edge that steers answers there. */
async function believes({ name }: Service, url: string): Promise<string | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(answerMs), redirect: 'manual' });
    const belief = (await answer.json()) as { readonly service?: unknown; readonly weights?: unknown };
    return belief?.service === name && Array.isArray(belief.weights) ? 'an edge that steers answers there' : null;
  } catch {
    // Whoever does not answer there, or with something else, is no edge of ours.
    return null;
  }
}

const answerMs = 4_000;

async function sharesAddresses({ frontDoor }: Service, endpoint: string): Promise<string | null> {
  const [front, own] = [frontDoor.url, endpoint].map((url) => new URL(url));
  if (front === undefined || own === undefined || front.port !== own.port) return null;
  if (front.hostname === own.hostname) return 'it is the host of the front door';
  // On one machine everything has one address.
  if (isLoopback(own.hostname) || isLoopback(front.hostname)) return null;
  const [fronts, owns] = await Promise.all([front, own].map(({ hostname }) => addressesOf(hostname)));
  const shared = owns?.filter((address) => fronts?.includes(address)) ?? [];
  return shared.length === 0 ? null : `its name leads to the front door's address ${shared[0]}`;
}

const isLoopback = (host: string): boolean => /^(localhost|127\.|\[::1\])/.test(host);

const addressesOf = (host: string): Promise<readonly string[]> =>
  lookup(host, { all: true }).then(
    (found) => found.map(({ address }) => address),
    () => [],
  );

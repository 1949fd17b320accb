import type { Region } from '../../core/brand.ts';
import { type CopiedService, type Copy, copiedState, copyVersion, pageWithCopy } from '../../core/copy.ts';
import { knownState } from '../../core/known-state.ts';
import { type Failover, regionNames, type Service } from '../../core/service.ts';
import type { Sighting } from '../../core/sighting.ts';
import type { Ports } from '../ports.ts';
import { readStanding } from './read-standing.ts';
import { sentence } from './sentence.ts';

/** Where copies lie. */
export interface Copies {
  /** Replaces them, the state first. Rejects where one was not taken. */
  write(copy: { readonly state: string; readonly page: string }): Promise<void>;
}

export interface CopyPorts extends Pick<Ports, 'clock' | 'wait' | 'log' | 'ledger' | 'levers' | 'alarms' | 'users'> {
  readonly copies: Copies;
  /** Where this function runs. */
  readonly region: Region;
  /** The page, with a place for the copy. */
  readonly page: string;
}

/** What was known of a service when it was read last. */
export interface Remembered {
  readonly copied: CopiedService;
  readonly sighting: Sighting | null;
}

/**
 * Writes the state of all services, and the page with it. Reads what the reconciler reads, as often and as seldom, and changes nothing; beside the
 * reconciler, so that a bucket that dawdles is in nobody's way. A service that cannot be read keeps what was known, with why. Rejects where
 * the copy was not taken.
 */
export async function copyState(
  ports: CopyPorts,
  failover: Failover,
  memory: Map<string, Remembered> = new Map(),
): Promise<{ readonly services: number; readonly failed: number }> {
  const { region, page, clock, copies, log } = ports;
  const services = await Promise.all(
    failover.services.map(async (service) => {
      const remembered = await readAgain(service, ports, failover, memory.get(service.name));
      memory.set(service.name, remembered);
      return remembered.copied;
    }),
  );
  const failed = services.filter(({ failure }) => failure !== null);
  for (const { name, failure } of failed)
    log.warn('service not read for the copy', { service: name, because: failure });
  const copy: Copy = {
    version: copyVersion,
    deployment: failover.name,
    region,
    writtenAt: clock.now(),
    regions: failover.controlRegions,
    services,
  };
  const state = JSON.stringify(copy);
  await copies.write({ state, page: pageWithCopy(page, state) });
  return { services: services.length, failed: failed.length };
}

async function readAgain(
  service: Service,
  ports: CopyPorts,
  failover: Failover,
  before: Remembered | undefined,
): Promise<Remembered> {
  const { name, policy } = service;
  const about = { name, regions: regionNames(service), rtoTargetMs: policy.rtoTargetMs };
  try {
    const now = ports.clock.now();
    const { standing, sighting } = await readStanding(service, before?.sighting ?? undefined, ports, now);
    const known = { ...standing, looks: [] };
    const state = copiedState(knownState(known, service, failover, now));
    return { copied: { ...about, state, readAt: now, routingReadAt: sighting.at, failure: null }, sighting };
  } catch (error) {
    const nothing = { state: null, readAt: null, routingReadAt: null };
    const copied = { ...nothing, ...before?.copied, ...about, failure: sentence(error) };
    return { copied, sighting: before?.sighting ?? null };
  }
}

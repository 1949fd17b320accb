import type { Routing } from '../../core/routing.ts';
import type { Service } from '../../core/service.ts';
import { LeverUnavailable } from '../errors.ts';
import type { LeverReading, Ports } from '../ports.ts';
import { sentence } from './sentence.ts';
import { within } from './within.ts';

/** What the lever says; one that fails or dawdles is unreadable. */
export async function readRouting(
  service: Service,
  { levers, wait }: Pick<Ports, 'levers' | 'wait'>,
  { boundMs = leverMs, toWrite = false } = {},
): Promise<LeverReading> {
  try {
    return await within(boundMs, 'the lever', wait, () => levers(service).read({ toWrite }));
  } catch (error) {
    return { kind: 'unreadable', because: sentence(error) };
  }
}

/** For steps that cannot go on without it: throws `LeverUnavailable` where it is unreadable. */
export async function readRoutingOrStop(service: Service, ports: Pick<Ports, 'levers' | 'wait'>): Promise<Routing> {
  const reading = await readRouting(service, ports);
  if (reading.kind === 'unreadable') throw new LeverUnavailable(`the lever could not be read: ${reading.because}`);
  return reading.routing;
}

/** For one read, with the retries that an adapter makes on its own. */
const leverMs = 8_000;

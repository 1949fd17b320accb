import type { RoutingReading } from '../../core/evidence.ts';
import type { Weights } from '../../core/routing.ts';
import type { Service } from '../../core/service.ts';
import type { Ports } from '../ports.ts';
import { sentence } from './sentence.ts';
import { within } from './within.ts';

/** What the lever says; one that fails or dawdles is unreadable. */
export async function readRouting(
  service: Service,
  { levers, wait }: Pick<Ports, 'levers' | 'wait'>,
): Promise<RoutingReading> {
  try {
    return await within(leverMs, 'the lever', wait, () => levers(service).read());
  } catch (error) {
    return { kind: 'unreadable', because: sentence(error) };
  }
}

/** For one read, with the retries that an adapter makes on its own. */
const leverMs = 8_000;

/** `us-east-1 0, us-west-2 1000` */
export function weightsText(weights: Weights): string {
  return Object.entries(weights)
    .map(([region, weight]) => `${region} ${weight}`)
    .join(', ');
}

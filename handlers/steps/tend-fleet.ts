import type { Instant } from '../../core/brand.ts';
import { overdueFences } from '../../core/hands.ts';
import { fenceOverdue } from '../../core/notices.ts';
import { FLEET } from '../../core/record.ts';
import type { Ports } from '../ports.ts';
import { tellOnce } from './deliver.ts';
import { sentence } from './sentence.ts';

/**
 * What waits for a person and concerns all services: a fence whose time is over. The ledger gives it to one control region, which tells
 * people once.
 */
export async function tendFleet(
  ports: Pick<Ports, 'wait' | 'log' | 'ledger' | 'notifiers' | 'metrics'>,
  now: Instant,
): Promise<void> {
  try {
    for (const fence of overdueFences(await ports.ledger.read(FLEET), now)) {
      await tellOnce(FLEET, { kind: 'tell-of-fence', region: fence.region }, fenceOverdue(fence, now), ports);
    }
  } catch (error) {
    ports.log.warn('fences were not tended', { because: sentence(error) });
  }
}

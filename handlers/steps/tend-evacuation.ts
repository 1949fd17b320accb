import type { Instant } from '../../core/brand.ts';
import { type Evacuation, isSilent, underWay } from '../../core/evacuation.ts';
import { FLEET } from '../../core/record.ts';
import type { Evacuations, Ports } from '../ports.ts';
import { statusOfHolder } from './lease-holder.ts';
import { sentence } from './sentence.ts';

/**
 * Goes on here with an evacuation whose control region is lost: its machine has not been heard of for longer than a step takes, and Step Functions
 * there does not say what became of it. One that ended, however, ended by itself or by a person, who was told: that is left to people. Where
 * several control regions begin, the ledger's one place is taken by the first; whatever the lost one still does is fenced by services' leases, or
 * written already.
 */
export async function tendEvacuation(
  ports: Pick<Ports, 'wait' | 'log' | 'ledger' | 'executions'> & { readonly evacuations?: Evacuations | undefined },
  now: Instant,
): Promise<void> {
  const { evacuations, ledger, log } = ports;
  if (evacuations === undefined) return;
  try {
    const evacuation = underWay((await ledger.read(FLEET)).evacuation);
    if (evacuation === null || !isSilent(evacuation, now)) return;
    if ((await statusOfHolder(evacuation.holder, ports)) !== 'unknown') return;
    const outcome = await evacuations.start(nameOf(evacuation), inputOf(evacuation));
    if (outcome === 'started')
      log.warn('goes on with an evacuation whose control region is lost', { id: evacuation.id });
  } catch (error) {
    log.warn('an evacuation under way was not tended', { because: sentence(error) });
  }
}

/** The same for every look at the same loss. An execution's name has at most 80 characters. */
function nameOf({ id, holder }: Evacuation): string {
  const [, , , lost = ''] = holder.split(':');
  return `${id.slice(0, 80 - 2 - lost.length)}-x${lost}`.slice(0, 80);
}

function inputOf({ id, holder, region, direction, reason, by, force, atOnce }: Evacuation) {
  return {
    region,
    direction,
    reason,
    requestedBy: by,
    force: force ?? false,
    ...(atOnce !== undefined && { atOnce }),
    continues: { id, holder },
  };
}

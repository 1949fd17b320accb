import * as z from 'zod';
import type { Failover } from '../core/service.ts';
import type { Mistake } from './mistake.ts';
import { regionSchema } from './regions.ts';

const id = (kind: string) =>
  z.string().regex(new RegExp(`^${kind}-[0-9a-f]{8,17}$`), `must be an id like ${kind}-0123456789abcdef0`);

/** https://docs.aws.amazon.com/AmazonSynthetics/latest/APIReference/API_VpcConfigInput.html */
const networkSchema = z.strictObject({
  vpcId: id('vpc'),
  subnetIds: z.array(id('subnet')).min(1, 'must name at least one; two in two zones outlive a zone').max(16),
  securityGroupIds: z.array(id('sg')).min(1, 'must name at least one').max(5),
});

export const networksSchema = z.record(regionSchema, networkSchema).optional();

/**
 * Every observer stands in a network, or none does: to one that stands outside, an address inside is dead, and it would vote so. No name tells
 * which addresses are inside, because a private API has the name of a public one.
 */
export function* networkMistakes({
  networks,
  observers,
}: Pick<Failover, 'networks' | 'observers'>): Generator<Mistake> {
  if (networks === undefined) return;
  for (const region of Object.keys(networks)) {
    if (observers.some((observer) => observer === region)) continue;
    yield { path: ['networks', region], message: `is of no observer (${observers.join(', ')})` };
  }
  for (const observer of observers) {
    if (networks[observer] !== undefined) continue;
    yield {
      path: ['networks'],
      message: `has none for the observer ${observer}, which would call every private address dead and vote so: name one that leads to all of them, or leave networks out`,
    };
  }
}

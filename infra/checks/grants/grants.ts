import { joined } from '../shared.ts';
import type { Check } from '../template.ts';
import { deliveriesIn } from './delivery.ts';
import { faultsOf } from './granted.ts';
import { deliveryTable } from './table.ts';

/**
 * Whatever one service hands to another is allowed by a statement that holds for that sender. AWS refuses the rest when it is
 * sent, long after the deployment, and tells nobody.
 */
export const grants: Check = function* (subject) {
  const { failover } = subject;
  const { whole, isOwn } = joined(subject);
  for (const delivery of deliveriesIn(whole)) {
    const { from, to, at } = delivery;
    if (!isOwn(at)) continue;
    const row = deliveryTable[`${from} to ${to}`];
    if (row === undefined) {
      yield { at, message: `hands something from ${from} to ${to}, and no row of the table says what allows it` };
      continue;
    }
    for (const grant of row.grants) {
      for (const fault of faultsOf(grant, delivery, { template: whole, failover })) {
        yield { at, message: `${from} to ${to}: ${fault} (${row.source[0]})` };
      }
    }
  }
};

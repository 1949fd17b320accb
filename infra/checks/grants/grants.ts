import type { Check } from '../template.ts';
import { deliveriesIn } from './delivery.ts';
import { faultsOf } from './granted.ts';
import { deliveryTable } from './table.ts';

/**
 * Whatever one service hands to another is allowed by a statement that holds for that sender. AWS refuses the rest when it is
 * sent, long after the deployment, and tells nobody.
 */
export const grants: Check = function* ({ template, failover }) {
  for (const delivery of deliveriesIn(template)) {
    const { from, to, at } = delivery;
    const row = deliveryTable[`${from} to ${to}`];
    if (row === undefined) {
      yield { at, message: `hands something from ${from} to ${to}, and no row of the table says what allows it` };
      continue;
    }
    for (const grant of row.grants) {
      for (const fault of faultsOf(grant, delivery, { template, failover })) {
        yield { at, message: `${from} to ${to}: ${fault} (${row.source[0]})` };
      }
    }
  }
};

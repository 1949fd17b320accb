import type { Delivery } from './delivery.ts';

/**
 * What EventBridge may do to an event and a test wants to see: at-least-once means twice, and nothing promises an order.
 * - `duplicate`: delivered twice
 * - `delay`: delivered after `ms`, not scaled
 * - `lose`: never delivered, and no dead letter
 * - `reorder`: held back until the next delivery was made
 */
export type Disturbance = (
  | { readonly kind: 'duplicate' | 'lose' | 'reorder' }
  | { readonly kind: 'delay'; readonly ms: number }
) & {
  /** Which deliveries it may strike; any where it is left out. */
  readonly when?: (delivery: Delivery) => boolean;
};

/** Disturbances wait in a queue; each strikes one delivery, the first that it applies to. */
export interface Disturbances {
  add(disturbance: Disturbance): void;
  take(delivery: Delivery): Disturbance | undefined;
}

export function disturbances(): Disturbances {
  const pending: Disturbance[] = [];
  return {
    add: (disturbance) => void pending.push(disturbance),
    take(delivery) {
      const index = pending.findIndex(({ when }) => when === undefined || when(delivery));
      return index < 0 ? undefined : pending.splice(index, 1)[0];
    },
  };
}

import { systemClock } from '../adapters/clock.ts';
import { notifiersOf } from '../channels/notifiers.ts';
import type { Notifier } from '../ports.ts';
import { wait } from '../wait.ts';
import type { Wiring } from '../wiring.ts';

/** Every way to tell people. */
export const notifiers = (wiring: Wiring): readonly Notifier[] => notifiersOf({ ...wiring, clock: systemClock, wait });

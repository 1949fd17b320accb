import { systemClock } from '../adapters/clock.ts';
import { notifiersOf } from '../channels/notifiers.ts';
import type { Notifier } from '../ports.ts';
import { wait } from '../wait.ts';
import type { Wiring } from '../wiring.ts';
import { cards } from './cards.ts';
import { ledger } from './ledger.ts';

/** Every way to tell people. */
export const notifiers = (wiring: Wiring): readonly Notifier[] =>
  notifiersOf({
    ...wiring,
    clock: systemClock,
    wait,
    shows: () => ({ ledger: ledger(wiring), cards: cards(wiring) }),
  });

import type { Wait } from './ports.ts';

/** On the clock of this machine. */
export const wait: Wait = (ms, cancellation) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    cancellation?.onCancel(() => clearTimeout(timer));
  });

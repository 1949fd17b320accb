import { type Assign, jsonata } from '../asl.ts';

/** The end of a move; both arguments are expressions. */
export const over = (ending: string, because: string): Assign => ({
  again: false,
  ending: jsonata(ending),
  because: jsonata(because),
});

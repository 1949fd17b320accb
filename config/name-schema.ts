import * as z from 'zod';

/** Canary names take lower-case letters, digits, `_` and `-`; service names become part of them. */
export const nameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be 1 to 40 lower-case letters, digits or -, starting with a letter');

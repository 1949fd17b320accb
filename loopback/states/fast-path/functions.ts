import type { Json } from '../json.ts';
import { fallBackToJsonata } from './node.ts';

/** Of one argument; what is not there stays so. */
export const functions: Readonly<Record<string, (value: Json | undefined) => Json | undefined>> = {
  exists: (value) => value !== undefined,
  string: (value) => {
    if (typeof value !== 'string') throw fallBackToJsonata;
    return value;
  },
  number: (value) => {
    if (typeof value !== 'number') throw fallBackToJsonata;
    return value;
  },
  toMillis: (value) => {
    if (typeof value !== 'string' || !fullInstant.test(value)) throw fallBackToJsonata;
    const millis = Date.parse(value);
    if (Number.isNaN(millis)) throw fallBackToJsonata;
    return millis;
  },
  fromMillis: (value) => {
    // Four-digit years: outside of them the two ways of writing differ.
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 253_402_300_799_999)
      throw fallBackToJsonata;
    return new Date(value).toISOString();
  },
};

const fullInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

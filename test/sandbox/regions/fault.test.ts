import { describe, expect, test } from 'vitest';
import { faults, parseFault } from '../../../sandbox/regions/fault.ts';

describe('a fault', () => {
  test.each(faults)('%s is known by its own name', (fault) => {
    expect(parseFault(fault)).toBe(fault);
  });

  test.each([
    ['hanging', 'hang'],
    ['5xx', '500'],
    ['html-200', 'html'],
    ['HTML 200', 'html'],
    ['flap', 'flapping'],
    [' Dark ', 'dark'],
  ])('%s means %s', (text, fault) => {
    expect(parseFault(text)).toBe(fault);
  });

  test.each(['', 'on fire', 'constructor', '501'])('%s is not known, and what is gets told', (text) => {
    expect(parseFault(text)).toEqual({ unknown: text, known: faults });
  });
});

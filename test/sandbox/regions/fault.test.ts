import { describe, expect, test } from 'vitest';
import { aliases, faults, parseFault } from '../../../sandbox/regions/fault.ts';

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
    ['html200', 'html'],
    ['Wrong_Body', 'wrong-body'],
    ['WRONG REGION', 'wrong-region'],
    ['wrongBody', 'wrong-body'],
    ['Service Unavailable', '503'],
  ])('%s means %s', (text, fault) => {
    expect(parseFault(text)).toBe(fault);
  });

  test.each(['', 'on fire', 'constructor', '501', 'timeout'])('%s is not known, and what is gets told', (text) => {
    expect(parseFault(text)).toEqual({ unknown: text, known: [...faults, ...Object.keys(aliases)] });
  });
});

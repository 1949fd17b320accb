import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Message } from '../../core/messages.ts';
import { isRouted } from '../../core/route.ts';

const known = ['orders', 'payments'];
const trouble = (state: 'opened' | 'reminded' | 'closed', what = 'held/all-regions-down') => ({
  id: 'orders#1',
  state,
  what,
});
const about = (given: Partial<Message> = {}) =>
  ({ service: 'orders', severity: 'critical', trouble: null, person: null, ...given }) as const;

describe('a route', () => {
  test.each([
    ['of the service', { services: ['orders'] }, about(), true],
    ['of another service', { services: ['payments'] }, about(), false],
    [
      'of no service, as a run that nobody can read',
      { services: ['payments'] },
      about({ service: 'understudy' }),
      true,
    ],
    ['of the severity', { severities: ['critical'] }, about(), true],
    ['of another severity', { severities: ['critical'] }, about({ severity: 'info' }), false],
    ['of the ending', { troubles: ['held'] }, about({ trouble: trouble('opened') }), true],
    [
      'of the ending and the reason',
      { troubles: ['held/all-regions-down'] },
      about({ trouble: trouble('opened') }),
      true,
    ],
    ['of another reason', { troubles: ['held/dwell'] }, about({ trouble: trouble('opened') }), false],
    ['of an ending that only begins alike', { troubles: ['hel'] }, about({ trouble: trouble('opened') }), false],
    ['of no trouble, where troubles are chosen', { troubles: ['held'] }, about(), false],
  ] as const)('takes what is %s, or not', (_, route, message, takes) => {
    expect(isRouted(route, message, known)).toBe(takes);
  });

  const routes = fc.record({
    services: fc.option(fc.subarray(known, { minLength: 1 }), { nil: undefined }),
    severities: fc.option(fc.subarray(['critical', 'info'] as const, { minLength: 1 }), { nil: undefined }),
    troubles: fc.option(fc.subarray(['held', 'vetoed', 'failed/moving'], { minLength: 1 }), { nil: undefined }),
  });
  const messages = fc.record({
    service: fc.constantFrom(...known, 'understudy'),
    severity: fc.constantFrom('critical' as const, 'info' as const),
    what: fc.constantFrom('held/dwell', 'vetoed', 'failed/moving', 'declined'),
  });

  test('that let the first word of a trouble through lets its last word through, by whatever name', () => {
    fc.assert(
      fc.property(routes, messages, messages, (route, first, last) => {
        const opened = about({ ...first, trouble: trouble('opened', first.what) });
        const closed = about({ ...last, service: first.service, trouble: trouble('closed', last.what) });
        const taken = about({
          ...last,
          service: first.service,
          trouble: trouble('reminded', last.what),
          person: 'ana',
        });

        if (!isRouted(route, opened, known)) return;
        expect(isRouted(route, closed, known)).toBe(true);
        expect(isRouted(route, taken, known)).toBe(true);
      }),
    );
  });
});

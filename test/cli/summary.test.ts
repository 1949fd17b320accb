import { expect, test } from 'vitest';
import { summaryLines } from '../../cli/play/summary.ts';
import { type Report, reportOf } from '../../core/report.ts';

const report = (change: Partial<Report>): Report => ({
  ...reportOf('orders#1', []),
  ending: 'recovered',
  headline: 'orders moved from a to b, verified with real requests',
  ...change,
});
const callers = {
  requests: 9,
  lost: 9,
  lostReads: 9,
  lostWrites: 0,
  recoveredAt: null,
} as unknown as Report['traffic'];
const result = (change: Partial<Report>) => summaryLines(report(change), 'out')[1];

test('the result is verified, not verified by the run, or not seen by callers', () => {
  expect(result({})).toBe('Verified: orders moved from a to b, verified with real requests.');
  expect(result({ ending: 'held', headline: 'orders stays' })).toBe('NOT verified: orders stays.');
  expect(result({ traffic: callers })).toMatch(/^NOT verified: the run says .*, but callers were not served/);
});

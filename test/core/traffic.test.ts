import { describe, expect, test } from 'vitest';
import { region } from '../../core/brand.ts';
import { recoveredAt, type Sample, trafficSummary, trafficWindows } from '../../core/traffic.ts';

const [home, standby] = [region('us-east-1'), region('us-west-2')];

const sample = (at: number, change: Partial<Sample> = {}): Sample => ({
  at,
  viewer: 'viewer-1',
  method: 'GET',
  latencyMs: 5,
  status: 200,
  error: null,
  servedBy: home,
  ...change,
});
const lost = (at: number, change: Partial<Sample> = {}) =>
  sample(at, { status: null, error: 'refused', servedBy: null, ...change });

/** One request every 10 ms from `from` up to `to`. */
function every10(from: number, to: number, make: (at: number) => Sample): Sample[] {
  return Array.from({ length: (to - from) / 10 }, (_, index) => make(from + index * 10));
}

const by = (at: number) => sample(at, { servedBy: standby });
const failover = [...every10(0, 1000, sample), ...every10(1000, 3000, lost), ...every10(3000, 6000, by)];
const question = { since: 1000, by: standby, windowMs: 1000 };

describe('recovery', () => {
  test('is the first request from which on the standby answered', () => {
    expect(recoveredAt(failover, question)).toBe(3000);
    expect(recoveredAt(failover, { ...question, percent: 100 })).toBe(3000);
  });

  test('does not depend on the order in which answers came', () => {
    expect(recoveredAt(failover.toReversed(), question)).toBe(3000);
  });

  test('allows one request of a hundred, and no more', () => {
    const one = failover.map((each) => (each.at === 4000 ? lost(each.at) : each));
    const two = failover.map((each) => (each.at === 4000 || each.at === 4400 ? lost(each.at) : each));

    expect(recoveredAt(one, question)).toBe(3000);
    expect(recoveredAt(two, question)).toBe(4010);
  });

  test('is none while nobody has watched for a whole window', () => {
    const short = failover.filter(({ at }) => at < 3900);

    expect(recoveredAt(short, question)).toBeNull();
    expect(recoveredAt([], question)).toBeNull();
  });

  test('is none when the last window was bad', () => {
    expect(recoveredAt([...failover, ...every10(6000, 7000, lost)], question)).toBeNull();
  });

  test('is none when another region answered', () => {
    expect(recoveredAt(failover, { ...question, by: region('eu-west-1') })).toBeNull();
  });

  test('does not count a good answer that is none', () => {
    const pages = failover.map((each) =>
      each.servedBy === standby ? { ...each, error: 'content-type' as const } : each,
    );

    expect(recoveredAt(pages, question)).toBeNull();
  });

  test('never lies before the fault', () => {
    expect(recoveredAt(every10(0, 6000, by), question)).toBe(1000);
  });
});

describe('windows', () => {
  test('tell who served and what went wrong, empty ones too', () => {
    const samples = [sample(0), sample(9), lost(10), sample(12, { status: 503, error: 'status' }), by(35)];

    expect(trafficWindows(samples, 0, 10)).toEqual([
      { from: 0, to: 10, requests: 2, served: { 'us-east-1': 2 }, errors: {} },
      { from: 10, to: 20, requests: 2, served: {}, errors: { refused: 1, status: 1 } },
      { from: 20, to: 30, requests: 0, served: {}, errors: {} },
      { from: 30, to: 40, requests: 1, served: { 'us-west-2': 1 }, errors: {} },
    ]);
  });

  test('of nothing are none', () => {
    expect(trafficWindows([sample(5)], 6, 10)).toEqual([]);
  });
});

describe('the summary', () => {
  test('counts lost reads and writes of requests that ended after the fault, sent before it or not', () => {
    const samples = [
      lost(100, { latencyMs: 100 }),
      lost(900, { latencyMs: 3000, error: 'timeout' }),
      sample(990, { latencyMs: 20 }),
      lost(1000, { method: 'POST' }),
      by(1500),
    ];

    expect(trafficSummary(samples, question)).toEqual({
      requests: 4,
      lost: 2,
      lostReads: 1,
      lostWrites: 1,
      recoveredAt: null,
    });
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Region, region } from '../../core/brand.ts';
import type { AlarmReading, Readiness } from '../../core/evidence.ts';
import { applyLedger } from '../../core/ledger.ts';
import type { LedgerCommand } from '../../core/ledger-command.ts';
import { afterProtection, type ProtectionSeen, protectionOf, provenNow, toBeAsked } from '../../core/protection.ts';
import type { LedgerRecord } from '../../core/record.ts';
import type { Service } from '../../core/service.ts';
import { heldRecord, home, observers, orders, prepareHook, standby, t0, withPolicy } from '../support/world.ts';

const minute = 60_000;
const ireland = region('eu-west-1');
const greenForMs = 30 * minute;
const service: Service = withPolicy(orders, { reprotect: { greenForMs, withinMs: 4 * 60 * minute } });
const lag = { ...prepareHook, name: 'replica-lag', when: ['readiness'] as const };

const done = (record: LedgerRecord, command: LedgerCommand, now = t0): LedgerRecord => {
  const outcome = applyLedger(record, command, now);
  if (outcome.kind === 'refused') throw new Error(outcome.because);
  return outcome.record;
};
const move = (to: Region, from: Region, mode: 'automatic' | 'manual' = 'automatic'): LedgerCommand => ({
  kind: 'conclude',
  holder: heldRecord().lease?.holder ?? '',
  epoch: heldRecord().epoch,
  incident: 'orders#1',
  mode,
  ending: 'recovered',
  movedTo: to,
  movedFrom: { region: from, isHome: from === home },
});
const moved = done(heldRecord(), move(standby, home));
const acked = done(moved, { kind: 'acknowledge', incident: null });

const green = (name: Region, since = t0): AlarmReading[] =>
  observers.map((observer) => ({ observer, region: name, state: 'OK', since }));
const seen = (record: LedgerRecord, change: Partial<ProtectionSeen> = {}): ProtectionSeen => ({
  record,
  routing: { kind: 'read', routing: { epoch: record.epoch, weights: { [home]: 0, [standby]: 1000 } } },
  alarms: green(home),
  ...change,
});
const lacks = (of: ProtectionSeen, now: number, what = service) =>
  protectionOf(of, what, now)?.regions.flatMap(({ checks }) =>
    checks.filter(({ isDone }) => !isDone).map((c) => c.what),
  );
const later = t0 + greenForMs;

describe('a service that was moved', () => {
  test('lacks what it lacks until the region that it left is a proven standby again', () => {
    expect(protectionOf(seen(heldRecord()), service, t0)).toBeNull();
    expect(lacks(seen(moved), t0)).toEqual(['acknowledged', 'canaries']);
    expect(lacks(seen(acked), later - 1)).toEqual(['canaries']);
    expect(provenNow(seen(acked), service, later - 1)).toEqual([]);
    expect(lacks(seen(acked), later)).toEqual([]);
    const proven = provenNow(seen(acked), service, later);
    expect(proven).toMatchObject([{ region: home, since: t0, incident: 'orders#1' }]);

    const after = done(acked, { kind: 'reprotected', proven }, later);
    expect(protectionOf(seen(after), service, later)).toBeNull();
    // Proven once is proven: what turns red tomorrow is another matter.
    expect(protectionOf(seen(after, { alarms: [] }), service, later)).toBeNull();
  });

  test('by a person has nothing to acknowledge', () => {
    expect(lacks(seen(done(heldRecord(), move(standby, home, 'manual'))), later)).toEqual([]);
    const byHand = done(heldRecord({ activeRegion: home }), { kind: 'record', movedTo: standby, epoch: null });
    expect(byHand.unprotected).toMatchObject([{ region: home, incident: null }]);
  });

  test('is not protected by a region that is fenced, red to a quorum, or has answered badly since', () => {
    const fenced = done(acked, { kind: 'fence', region: home, by: 'ada', reason: 'an event' });
    expect(lacks(seen(fenced), later)).toEqual(['open']);
    expect(lacks(seen(acked, { alarms: green(home).slice(0, 1) }), later)).toEqual(['canaries']);
    expect(lacks(seen(acked, { alarms: green(home, later - 1) }), later)).toEqual(['canaries']);
    const looks = observers.map((observer) => ({
      observer,
      region: home,
      request: 'read' as const,
      goodAt: later,
      badAt: later - 1,
      counts: [],
    }));
    expect(lacks(seen({ ...acked, looks }), later)).toEqual(['canaries']);
  });

  test('asks its hooks last, and says what they said', () => {
    const hooked: Service = { ...service, hooks: [lag] };
    const answer = (ready: boolean): Readiness => ({
      region: home,
      check: 'replica-lag',
      ready,
      detail: '95 s behind',
    });
    expect(toBeAsked(seen(moved), hooked, later)).toEqual([]);
    expect(toBeAsked(seen(acked), hooked, later)).toEqual([home]);
    expect(provenNow(seen(acked), hooked, later)).toEqual([]);
    expect(provenNow(seen(acked, { readiness: [answer(false)] }), hooked, later)).toEqual([]);
    expect(provenNow(seen(acked, { readiness: [answer(true)] }), hooked, later)).toHaveLength(1);

    const vetoed = { kind: 'waits-for', region: home, hook: 'replica-lag', detail: '95 s behind' } as const;
    const waiting = done(acked, vetoed, later);
    expect(protectionOf(seen(waiting), hooked, later + minute)?.regions[0]?.checks.at(-1)).toEqual({
      what: 'replica-lag',
      isDone: false,
      detail: 'said 1 min 0 s ago: 95 s behind',
    });
    // Both control regions ask each minute: it is written down once in a while.
    expect(applyLedger(waiting, { ...vetoed, detail: '96 s behind' }, later + minute).kind).toBe('refused');
  });

  test('is unprotected on the way home too, and not twice for one region', () => {
    const back = done(
      heldRecord({ unprotected: acked.unprotected, activeRegion: standby }),
      move(home, standby),
      later,
    );
    expect(back.unprotected).toMatchObject([{ region: standby, since: later }]);
    const on = done(
      heldRecord({ unprotected: acked.unprotected, activeRegion: standby }),
      move(ireland, standby),
      later,
    );
    expect(on.unprotected.map((left) => left.region)).toEqual([home, standby]);
  });

  test('practises without leaving anything unprotected', () => {
    const drilled = done(heldRecord(), { ...move(standby, home), mode: 'drill' } as LedgerCommand);
    expect(drilled.unprotected).toEqual([]);
  });
});

describe('a service that stays', () => {
  const stayed = done(acked, { kind: 'stay', by: 'ada', reason: 'rebuilt' });
  const three: Service = {
    ...service,
    regions: [...service.regions, { region: ireland, endpoint: 'https://orders-eu-west-1.example.com' }],
  };

  test('is nobody’s to bring home, and nobody is told to', () => {
    expect(stayed).toMatchObject({ movedBy: 'person', stays: { region: standby, by: 'ada' } });
    expect(afterProtection(service, acked)).toHaveLength(2);
    expect(afterProtection(service, stayed)).toEqual([]);
    expect(applyLedger(heldRecord(), { kind: 'stay', by: 'ada', reason: 'x' }, t0).kind).toBe('refused');
  });

  test('is protected by any other region that is proven', () => {
    const toIreland = { alarms: green(ireland) };
    expect(provenNow(seen(acked, toIreland), three, later)).toEqual([]);
    expect(provenNow(seen(stayed, toIreland), three, later)).toMatchObject([{ region: home }]);
    expect(provenNow(seen(stayed, { alarms: [] }), three, later)).toEqual([]);
  });

  test('asks hooks of the regions that could prove it, wherever a hand has led it since', () => {
    const hooked: Service = { ...three, hooks: [lag] };
    const alarms = [...green(home), ...green(standby), ...green(ireland)];
    const byHand = { ...stayed, activeRegion: home };
    for (const [record, regions] of [
      [stayed, [home, ireland]],
      [byHand, [home]],
    ] as const) {
      const asked = toBeAsked(seen(record, { alarms }), hooked, later);
      const readiness = asked.map((name) => ({ region: name, check: 'replica-lag', ready: true, detail: '' }));

      expect(asked).toEqual(regions);
      expect(provenNow(seen(record, { alarms, readiness }), hooked, later)).toMatchObject([{ region: home }]);
    }
  });

  test('stays until it is moved again', () => {
    const lease = heldRecord().lease;
    expect(done({ ...stayed, lease }, move(home, standby, 'manual')).stays).toBeNull();
    expect(done(stayed, { kind: 'record', movedTo: standby, epoch: null }).stays).not.toBeNull();
  });
});

test('whatever is seen: what is said to lack nothing is proven, and the other way about', () => {
  const state = fc.constantFrom<AlarmReading['state']>('OK', 'ALARM', 'INSUFFICIENT_DATA');
  const reading = fc.record({ state, ago: fc.integer({ min: 0, max: 2 * greenForMs }) });
  fc.assert(
    fc.property(fc.array(reading, { minLength: 3, maxLength: 3 }), fc.boolean(), (readings, isAcked) => {
      const alarms = readings.map(({ state, ago }, index) => ({
        observer: observers[index] ?? home,
        region: home,
        state,
        since: later - ago,
      }));
      const of = seen(isAcked ? acked : moved, { alarms });
      expect(provenNow(of, service, later).length > 0).toBe(lacks(of, later)?.length === 0);
    }),
  );
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { region as branded, epoch, type Instant, type Region } from '../../core/brand.ts';
import { applyLedger } from '../../core/ledger.ts';
import type { LedgerCommand } from '../../core/ledger-command.ts';
import { freshRecord, type LedgerRecord } from '../../core/record.ts';
import { home, orders, standby, t0 } from '../support/world.ts';

const holders = ['run-a', 'run-b', 'run-c'];
const holder = fc.constantFrom(...holders);
const mode = fc.constantFrom('automatic' as const, 'manual' as const, 'rehearsal' as const);
const region = fc.constantFrom(null, home, standby);
const place = fc.constantFrom(home, standby);
const anyEpoch = fc.integer({ min: 0, max: 6 }).map(epoch);

const command: fc.Arbitrary<LedgerCommand> = fc.oneof(
  fc.record({
    kind: fc.constant('acquire' as const),
    holder,
    mode,
    force: fc.boolean(),
    policy: fc.constant(orders.policy),
    lever: fc.option(
      fc.record({ epoch: fc.option(anyEpoch), weights: fc.constantFrom({ [home]: 1000 }, { [standby]: 1000 }) }),
    ),
    above: anyEpoch,
    ended: fc.constantFrom(null, ...holders),
  }),
  fc.record({
    kind: fc.constant('renew' as const),
    holder,
    epoch: anyEpoch,
    leaseMs: fc.constant(600_000),
    force: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('conclude' as const),
    holder,
    epoch: anyEpoch,
    incident: fc.constant('orders#1'),
    mode,
    ending: fc.constant('recovered' as const),
    movedTo: fc.constantFrom(null, standby),
  }),
  fc.record({
    kind: fc.constant('pause' as const),
    by: fc.constantFrom('ada', 'grace'),
    reason: fc.constantFrom(null, 'freeze', 'thaw'),
  }),
  fc.constant({ kind: 'resume' as const }),
  fc.record({
    kind: fc.constant('sighted' as const),
    incident: fc.constant('orders#1'),
    sight: fc.oneof(
      fc.record({
        kind: fc.constant('bad' as const),
        what: fc.constantFrom('vetoed', 'failed'),
        region,
        level: fc.constantFrom(1 as const, 2 as const, 4 as const),
      }),
      fc.constant({ kind: 'good' as const }),
    ),
    rules: fc.constant({ remindAfterMs: 900_000, wellAfterMs: 600_000 }),
    at: fc.constant(t0),
    isTold: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('record' as const), movedTo: place, epoch: fc.option(anyEpoch) }),
  fc.record({
    kind: fc.constant('fence' as const),
    region: place,
    by: fc.constant('ada'),
    reason: fc.constant('event'),
  }),
  fc.record({ kind: fc.constant('unfence' as const), region: place }),
  fc.record({
    kind: fc.constant('freeze' as const),
    region: fc.option(place),
    by: fc.constant('ada'),
    reason: fc.constant('release'),
    until: fc.integer({ min: 0, max: 3_600_000 }).map((ms) => t0 + ms),
  }),
  fc.record({ kind: fc.constant('thaw' as const), region: fc.option(place) }),
  fc.record({ kind: fc.constant('forget' as const), regions: fc.constantFrom([home, standby], [standby]) }),
  fc.record({ kind: fc.constant('acknowledge' as const), incident: fc.constantFrom(null, 'orders#1', 'orders#2') }),
);

const step = fc.record({ command, afterMs: fc.integer({ min: 0, max: 900_000 }) });

/** Runs a story and hands every step to the checker. */
function play(
  story: readonly { command: LedgerCommand; afterMs: number }[],
  check: (before: LedgerRecord, command: LedgerCommand, outcome: ReturnType<typeof applyLedger>, now: Instant) => void,
) {
  let record = freshRecord('orders');
  let now = t0;
  for (const { command, afterMs } of story) {
    now += afterMs;
    const outcome = applyLedger(record, command, now);
    check(record, command, outcome, now);
    record = outcome.record;
  }
}

describe('the ledger', () => {
  const stories = fc.array(step, { maxLength: 40 });

  test('never lowers the epoch, and raises it above what is known of anywhere else, and no further', () => {
    fc.assert(
      fc.property(stories, (story) =>
        play(story, (before, command, { kind, record }) => {
          if (command.kind === 'record') return expect(record.epoch).toBe(Math.max(before.epoch, command.epoch ?? 0));
          if (command.kind !== 'acquire' || kind === 'refused') return expect(record.epoch).toBe(before.epoch);
          const elsewhere = Math.max(command.lever?.epoch ?? 0, command.above ?? 0);
          if (before.lease?.holder === command.holder && elsewhere < before.epoch) {
            expect(record.epoch).toBe(before.epoch);
          } else {
            expect(record.epoch).toBe(Math.max(before.epoch, elsewhere) + 1);
          }
        }),
      ),
    );
  });

  test('knows who moved last: nobody but a run of automation that ended well makes it automation', () => {
    fc.assert(
      fc.property(stories, (story) =>
        play(story, (before, command, { record }) => {
          if (record.movedBy !== 'automation' || before.movedBy === 'automation') return;
          expect(command).toMatchObject({ kind: 'conclude', mode: 'automatic', ending: 'recovered' });
        }),
      ),
    );
  });

  test('takes a lever that is ahead for a move by hand, to where it leads', () => {
    fc.assert(
      fc.property(stories, (story) =>
        play(story, (before, command, { kind, record }) => {
          if (command.kind !== 'acquire' || kind === 'refused') return;
          const { lever = null } = command;
          if (lever === null || lever.epoch === null || lever.epoch <= before.epoch) return;
          expect(record).toMatchObject({ movedBy: 'person', activeRegion: Object.keys(lever.weights)[0] });
        }),
      ),
    );
  });

  test('opens a fence for people alone', () => {
    fc.assert(
      fc.property(stories, (story) =>
        play(story, (before, command, { record }) => {
          const opened = before.fences.filter(({ region }) => !record.fences.some((each) => each.region === region));
          if (opened.length === 0) return;
          if (command.kind === 'conclude') expect(command.mode).not.toBe('automatic');
          else expect(['unfence', 'record', 'forget']).toContain(command.kind);
        }),
      ),
    );
  });

  test('never gives a living lease to somebody else, unless its run is over, was a rehearsal, or looks alone', () => {
    fc.assert(
      fc.property(stories, (story) =>
        play(story, (before, command, { record }, now) => {
          const alive = before.lease !== null && before.lease.expiresAt > now;
          if (!alive || command.kind !== 'acquire' || command.ended === before.lease?.holder) return;
          if (before.lease?.mode === 'rehearsal' && command.mode !== 'rehearsal') return;
          // One that may only look gives way to one that may move and to a rehearsal, and to no other look.
          if (before.lease?.purpose === 'look' && record.lease?.purpose !== 'look') return;
          expect(record.lease?.holder).toBe(before.lease?.holder);
        }),
      ),
    );
  });

  test('renews no lease that ran out long ago', () => {
    fc.assert(
      fc.property(stories, (story) =>
        play(story, (before, command, outcome, now) => {
          if (command.kind !== 'renew' || before.lease === null) return;
          if (now > before.lease.expiresAt + command.leaseMs) expect(outcome.kind).toBe('refused');
        }),
      ),
    );
  });

  test('never lets an older epoch, or another holder, renew or conclude', () => {
    fc.assert(
      fc.property(stories, (story) =>
        play(story, (before, command, outcome) => {
          if (command.kind !== 'renew' && command.kind !== 'conclude') return;
          if (command.epoch !== before.epoch || command.holder !== before.lease?.holder) {
            expect(outcome).toMatchObject({ kind: 'refused', record: before });
          }
        }),
      ),
    );
  });

  test('lets automation in to look alone while paused, disarmed or cooling down, and then to write nothing', () => {
    fc.assert(
      fc.property(stories, (story) =>
        play(story, (before, command, outcome, now) => {
          if (command.kind !== 'acquire' || command.mode !== 'automatic' || before.lease?.holder === command.holder)
            return;
          const cooling = before.lastMoveAt !== null && now < before.lastMoveAt + orders.policy.cooldownMs;
          if (!((before.paused !== null && !command.force) || !before.armed || cooling)) return;
          if (outcome.kind === 'refused') return;
          const { epoch, lease } = outcome.record;
          const renew = {
            kind: 'renew',
            holder: command.holder,
            epoch,
            leaseMs: 1,
            force: true,
            toWrite: true,
          } as const;

          expect(lease?.purpose).toBe('look');
          expect(applyLedger(outcome.record, renew, now)).toMatchObject({ kind: 'refused', refusal: 'look-only' });
        }),
      ),
    );
  });

  test('lets a run that may move in at once while another looks or rehearses, under a higher epoch', () => {
    const limited = { kind: 'acquire', holder: 'run-a', mode: 'automatic', force: false } as const;
    const policy = { ...orders.policy, automatic: false };
    const look = applyLedger(freshRecord('orders'), { ...limited, policy }, t0).record;
    const rehearsal = applyLedger(freshRecord('orders'), { ...limited, mode: 'rehearsal', policy }, t0).record;

    for (const before of [look, rehearsal]) {
      const moves = { ...limited, holder: 'run-b', mode: 'manual', policy } as const;
      const taken = applyLedger(before, moves, t0 + 1).record;

      expect(taken).toMatchObject({ epoch: 2, lease: { holder: 'run-b', purpose: 'move' } });
      expect(applyLedger(taken, { ...limited, holder: 'run-c', policy }, t0 + 2)).toMatchObject({ refusal: 'held' });
    }
    expect(applyLedger(look, { ...limited, holder: 'run-b', policy }, t0 + 1)).toMatchObject({ refusal: 'held' });
  });

  test('a move by a person does not keep automation from looking after where it went', () => {
    const acquire = { kind: 'acquire', holder: 'run-a', mode: 'manual', force: false, policy: orders.policy } as const;
    const first = applyLedger(freshRecord('orders'), acquire, t0).record;
    const end = {
      kind: 'conclude',
      holder: 'run-a',
      epoch: first.epoch,
      incident: 'orders#1',
      mode: 'manual',
    } as const;
    const moved = applyLedger(first, { ...end, ending: 'recovered', movedTo: standby }, t0).record;
    const next = applyLedger(moved, { ...acquire, holder: 'run-b', mode: 'automatic' }, t0 + 1);

    expect(next.record.lease?.purpose).toBe('move');
  });

  test('answers a repeated command as it answered the first one (a lost answer is no harm)', () => {
    fc.assert(
      fc.property(stories, command, (story, repeated) => {
        let record = freshRecord('orders');
        play(story, (_, __, outcome) => {
          record = outcome.record;
        });
        const once = applyLedger(record, repeated, t0 + 10 ** 9);
        const twice = applyLedger(once.record, repeated, t0 + 10 ** 9);
        if (
          repeated.kind === 'acquire' ||
          repeated.kind === 'renew' ||
          repeated.kind === 'pause' ||
          repeated.kind === 'resume'
        ) {
          expect(twice).toEqual(once);
        } else {
          expect(twice.record).toEqual(once.record);
        }
      }),
    );
  });

  test.each(['rolled-back', 'rollback-failed'] as const)(
    'disarms automation after a move of its own was %s',
    (ending) => {
      const first = applyLedger(
        freshRecord('orders'),
        { kind: 'acquire', holder: 'run-a', mode: 'automatic', force: false, policy: orders.policy },
        t0,
      ).record;
      const conclude = {
        kind: 'conclude',
        holder: 'run-a',
        epoch: first.epoch,
        incident: 'orders#1',
        movedTo: null,
      } as const;

      expect(applyLedger(first, { ...conclude, mode: 'automatic', ending }, t0).record).toMatchObject({
        armed: false,
        unacknowledged: 'orders#1',
        lastMoveAt: t0,
      });
      expect(applyLedger(first, { ...conclude, mode: 'manual', ending }, t0).record.armed).toBe(true);
    },
  );

  test('a service that a person led from home is a person’s, wherever automation takes it from there', () => {
    const run = { kind: 'acquire', mode: 'automatic', force: false, policy: orders.policy } as const;
    const moved = (record: LedgerRecord, holder: string, from: Region, to: Region) => {
      const { record: held } = applyLedger(record, { ...run, holder }, t0);
      const end = { kind: 'conclude', holder, epoch: held.epoch, incident: 'orders#1', mode: 'automatic' } as const;
      const left = { movedTo: to, movedFrom: { region: from, isHome: from === home } };
      const { record: concluded } = applyLedger(held, { ...end, ending: 'recovered', ...left }, t0);
      return applyLedger(concluded, { kind: 'acknowledge', incident: null }, t0).record;
    };
    const third = branded('eu-west-1');
    const fromHome = moved(freshRecord('orders'), 'run-a', home, standby);

    expect(fromHome.movedBy).toBe('automation');
    // Past Understudy, so the ledger never heard of it.
    expect(moved(freshRecord('orders'), 'run-a', standby, third).movedBy).toBe('person');
  });

  test('disarms automation after a move of its own until a person acknowledges it', () => {
    const first = applyLedger(
      freshRecord('orders'),
      { kind: 'acquire', holder: 'run-a', mode: 'automatic', force: false, policy: orders.policy },
      t0,
    ).record;
    const moved = applyLedger(
      first,
      {
        kind: 'conclude',
        holder: 'run-a',
        epoch: first.epoch,
        incident: 'orders#1',
        mode: 'automatic',
        ending: 'recovered',
        movedTo: standby,
      },
      t0,
    ).record;

    expect(moved).toMatchObject({ armed: false, unacknowledged: 'orders#1', lease: null, activeRegion: standby });
    expect(applyLedger(moved, { kind: 'acknowledge', incident: 'orders#1' }, t0).record).toMatchObject({
      armed: true,
      unacknowledged: null,
    });
  });
});

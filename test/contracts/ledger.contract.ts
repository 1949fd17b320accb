import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epoch, type Instant, region } from '../../core/brand.ts';
import type { Entry, Happening } from '../../core/entry.ts';
import type { LedgerCommand } from '../../core/ledger-command.ts';
import { freshRecord } from '../../core/record.ts';
import type { Clock, Ledger } from '../../handlers/ports.ts';
import { ledgerBehavesAsModel } from './ledger.model.ts';

/** What every ledger promises. `newLedger` gives one whose services were never seen. */
export function ledgerContract(name: string, newLedger: (clock: Clock) => Promise<Ledger>): void {
  describe(`the ledger in ${name}`, () => {
    const at = (now: Instant): Clock => ({ now: () => now });

    test('a service that was never seen has a fresh record', async () => {
      const ledger = await newLedger(at(0));

      expect(await ledger.read('orders')).toEqual(freshRecord('orders'));
    });

    test('reads what a change wrote, and only of that service', async () => {
      const ledger = await newLedger(at(1_000));

      const outcome = await ledger.change('orders', acquire('run-1'));

      expect(outcome).toEqual({
        kind: 'done',
        record: {
          ...freshRecord('orders'),
          epoch: 1,
          lease: {
            holder: 'run-1',
            mode: 'automatic',
            expiresAt: 61_000,
            since: 1_000,
            purpose: 'move',
            attempt: null,
          },
        },
      });
      expect(await ledger.read('orders')).toEqual(outcome.record);
      expect(await ledger.read('payments')).toEqual(freshRecord('payments'));
    });

    test('a refused command leaves the record as it was', async () => {
      const ledger = await newLedger(at(1_000));
      const first = await ledger.change('orders', acquire('run-1'));

      const second = await ledger.change('orders', acquire('run-2'));

      expect(second).toMatchObject({ kind: 'refused', refusal: 'held', record: first.record });
      expect(await ledger.read('orders')).toEqual(first.record);
    });

    test('the same execution that asks again gets the same epoch', async () => {
      const ledger = await newLedger(at(1_000));
      const first = await ledger.change('orders', acquire('run-1'));

      expect(await ledger.change('orders', acquire('run-1'))).toEqual(first);
    });

    test('keeps every member through a whole run', async () => {
      const ledger = await newLedger(at(5_000));

      await ledger.change('orders', acquire('run-1'));
      const concluded = await ledger.change('orders', conclude('run-1', 1));

      expect(concluded.record).toEqual({
        ...freshRecord('orders'),
        epoch: 1,
        armed: false,
        activeRegion: 'us-west-2',
        movedBy: 'automation',
        lastMoveAt: 5_000,
        unacknowledged: 'orders#1',
      });
      expect(await ledger.read('orders')).toEqual(concluded.record);
    });

    test('a record that was read a moment ago need not be read again, and is refused when somebody wrote since', async () => {
      const ledger = await newLedger(at(1_000));
      const fresh = await ledger.read('orders');

      const first = await ledger.change('orders', acquire('run-1'), fresh);
      const second = await ledger.change('orders', acquire('run-2'), fresh);
      const known = await ledger.read('orders');
      await ledger.change('orders', { kind: 'pause', by: 'ada', reason: 'freeze' }, known);

      expect(first).toMatchObject({ kind: 'done', record: { epoch: 1 } });
      expect(second).toMatchObject({ kind: 'refused', refusal: 'held' });
      expect(await ledger.read('orders')).toMatchObject({ epoch: 1, paused: { by: 'ada' } });
    });

    test('keeps what people did beside automation', async () => {
      const ledger = await newLedger(at(7));
      const [east, west] = [region('us-east-1'), region('us-west-2')];

      await ledger.change('orders', { kind: 'record', movedTo: west, epoch: epoch(4) });
      await ledger.change('orders', { kind: 'fence', region: east, by: 'ada', reason: 'an event of AWS' });
      expect(await ledger.read('orders')).toMatchObject({
        epoch: 4,
        activeRegion: west,
        movedBy: 'person',
        fences: [{ region: east, by: 'ada', reason: 'an event of AWS', at: 7 }],
      });

      await ledger.change('orders', { kind: 'unfence', region: east });
      expect(await ledger.read('orders')).toMatchObject({ fences: [] });
    });

    test('keeps the trouble that people heard of, what waits for an answer, and what a lease is for', async () => {
      const ledger = await newLedger(at(7));
      const rules = { remindAfterMs: 900_000, wellAfterMs: 600_000 };
      const sight = { kind: 'bad', what: 'vetoed', region: region('us-east-1'), level: 2 } as const;

      await ledger.change('orders', { kind: 'sighted', incident: 'orders#1', sight, rules, at: 7, isTold: true });
      expect((await ledger.read('orders')).trouble).toMatchObject({ id: 'orders#1', what: 'vetoed', heard: [7] });

      const ofAlarms = {
        kind: 'sighted',
        of: 'alarms',
        incident: 'orders/alarms/8',
        rules,
        at: 8,
        isTold: true,
      } as const;
      expect(await ledger.change('orders', { ...ofAlarms, sight: { ...sight, what: 'alarms' } })).toMatchObject({
        kind: 'done',
        news: { id: 'orders/alarms/8', state: 'opened' },
      });
      expect(await ledger.change('orders', { ...ofAlarms, sight, at: 9 })).toMatchObject({ kind: 'done', news: null });
      expect(await ledger.read('orders')).toMatchObject({
        trouble: { id: 'orders#1', what: 'vetoed' },
        alarmTrouble: { id: 'orders/alarms/8', what: 'alarms', heard: [8] },
      });

      const { record } = await ledger.change('orders', {
        kind: 'acquire',
        holder: 'run-1',
        mode: 'automatic',
        force: false,
        policy: { automatic: false, cooldownMs: 1, leaseMs: 60_000 },
      });
      expect((await ledger.read('orders')).lease).toMatchObject({ purpose: 'look' });

      const question = {
        incident: 'orders#1',
        from: region('us-east-1'),
        to: region('us-west-2'),
        askedAt: 7,
        deadline: 9,
        onDeadline: 'abort',
      } as const;
      await ledger.change('orders', { kind: 'ask', holder: 'run-1', epoch: record.epoch, leaseMs: 60_000, question });
      expect((await ledger.read('orders')).question).toEqual(question);
    });

    test('keeps who approved, each with a time of their own, also where two do in the same moment', async () => {
      const ledger = await newLedger(at(7));
      const { record } = await ledger.change('orders', {
        kind: 'acquire',
        holder: 'run-1',
        mode: 'automatic',
        force: false,
        policy: { automatic: true, cooldownMs: 1, leaseMs: 60_000 },
      });
      const way = { from: region('us-east-1'), to: region('us-west-2') };
      const question = {
        incident: 'orders#1',
        ...way,
        askedAt: 7,
        deadline: 9_000,
        onDeadline: 'abort',
        people: 2,
      } as const;
      await ledger.change('orders', { kind: 'ask', holder: 'run-1', epoch: record.epoch, leaseMs: 60_000, question });
      const yes = (by: string) => ledger.change('orders', { kind: 'approve', incident: 'orders#1', ...way, by });

      await Promise.all([yes('ada'), yes('grace'), yes('ada')]);

      const { consents, question: kept } = await ledger.read('orders');
      expect(kept).toEqual(question);
      expect(consents).toMatchObject({ incident: 'orders#1', ...way });
      expect(consents?.given.toSorted((one, other) => one.by.localeCompare(other.by))).toEqual([
        { by: 'ada', at: 7 },
        { by: 'grace', at: 7 },
      ]);
    });

    test('keeps who paused and the last reason that was given, and forgets both on resume', async () => {
      const ledger = await newLedger(at(7));

      await ledger.change('orders', { kind: 'pause', by: 'ana', reason: 'game day' });
      expect((await ledger.read('orders')).paused).toMatchObject({ by: 'ana', reason: 'game day', at: 7 });

      await ledger.change('orders', { kind: 'pause', by: 'bob', reason: null });
      expect((await ledger.read('orders')).paused).toMatchObject({ by: 'ana', reason: 'game day', at: 7 });
      await ledger.change('orders', { kind: 'pause', by: 'bob', reason: 'until 16:00' });
      expect((await ledger.read('orders')).paused).toMatchObject({ by: 'bob', reason: 'until 16:00', at: 7 });

      await ledger.change('orders', { kind: 'resume' });
      expect((await ledger.read('orders')).paused).toBeNull();
    });

    test('of many executions that acquire at once, one holds the lease', async () => {
      const ledger = await newLedger(at(1_000));
      const runs = ['run-1', 'run-2', 'run-3', 'run-4', 'run-5'];

      const outcomes = await Promise.all(runs.map((run) => ledger.change('orders', acquire(run))));

      expect(outcomes.filter(({ kind }) => kind === 'done')).toHaveLength(1);
      expect(await ledger.read('orders')).toMatchObject({ epoch: 1 });
    });

    test('changes that race end as if they had come one after another', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(racingCommand, { minLength: 2, maxLength: 5 }), async (commands) => {
          const ledger = await newLedger(at(1_000));

          const outcomes = await Promise.all(commands.map((command) => ledger.change('orders', command)));

          const granted = outcomes.filter(({ kind }, index) => kind === 'done' && commands[index]?.kind === 'acquire');
          const epochs = granted.map(({ record }) => record.epoch).sort();
          expect(epochs).toEqual(epochs.map((_, index) => index + 1));
          const record = await ledger.read('orders');
          expect(record.epoch).toBe(epochs.length);
          const holder = granted.find((outcome) => outcome.record.epoch === record.epoch)?.record.lease?.holder ?? null;
          expect(record.lease?.holder ?? null).toBe(holder);
        }),
        { numRuns: 20 },
      );
    });

    test('behaves as a toy does, whatever runs and people do', () => ledgerBehavesAsModel(newLedger));

    test('appends the same id once, at whatever time it is tried again', async () => {
      const ledger = await newLedger(at(0));
      const entry = entryOf('orders', 'orders#1', 'orders#1/admitted', 1_000);

      expect(await ledger.append(entry)).toBe('appended');
      expect(await ledger.append({ ...entry, at: 2_000, text: 'again' })).toBe('there');

      expect(await ledger.entries('orders')).toEqual([entry]);
    });

    test('lists entries of one service, oldest first', async () => {
      const ledger = await newLedger(at(0));
      const refused = entryOf('orders', null, 'refused/run-9', 2_000);
      const later = entryOf('orders', 'orders#1', 'orders#1/a', 3_000);
      const earlier = entryOf('orders', 'orders#1', 'orders#1/b', 1_000);
      for (const entry of [refused, later, earlier, entryOf('payments', null, 'x', 500)]) await ledger.append(entry);

      expect(await ledger.entries('orders')).toEqual([earlier, refused, later]);
    });

    test('lists the entries of one incident, not of one whose number starts alike', async () => {
      const ledger = await newLedger(at(0));
      const first = entryOf('orders', 'orders#1', 'orders#1/a', 1_000);
      const eleventh = entryOf('orders', 'orders#11', 'orders#11/a', 2_000);
      const ofNone = entryOf('orders', null, 'y', 3_000);
      for (const entry of [first, eleventh, ofNone]) await ledger.append(entry);

      expect(await ledger.entries('orders', 'orders#1')).toEqual([first]);
      expect(await ledger.entries('orders', 'orders#11')).toEqual([eleventh]);
      expect(await ledger.entries('orders', 'orders#2')).toEqual([]);
      expect(await ledger.entries('orders', null)).toEqual([ofNone]);
    });

    test('finds one entry by its id', async () => {
      const ledger = await newLedger(at(0));
      const ours = entryOf('orders', 'orders#1', 'orders#1/a', 1_000);
      const refused = entryOf('orders', null, 'refused/run-9', 2_000);
      for (const entry of [ours, refused]) await ledger.append(entry);

      expect(await ledger.find('orders', 'orders#1', 'orders#1/a')).toEqual(ours);
      expect(await ledger.find('orders', null, 'refused/run-9')).toEqual(refused);
      expect(await ledger.find('orders', 'orders#1', 'orders#1/b')).toBeNull();
      expect(await ledger.find('payments', 'orders#1', 'orders#1/a')).toBeNull();
    });

    test('gives back every kind of entry as it was', async () => {
      const ledger = await newLedger(at(0));
      const written = happenings.map((what, index) => ({
        ...entryOf('orders', 'orders#1', `orders#1/${index}`, 1_000 + index),
        what,
      }));
      for (const entry of written) await ledger.append(entry);

      expect(await ledger.entries('orders', 'orders#1')).toEqual(written);
    });

    test('a record and its entries do not disturb each other', async () => {
      const ledger = await newLedger(at(0));
      const { record } = await ledger.change('orders', acquire('run-1'));
      await ledger.append(entryOf('orders', 'orders#1', 'orders#1/admitted', 1_000));

      expect(await ledger.read('orders')).toEqual(record);
      expect(await ledger.entries('orders')).toHaveLength(1);
    });

    test('keeps the newest token of an incident that waits for a person', async () => {
      const ledger = await newLedger(at(0));
      const first = { service: 'orders', incident: 'orders#1', taskToken: 'token-1', deadline: 10_000 };
      const second = { ...first, taskToken: 'token-2', deadline: 20_000 };

      await ledger.keepApproval(first);
      await ledger.keepApproval(second);

      expect(await ledger.pendingApproval('orders', 'orders#1')).toEqual(second);
      expect(await ledger.pendingApproval('orders', 'orders#2')).toBeNull();
      expect(await ledger.pendingApproval('payments', 'orders#1')).toBeNull();
    });

    test('no token is in the entries', async () => {
      const ledger = await newLedger(at(0));
      await ledger.keepApproval({ service: 'orders', incident: 'orders#1', taskToken: 'secret', deadline: 1 });

      expect(await ledger.entries('orders')).toEqual([]);
    });
  });
}

export function acquire(holder: string, leaseMs = 60_000): LedgerCommand {
  return {
    kind: 'acquire',
    holder,
    mode: 'automatic',
    force: false,
    policy: { automatic: true, cooldownMs: 60_000, leaseMs },
  };
}

export function conclude(holder: string, at: number): LedgerCommand {
  return {
    kind: 'conclude',
    holder,
    epoch: epoch(at),
    incident: `orders#${at}`,
    mode: 'automatic',
    ending: 'recovered',
    movedTo: region('us-west-2'),
  };
}

let runs = 0;
/** Leases of no length: every run that asks gets one, so every grant must be a new epoch. */
const racingCommand: fc.Arbitrary<LedgerCommand> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0).map(() => acquire(`run-${++runs}`, 0)) },
  { weight: 1, arbitrary: fc.constant<LedgerCommand>({ kind: 'resume' }) },
  { weight: 1, arbitrary: fc.constant<LedgerCommand>({ kind: 'acknowledge', incident: null }) },
);

function entryOf(service: string, incident: string | null, id: string, at: Instant): Entry {
  return { id, service, incident, at, text: `text of ${id}`, what: { kind: 'refused', request: null, reason: 'held' } };
}

const east = region('us-east-1');
const west = region('us-west-2');

const happenings: readonly Happening[] = [
  {
    kind: 'admitted',
    incident: {
      id: 'orders#1',
      epoch: epoch(1),
      holder: 'run-1',
      admittedAt: 1_000,
      service: 'orders',
      mode: 'manual',
      to: west,
      reason: 'game day',
      requestedBy: 'ana',
      force: false,
      causedAt: 900,
    },
  },
  {
    kind: 'refused',
    request: {
      service: 'orders',
      mode: 'automatic',
      reason: 'alarm',
      requestedBy: 'rule',
      force: false,
      causedAt: 900,
    },
    reason: 'paused',
  },
  {
    kind: 'decided',
    verdict: {
      kind: 'move',
      diagnosis: 'region-down',
      plan: {
        from: east,
        to: west,
        prior: { epoch: null, weights: { 'us-east-1': 1_000, 'us-west-2': 0 } },
        steps: [{ percent: 100, weights: { 'us-east-1': 0, 'us-west-2': 1_000 }, bakeMs: 0 }],
        prepare: [],
      },
      because: 'us-east-1 is bad from us-east-2, ca-central-1',
      approval: null,
    },
    evidence: {
      gatheredAt: 1_500,
      observations: [
        {
          observer: west,
          target: { kind: 'regional', region: east },
          at: 1_400,
          latencyMs: 12.5,
          outcome: { kind: 'bad', because: 'refused', detail: 'connection refused (ECONNREFUSED)' },
        },
        {
          observer: west,
          target: { kind: 'front-door' },
          at: 1_401,
          latencyMs: 8,
          outcome: { kind: 'good', servedBy: null },
        },
      ],
      silent: [{ observer: region('us-east-2'), because: 'timed out' }],
      alarms: [{ observer: west, region: east, state: 'ALARM', since: 1_100 }],
      earlier: [],
      routing: { kind: 'read', routing: { epoch: epoch(0), weights: { 'us-east-1': 1_000, 'us-west-2': 0 } } },
      readiness: [{ region: west, check: 'capacity', ready: true, detail: '' }],
      ledger: freshRecord('orders'),
    },
  },
  {
    kind: 'announced',
    deliveries: [
      { channel: 'sns', delivered: true, attempts: 1, because: null },
      { channel: 'slack', delivered: false, attempts: 3, because: 'status 500' },
    ],
  },
  { kind: 'approval', decision: 'deadline', by: null },
  { kind: 'hook-asked', hook: 'scale-up', when: 'prepare' },
  { kind: 'prepared', answers: [{ hook: 'scale-up', answer: 'ok', did: 'ok' }], from: east, to: west },
  {
    kind: 'settled',
    when: 'undo',
    from: east,
    to: west,
    answers: [{ hook: 'scale-up', answer: 'failed', did: 'failed' }],
  },
  { kind: 'shifted', percent: 100, weights: { 'us-east-1': 0, 'us-west-2': 1_000 }, outcome: 'accepted', wrote: true },
  { kind: 'verified', state: 'verified', detail: '2 of 2' },
  { kind: 'rolled-back', restored: true, routing: { epoch: epoch(1), weights: { 'us-east-1': 1_000 } }, detail: '' },
  { kind: 'concluded', ending: 'recovered', deliveries: [], durationMs: 12_000, error: null },
  { kind: 'operator', command: 'pause', by: 'ana', reason: 'game day' },
];

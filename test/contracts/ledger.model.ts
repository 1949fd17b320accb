import fc from 'fast-check';
import { expect } from 'vitest';
import { epoch } from '../../core/brand.ts';
import type { Mode } from '../../core/incident.ts';
import type { Clock, Ledger } from '../../handlers/ports.ts';

/** What a ledger is, as a toy: who holds the lease until when, and what automation may do. */
interface Model {
  now: number;
  epoch: number;
  holder: string | null;
  leaseUntil: number;
  /** What the holder may do. */
  purpose: 'move' | 'look' | 'rehearsal';
  paused: boolean;
  armed: boolean;
  /** Automation keeps still until then. */
  coolUntil: number;
  /** Ids of entries, in the order of their times. */
  readonly entries: string[];
}

interface Real {
  readonly ledger: Ledger;
  /** Moves the ledger's clock. */
  readonly pass: (ms: number) => void;
}

type Call = fc.AsyncCommand<Model, Real>;

const leaseMs = 60_000;
const cooldownMs = 120_000;

/** A command that prints like a call. */
function call(name: string, run: (model: Model, real: Real) => Promise<void>): Call {
  return { check: () => true, run, toString: () => name };
}

interface Circumstances {
  readonly force: boolean;
  /** How far the lever is ahead of the ledger: a hand moved it. */
  readonly ahead: number;
  /** Whether the one who holds the lease was found to run no more. */
  readonly ended: boolean;
  /** Whether the record was read before, and handed in. */
  readonly known: boolean;
}

const acquire = (holder: string, mode: Mode, { force, ahead, ended, known }: Circumstances): Call =>
  call(`acquire(${holder}, ${mode}, ${JSON.stringify({ force, ahead, ended, known })})`, async (model, { ledger }) => {
    const policy = { automatic: true, cooldownMs, leaseMs };
    const lever = ahead === 0 ? null : { epoch: epoch(model.epoch + ahead), weights: { 'us-west-2': 1000 } };
    const outcome = await ledger.change(
      'orders',
      { kind: 'acquire', holder, mode, force, policy, lever, ended: ended ? model.holder : null },
      known ? await ledger.read('orders') : undefined,
    );

    const mayNot =
      mode === 'rehearsal'
        ? null
        : model.paused && !force
          ? 'paused'
          : mode !== 'automatic'
            ? null
            : !model.armed
              ? 'disarmed'
              : model.now < model.coolUntil
                ? 'cooldown'
                : null;
    const purpose = mode === 'rehearsal' ? 'rehearsal' : mayNot === null ? 'move' : 'look';
    const isInTheWay = !ended && (model.purpose === 'move' || model.purpose === purpose);
    const isHeld = model.holder !== null && model.leaseUntil > model.now && isInTheWay;
    if (model.holder === holder) {
      expect(outcome.kind).toBe('done');
      if (ahead > 0) model.epoch += ahead + 1;
    } else if (mayNot !== null && mode === 'manual') {
      expect(outcome).toMatchObject({ kind: 'refused', refusal: mayNot });
      return;
    } else if (isHeld) {
      expect(outcome).toMatchObject({ kind: 'refused', refusal: 'held' });
      return;
    } else {
      model.epoch += ahead + 1;
      model.holder = holder;
      model.purpose = purpose;
    }
    model.leaseUntil = model.now + leaseMs;
    expect(outcome.record.epoch).toBe(model.epoch);
  });

const renew = (holder: string, behind: number): Call =>
  call(`renew(${holder}, ${behind === 0 ? 'its epoch' : 'an older epoch'})`, async (model, { ledger }) => {
    const at = epoch(Math.max(0, model.epoch - behind));
    const outcome = await ledger.change('orders', { kind: 'renew', holder, epoch: at, leaseMs, force: false });

    if (at !== model.epoch) expect(outcome).toMatchObject({ kind: 'refused', refusal: 'fenced' });
    else if (model.holder !== holder) expect(outcome).toMatchObject({ kind: 'refused', refusal: 'lease-lost' });
    else if (model.now > model.leaseUntil + leaseMs) expect(outcome).toMatchObject({ refusal: 'expired' });
    else if (model.paused) expect(outcome).toMatchObject({ kind: 'refused', refusal: 'paused' });
    else model.leaseUntil = model.now + leaseMs;
  });

const conclude = (holder: string, mode: Mode): Call =>
  call(`conclude(${holder}, ${mode}, recovered)`, async (model, { ledger }) => {
    const { epoch: at } = model;
    const outcome = await ledger.change('orders', {
      kind: 'conclude',
      holder,
      epoch: epoch(at),
      incident: `orders#${at}`,
      mode,
      ending: 'recovered',
      movedTo: 'us-west-2' as never,
    });

    expect(outcome.kind).toBe(model.holder === holder ? 'done' : 'refused');
    if (model.holder !== holder) return;
    model.holder = null;
    if (mode !== 'automatic') return;
    model.coolUntil = model.now + cooldownMs;
    model.armed = false;
  });

const pause = call('pause()', async (model, { ledger }) => {
  await ledger.change('orders', { kind: 'pause', by: 'ada', reason: 'freeze' });
  model.paused = true;
});

const resume = call('resume()', async (model, { ledger }) => {
  await ledger.change('orders', { kind: 'resume' });
  model.paused = false;
});

const acknowledge = call('acknowledge()', async (model, { ledger }) => {
  const outcome = await ledger.change('orders', { kind: 'acknowledge', incident: null });
  expect(outcome.kind).toBe(model.armed ? 'refused' : 'done');
  model.armed = true;
});

const append = (id: string): Call =>
  call(`append(${id})`, async (model, { ledger, pass }) => {
    // Entries of one moment have no order.
    pass(1);
    model.now += 1;
    const what = { kind: 'refused', request: null, reason: 'held' } as const;
    await ledger.append({ id, service: 'orders', incident: null, at: model.now, text: id, what });
    if (!model.entries.includes(id)) model.entries.push(id);
    expect((await ledger.entries('orders')).map((entry) => entry.id)).toEqual(model.entries);
  });

const pass = (ms: number): Call =>
  call(`pass(${ms} ms)`, async (model, real) => {
    real.pass(ms);
    model.now += ms;
  });

const read = call('read()', async (model, { ledger }) => {
  const record = await ledger.read('orders');
  expect(record).toMatchObject({ epoch: model.epoch, armed: model.armed });
  expect(record.lease?.holder ?? null).toBe(model.holder);
  expect(record.paused !== null).toBe(model.paused);
});

const holder = fc.constantFrom('run-a', 'run-b');
const mode = fc.constantFrom<Mode>('automatic', 'manual', 'rehearsal');

const calls = fc.commands(
  [
    fc
      .tuple(
        holder,
        mode,
        fc.record({
          force: fc.boolean(),
          ahead: fc.constantFrom(0, 0, 1, 7),
          ended: fc.constantFrom(false, false, true),
          known: fc.boolean(),
        }),
      )
      .map(([who, how, circumstances]) => acquire(who, how, circumstances)),
    fc.tuple(holder, fc.constantFrom(0, 1)).map(([who, behind]) => renew(who, behind)),
    fc.tuple(holder, mode).map(([who, how]) => conclude(who, how)),
    fc.constantFrom(pause, resume, acknowledge, read),
    fc.constantFrom('a', 'b', 'c').map(append),
    // Past a lease, and past a cooldown.
    fc.constantFrom(leaseMs, cooldownMs).map(pass),
  ],
  { maxCommands: 15 },
);

/** One call after another, whoever makes it; what the ledger says is always what the toy says. */
export async function ledgerBehavesAsModel(newLedger: (clock: Clock) => Promise<Ledger>, numRuns = 20): Promise<void> {
  await fc.assert(
    fc.asyncProperty(calls, (story) =>
      fc.asyncModelRun(async () => {
        let now = 1_000_000;
        const ledger = await newLedger({ now: () => now });
        const real: Real = {
          ledger,
          pass(ms) {
            now += ms;
          },
        };
        const model: Model = {
          now,
          epoch: 0,
          holder: null,
          leaseUntil: 0,
          purpose: 'move',
          paused: false,
          armed: true,
          coolUntil: 0,
          entries: [],
        };
        return { model, real };
      }, story),
    ),
    { numRuns },
  );
}

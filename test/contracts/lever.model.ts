import fc from 'fast-check';
import { expect } from 'vitest';
import { epoch } from '../../core/brand.ts';
import { sameWeights, type Weights } from '../../core/routing.ts';
import type { Lever } from '../../handlers/ports.ts';
import type { LeverStage } from './lever.contract.ts';

/** What a lever is, as a toy: who serves, and the newest epoch that was written where it keeps one. */
interface Model {
  weights: Weights;
  epoch: number;
  readonly keepsEpoch: boolean;
}

interface Real {
  /** Two processes that hold the same lever. */
  readonly levers: readonly Lever[];
  /** Lets the time go by that the lever needs between two writes. */
  readonly pass: () => Promise<unknown>;
}

type LeverCommand = fc.AsyncCommand<Model, Real>;

const home: Weights = { 'us-east-1': 1_000, 'us-west-2': 0 };
const standby: Weights = { 'us-east-1': 0, 'us-west-2': 1_000 };

const sides = { home, standby } as const;
type Side = keyof typeof sides;

/** Somebody writes, having decided on what stood then: `expected`. */
class Write implements LeverCommand {
  readonly who: number;
  readonly epoch: number;
  readonly to: Side;
  readonly expected: Side;

  constructor(who: number, epoch: number, to: Side, expected: Side) {
    this.who = who;
    this.epoch = epoch;
    this.to = to;
    this.expected = expected;
  }

  check = () => true;

  async run(model: Model, real: Real): Promise<void> {
    const weights = sides[this.to];
    const expected = sides[this.expected];
    await real.pass();
    const outcome = await real.levers[this.who]?.write({ epoch: epoch(this.epoch), weights, expected });

    expect(outcome?.kind).toBe(this.#meant(model));
    if (outcome?.kind === 'accepted') {
      model.weights = weights;
      model.epoch = Math.max(model.epoch, this.epoch);
    }
  }

  /** The rule, in the order in which it is asked. */
  #meant(model: Model): string {
    const { keepsEpoch } = model;
    if (keepsEpoch && this.epoch < model.epoch) return 'fenced';
    const stands = sameWeights(model.weights, sides[this.to]);
    if (stands && (!keepsEpoch || this.epoch === model.epoch)) return 'unchanged';
    return stands || sameWeights(model.weights, sides[this.expected]) ? 'accepted' : 'moved-meanwhile';
  }

  toString = () => `write(#${this.who}, epoch ${this.epoch}, ${this.to}, expecting ${this.expected})`;
}

class Read implements LeverCommand {
  readonly who: number;

  constructor(who: number) {
    this.who = who;
  }

  check = () => true;

  async run(model: Model, real: Real): Promise<void> {
    const reading = await real.levers[this.who]?.read();

    expect(reading).toMatchObject({ kind: 'read', routing: { weights: model.weights } });
    if (model.keepsEpoch && reading?.kind === 'read') {
      expect(reading.routing.epoch ?? 0).toBe(model.epoch);
    }
  }

  toString = () => `read(#${this.who})`;
}

const side = fc.constantFrom<Side>('home', 'standby');
const who = fc.integer({ min: 0, max: 1 });

const commands = fc.commands(
  [
    fc
      .tuple(who, fc.integer({ min: 1, max: 5 }), side, side)
      .map(([process, at, to, expected]) => new Write(process, at, to, expected)),
    who.map((process) => new Read(process)),
  ],
  { maxCommands: 8 },
);

/**
 * Two processes write and read one lever as they like, one call after another; what it says is always what the toy says. A
 * counter-example reads as the calls that led to it.
 */
export async function leverBehavesAsModel(
  keepsEpoch: boolean,
  newStage: () => Promise<LeverStage>,
  numRuns = 15,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(commands, (calls) =>
      fc.asyncModelRun(async () => {
        const { lever, rival, pass = async () => {} } = await newStage();
        const model: Model = { weights: home, epoch: 0, keepsEpoch };
        return { model, real: { levers: [lever, rival], pass } };
      }, calls),
    ),
    { numRuns },
  );
}

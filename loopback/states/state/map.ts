import type { Template } from '../expression.ts';
import { unexpectedType } from '../expression.ts';
import type { StateFailure } from '../failure.ts';
import type { Json, Payload } from '../json.ts';
import { payload, payloadList } from '../json.ts';
import type { Machine, State } from '../machine.ts';
import { runThread } from '../machine.ts';
import type { Protection } from '../protect.ts';
import { protect } from '../protect.ts';
import { Scope } from '../scope.ts';
import { Thread } from '../thread.ts';
import type { Leaving } from '../visit.ts';
import { Visit } from '../visit.ts';
import type { NumberField } from './number.ts';
import { numberOf } from './number.ts';

export interface MapFields {
  readonly items: { readonly raw: Json; readonly template: Template } | undefined;
  readonly itemSelector: Template | undefined;
  readonly processor: Machine;
  readonly maxConcurrency: NumberField | undefined;
  /** Checked, and without effect: only the distributed mode, which this is not, tolerates failures. */
  readonly tolerated: readonly NumberField[];
  readonly protection: Protection;
}

/** What the inline mode runs at a time at most. https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html */
const mostAtOnce = 40;

export const map = (name: string, fields: MapFields, leaving: Leaving): State => ({
  name,
  run(thread, input) {
    const visit = new Visit(thread, 'Map', name, input);
    const giveUp = (): void => {
      visit.record('MapStateFailed');
      thread.open = null;
    };
    const attempt = async () => {
      const inputs = await selectItems(visit, fields);
      const limit = (await numberOf(visit, fields.maxConcurrency)) || mostAtOnce;
      for (const field of fields.tolerated) await numberOf(visit, field);
      const started = visit.record('MapStateStarted', () => ({
        mapStateStartedEventDetails: { length: inputs.length },
      }));
      const outputs = await new Iterations(thread, name, fields.processor, inputs).run(
        started,
        Math.min(limit, mostAtOnce),
      );
      thread.recordAside('MapStateSucceeded');
      return visit.leave(leaving, outputs, { result: outputs.value });
    };
    return protect(visit, fields.protection, attempt, giveUp);
  },
});

export interface IterationInput {
  readonly item: Json;
  readonly input: Payload;
}

/** What each iteration begins with. */
export async function selectItems(
  visit: Visit,
  { items, itemSelector }: MapFields,
): Promise<readonly IterationInput[]> {
  const inputs: IterationInput[] = [];
  for (const [Index, Value] of (await itemsOf(visit, items)).entries()) {
    const selected = itemSelector && (await visit.evaluate(itemSelector, { mapItem: { Index, Value } }));
    inputs.push({ item: Value, input: payload(selected === undefined ? Value : selected) });
  }
  return inputs;
}

async function itemsOf(visit: Visit, items: MapFields['items']): Promise<readonly Json[]> {
  if (items === undefined) {
    if (Array.isArray(visit.input.value)) return visit.input.value;
    throw visit.evaluationFailed(`Map state input must be an array but was: ${visit.input.text}`);
  }
  const value = await visit.evaluate(items.template);
  if (Array.isArray(value)) return value;
  throw visit.evaluationFailed(unexpectedType(items.raw, 'Items', 'array', value).message, 'Items');
}

interface Iteration {
  readonly index: number;
  readonly thread: Thread;
  readonly input: Payload;
}

/** The iterations of one attempt. */
class Iterations {
  readonly #parent: Thread;
  readonly #name: string;
  readonly #processor: Machine;
  readonly #inputs: readonly IterationInput[];
  readonly #scope: Scope;
  /** Those that began and did not end, by index. */
  readonly #running = new Map<number, Thread>();
  #next = 0;

  constructor(parent: Thread, name: string, processor: Machine, inputs: readonly IterationInput[]) {
    this.#parent = parent;
    this.#name = name;
    this.#processor = processor;
    this.#inputs = inputs;
    this.#scope = new Scope(parent.scope);
  }

  async run(started: number, atOnce: number): Promise<Payload> {
    const parent = this.#parent;
    if (parent.open) parent.open.recordChildrenAborted = (because) => this.#recordAborted(because);
    const first = Array.from({ length: Math.min(atOnce, this.#inputs.length) }, () => this.#begin(started));
    const outputs: Payload[] = [];
    await parent.run.turn.yieldTo(() => Promise.all(first.map((begun) => this.#lane(begun, outputs))));
    return payloadList(outputs);
  }

  /** Iterations one after another; each begins behind the last event inside the one before. */
  async #lane(first: Iteration, outputs: Payload[]): Promise<void> {
    for (let next: Iteration | undefined = first; next !== undefined; ) {
      const { index, thread, input }: Iteration = next;
      outputs[index] = await runThread(this.#processor, thread, input, {
        ended: () => {
          this.#running.delete(index);
          this.#parent.previous = thread.recordAside('MapIterationSucceeded', () => ({
            mapIterationSucceededEventDetails: { name: this.#name, index },
          }));
          next = this.#next < this.#inputs.length ? this.#begin(thread.previous) : undefined;
        },
        failed: (failure) => this.#fail(failure, index, thread),
      });
    }
  }

  #begin(previous: number): Iteration {
    const index = this.#next++;
    const { item, input } = this.#inputs[index] as IterationInput;
    const mapItem = { Index: index, Value: item };
    const thread = new Thread(this.#parent.run, this.#scope, previous, this.#parent, mapItem);
    thread.record('MapIterationStarted', () => ({ mapIterationStartedEventDetails: { name: this.#name, index } }));
    this.#running.set(index, thread);
    return { index, thread, input };
  }

  /** The first failure stops the others; those that did not begin never will. */
  #fail(failure: StateFailure, index: number, thread: Thread): void {
    if (this.#scope.stopped) return;
    const because = thread.previous;
    this.#parent.previous = because;
    if (!failure.terminal) {
      thread.recordAside('MapIterationFailed', () => ({ mapIterationFailedEventDetails: { name: this.#name, index } }));
      thread.recordAborted(because);
    }
    this.#running.delete(index);
    this.#scope.stop();
    if (!failure.terminal) this.#recordAborted(because);
  }

  #recordAborted(because: number): void {
    const { history } = this.#parent.run;
    for (const [index, thread] of this.#running) {
      history.add('MapIterationAborted', because, () => ({
        mapIterationAbortedEventDetails: { name: this.#name, index },
      }));
      thread.recordAborted(because);
    }
    this.#running.clear();
  }
}

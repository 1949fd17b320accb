import { isDeepStrictEqual } from 'node:util';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Instant, Region } from '../../core/brand.ts';
import type { Entry } from '../../core/entry.ts';
import { freshRecord, type LedgerRecord } from '../../core/record.ts';
import type { ActiveFaults } from '../faults/active.ts';
import type { Caller, Way } from './caller.ts';
import type { Happening } from './happening.ts';
import type { Network } from './network.ts';

type Item = Readonly<Record<string, unknown>>;

/** The ledger's table, with the conditions that its adapter writes; strongly consistent over a majority of three replicas. */
export class SimulatedTable {
  readonly #items = new Map<string, Item>();
  /** Everything that was ever put, in order: what backups are made of. */
  readonly #puts: { readonly at: Instant; readonly key: string; readonly item: Item | null }[] = [];
  readonly #now: () => Instant;
  readonly #replicas: readonly Region[];
  readonly #network: Network;
  readonly #faults: ActiveFaults;
  readonly #tell: (happening: Happening) => void;

  /** Callers speak to the first of the `replicas`. */
  constructor(
    replicas: readonly Region[],
    network: Network,
    faults: ActiveFaults,
    tell: (happening: Happening) => void,
    now: () => Instant,
  ) {
    this.#now = now;
    this.#replicas = replicas;
    this.#network = network;
    this.#faults = faults;
    this.#tell = tell;
  }

  /** The SDK's document client, as one invocation reaches it; null for the world itself. Only `send` is there. */
  clientFor(caller: Caller): DynamoDBDocumentClient {
    const send = (command: unknown): Promise<unknown> => {
      if (command instanceof GetCommand) {
        const { Key = {} } = command.input;
        return this.#call(caller, 'GetItem', () => ({ Item: this.#items.get(keyOf(Key)) }));
      }
      if (command instanceof PutCommand) {
        const { Item: item = {}, ...condition } = command.input;
        return this.#call(caller, 'PutItem', () => {
          this.#put(item, condition, caller);
          return this.#faults.bite('ledger-answers-lost') === undefined ? {} : caller.unanswered(way('PutItem'));
        });
      }
      if (command instanceof QueryCommand) {
        const { ExpressionAttributeValues: values = {} } = command.input;
        return this.#call(caller, 'Query', () => ({
          Items: this.query(values[':service'], String(values[':prefix'])),
        }));
      }
      throw new Error('the ledger was asked for something that its adapter never asks');
    };
    return { send } as unknown as DynamoDBDocumentClient;
  }

  query(service: string, prefix: string): Item[] {
    return [...this.#items.values()].filter(
      (item) => item['service'] === service && String(item['sk']).startsWith(prefix),
    );
  }

  record(service: string): LedgerRecord | null {
    return (this.#items.get(keyOf({ service, sk: 'record' })) as LedgerRecord | undefined) ?? null;
  }

  /** Somebody deletes the service's record, to start over. Its entries stay. */
  forget(service: string): boolean {
    const before = this.record(service);
    if (before === null) return false;
    this.#set(keyOf({ service, sk: 'record' }), null);
    this.#tell({ kind: 'ledger', before, after: freshRecord(service), by: null });
    return true;
  }

  /** Everything is as it was then. */
  restore(service: string, at: Instant): boolean {
    const before = this.record(service);
    const then = new Map<string, Item | null>();
    for (const put of this.#puts) if (put.at <= at) then.set(put.key, put.item);
    for (const key of this.#items.keys()) if (!then.has(key)) then.set(key, null);
    for (const [key, item] of then) this.#set(key, item);
    const after = this.record(service);
    // Of the same epoch, too, it may have forgotten how a run ended.
    if (before === null || isDeepStrictEqual(after, before)) return false;
    this.#tell({ kind: 'ledger', before, after: after ?? freshRecord(service), by: null });
    return true;
  }

  #set(key: string, item: Item | null): void {
    if (item === null) this.#items.delete(key);
    else this.#items.set(key, item);
    this.#puts.push({ at: this.#now(), key, item });
  }

  #call<T>(caller: Caller, operation: string, apply: () => T | Promise<T>): Promise<T> {
    const where = { ...way(operation), to: `ledger:${this.#replicas[0]}` };
    return caller.call(where, () => {
      if (!this.#hasQuorum()) throw named('InternalServerError', 'the replicas do not agree');
      return apply();
    });
  }

  #hasQuorum(): boolean {
    const [home, ...others] = this.#replicas;
    const reached = others.filter((other) => this.#network.reaches(`ledger:${home}`, `ledger:${other}`)).length + 1;
    const minority = this.#faults.find('ledger-minority-cut');
    if (minority !== undefined && reached < this.#replicas.length) this.#faults.hit(minority);
    const majority = this.#faults.find('ledger-majority-cut');
    if (majority !== undefined && reached * 2 <= this.#replicas.length) this.#faults.hit(majority);
    return reached * 2 > this.#replicas.length;
  }

  #put(item: Item, condition: Condition, caller: Caller): void {
    const key = keyOf(item);
    const before = this.#items.get(key);
    const isRecord = item['sk'] === 'record';
    if (isRecord && before !== undefined && this.#faults.bite('ledger-conflicts') !== undefined) {
      this.#items.set(key, { ...before, version: `${before['version']}'` });
    }
    if (!holds(condition, this.#items.get(key)))
      throw named('ConditionalCheckFailedException', 'The conditional request failed');
    // As the wire would carry it: nobody keeps a hold on what is stored.
    this.#set(key, { ...item });
    if (isRecord) {
      const [was, is] = [before, item] as unknown as [LedgerRecord | undefined, LedgerRecord];
      this.#tell({ kind: 'ledger', before: was ?? null, after: is, by: caller.writer });
    } else if (String(item['sk']).startsWith('entry#')) {
      this.#tell({ kind: 'recorded', entry: item as unknown as Entry });
    }
  }
}

interface Condition {
  readonly ConditionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>> | undefined;
}

/** The three kinds of clauses that the adapter writes; anything else is a fault of the simulation, and says so. */
function holds(
  { ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues }: Condition,
  item: Item | undefined,
): boolean {
  return (ConditionExpression ?? '').split(' AND ').every((clause) => {
    if (clause === '') return true;
    const absent = /^attribute_not_exists\((#\w+)\)$/.exec(clause);
    if (absent !== null) return item === undefined;
    const [, name = '', comparator, value = ''] = /^(#\w+) (=|<=) (:\w+)$/.exec(clause) ?? [];
    const stored = item?.[ExpressionAttributeNames?.[name] ?? ''];
    const given = ExpressionAttributeValues?.[value];
    if (comparator === '=') return stored === given;
    if (comparator === '<=') return stored !== undefined && Number(stored) <= Number(given);
    throw new Error(`the simulated table does not know the condition ${clause}`);
  });
}

const keyOf = (item: Item): string => `${item['service']}/${item['sk']}`;

/** As the adapter's client is configured: three attempts of a second. */
const way = (operation: string): Way => ({ to: 'ledger', operation: `dynamodb:${operation}`, timeoutMs: 3_000 });

function named(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}

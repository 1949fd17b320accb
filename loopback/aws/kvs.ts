import { AwsError, type AwsService } from './service.ts';
import {
  checkPair,
  checkStoreSize,
  checkUpdate,
  invalid,
  limits,
  type Pair,
  type Summary,
  totals,
} from './store-limits.ts';

/** A committed change: the whole store after it. Versions count up by one from 1, the store as it was made. */
export interface StoreChange {
  readonly arn: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly version: number;
  readonly entries: ReadonlyMap<string, string>;
}

/** CloudFront KeyValueStore's data plane; edges learn of changes by `subscribe` and delay them as they like. */
export interface KeyValueStores extends AwsService {
  createStore(store: { readonly arn: string; readonly entries?: Readonly<Record<string, string>> }): StoreChange;
  deleteStore(arn: string): void;
  /** The store as it is now. */
  store(arn: string): StoreChange;
  /** Returns what ends the subscription. */
  subscribe(listener: (change: StoreChange) => void): () => void;
}

export function createKeyValueStores({
  now = Date.now,
  random = Math.random,
}: {
  readonly now?: () => number;
  readonly random?: () => number;
} = {}): KeyValueStores {
  const stores = new Map<string, Store>();
  const listeners = new Set<(change: StoreChange) => void>();

  function createStore({
    arn,
    entries = {},
  }: {
    arn: string;
    entries?: Readonly<Record<string, string>>;
  }): StoreChange {
    if (stores.has(arn)) throw new Error(`store ${arn} exists`);
    for (const [key, value] of Object.entries(entries)) checkPair(key, value);
    const at = now();
    const store: Store = {
      arn,
      at,
      created: at,
      version: 1,
      etag: newEtag(),
      entries: new Map(Object.entries(entries)),
    };
    checkStoreSize(store.entries);
    stores.set(arn, store);
    return change(store);
  }

  /** All or nothing: `edit` works on a copy, which becomes the store only when every check has passed. */
  function commit(arn: string, ifMatch: string, edit: (entries: Map<string, string>) => void): Summary {
    const store = find(arn);
    if (ifMatch !== store.etag) {
      throw new AwsError(
        'ConflictException',
        'The IfMatch value does not match the current ETag of the key value store.',
        {
          status: 409,
        },
      );
    }
    const entries = new Map(store.entries);
    edit(entries);
    checkStoreSize(entries);
    Object.assign(store, { entries, at: now(), version: store.version + 1, etag: newEtag() });
    for (const listener of listeners) listener(change(store));
    return { ...totals(store), ETag: store.etag };
  }

  function find(arn: string): Store {
    const store = stores.get(arn);
    if (store === undefined) throw notFound(`The key value store ${arn} was not found.`);
    return store;
  }

  /** Opaque, as AWS's are: nobody may read a version out of it. */
  function newEtag(): string {
    return `KV${Array.from({ length: 13 }, () => etagLetters[Math.floor(random() * etagLetters.length)]).join('')}`;
  }

  return {
    id: 'kvs',
    createStore,
    deleteStore: (arn) => void stores.delete(arn),
    store: (arn) => change(find(arn)),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    operations: {
      async DescribeKeyValueStore({ KvsARN }: { KvsARN: string }) {
        const store = find(KvsARN);
        return {
          ...totals(store),
          KvsARN,
          Created: new Date(store.created),
          LastModified: new Date(store.at),
          ETag: store.etag,
          Status: 'READY',
        };
      },

      async ListKeys({
        KvsARN,
        NextToken,
        MaxResults = 10,
      }: {
        KvsARN: string;
        NextToken?: string;
        MaxResults?: number;
      }) {
        if (!Number.isInteger(MaxResults) || MaxResults < 1 || MaxResults > limits.listKeys) {
          throw invalid(`MaxResults must be between 1 and ${limits.listKeys}.`);
        }
        const keys = [...find(KvsARN).entries].sort(([a], [b]) => (a < b ? -1 : 1));
        const after = NextToken === undefined ? '' : decodeToken(NextToken);
        const rest = keys.filter(([key]) => key > after);
        const page = rest.slice(0, MaxResults);
        const last = page.at(-1);
        return {
          Items: page.map(([Key, Value]) => ({ Key, Value })),
          ...(rest.length > page.length && last && { NextToken: tokenOf(last[0]) }),
        };
      },

      async GetKey({ KvsARN, Key }: { KvsARN: string; Key: string }) {
        const store = find(KvsARN);
        const Value = store.entries.get(Key);
        if (Value === undefined) throw notFound(`The key ${Key} was not found.`);
        return { Key, Value, ...totals(store) };
      },

      async PutKey({ KvsARN, Key, Value, IfMatch }: Pair & { KvsARN: string; IfMatch: string }) {
        checkPair(Key, Value);
        return commit(KvsARN, IfMatch, (entries) => entries.set(Key, Value));
      },

      async DeleteKey({ KvsARN, Key, IfMatch }: { KvsARN: string; Key: string; IfMatch: string }) {
        return commit(KvsARN, IfMatch, (entries) => remove(entries, Key));
      },

      async UpdateKeys({ KvsARN, IfMatch, Puts = [], Deletes = [] }: UpdateKeysInput) {
        checkUpdate(Puts, Deletes);
        return commit(KvsARN, IfMatch, (entries) => {
          for (const { Key, Value } of Puts) entries.set(Key, Value);
          for (const { Key } of Deletes) remove(entries, Key);
        });
      },
    },
  };
}

interface Store {
  readonly arn: string;
  readonly created: number;
  at: number;
  version: number;
  etag: string;
  entries: ReadonlyMap<string, string>;
}

interface UpdateKeysInput {
  readonly KvsARN: string;
  readonly IfMatch: string;
  readonly Puts?: readonly Pair[];
  readonly Deletes?: readonly { readonly Key: string }[];
}

const etagLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

function change({ arn, at, version, entries }: Store): StoreChange {
  return { arn, at, version, entries };
}

function remove(entries: Map<string, string>, key: string): void {
  if (!entries.delete(key)) throw notFound(`The key ${key} was not found.`);
}

/** Marked, so that a token from elsewhere is not taken for a key. */
const tokenOf = (key: string): string => Buffer.from(`after:${key}`).toString('base64url');

function decodeToken(token: string): string {
  const [, key] = /^after:(.+)$/s.exec(Buffer.from(token, 'base64url').toString('utf8')) ?? [];
  if (key === undefined) throw invalid('The NextToken is not valid.');
  return key;
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message, { status: 404 });
}

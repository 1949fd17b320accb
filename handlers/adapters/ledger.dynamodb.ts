import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Entry } from '../../core/entry.ts';
import { applyLedger } from '../../core/ledger.ts';
import type { LedgerCommand, LedgerOutcome } from '../../core/ledger-command.ts';
import { freshRecord, type LedgerRecord } from '../../core/record.ts';
import { ConfigurationError, LedgerMalformed, LedgerUnavailable } from '../errors.ts';
import type { Clock, Ledger, PendingApproval } from '../ports.ts';
import { awsClient, type Reach } from './client-settings.ts';
import { approvalItemSchema, entryItem, entryItemSchema, recordItemSchema } from './ledger-items.ts';
import { isOurMistake, nameOf, sentenceOf } from './vendor-error.ts';

/**
 * One table, partition key `service`, sort key `sk`:
 *
 *   record                     the service's record, with the `version` that conditions compare
 *   entry#<incident>#<id>      one line of the record of decisions; nothing between the # where there is no incident
 *   approval#<incident>        the task token of a run that waits for a person
 *   card#<channel>#<thread>    what a channel shows: cards.dynamodb.ts
 *
 * An entry's key holds no time, on purpose: a step that is retried appends the same id at another time, and only one may
 * stay. No transactions and no TTL: a table with multi-Region strong consistency has neither.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
 */
export interface DynamoLedgerOptions {
  readonly client: Pick<DynamoDBDocumentClient, 'send'>;
  readonly tableName: string;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
  /** A string that was never given before. */
  readonly newVersion: () => string;
}

/** For a function in the ledger's own region: reached in under a second, or not at all. */
export function ledgerClient(region: string, reach: Partial<Reach> = {}): DynamoDBDocumentClient {
  const usual = { connectMs: 500, answerMs: 1_000, attempts: 3 };
  return awsClient(region, { ...usual, ...reach }, (settings) => documentClient(new DynamoDBClient(settings)));
}

/** Members that are undefined are left out, as JSON does. */
export function documentClient(client: DynamoDBClient): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

export function dynamoLedger({ client, tableName, clock, random, wait, newVersion }: DynamoLedgerOptions): Ledger {
  /** Versions of the records that were read or written, for whoever hands one back. */
  const versions = new WeakMap<LedgerRecord, string | null>();

  async function change(
    service: string,
    command: LedgerCommand,
    known?: LedgerRecord,
    version?: string,
  ): Promise<LedgerOutcome> {
    const sent = new Map<string, LedgerOutcome>();
    let lastError: unknown;
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      if (attempt > 0) await wait(pauseMs(attempt, random()));
      const stored = (attempt === 0 ? readBefore(known, version) : null) ?? (await readRecord(service));
      // Our own write stands: its answer was lost, and applying the command again could read as a refusal.
      const stands = stored.version === null ? undefined : sent.get(stored.version);
      if (stands !== undefined) return stands;
      const outcome = applyLedger(stored.record, command, clock.now());
      if (outcome.record === stored.record) return outcome;
      const written = newVersion();
      versions.set(outcome.record, written);
      try {
        await putRecord(outcome.record, written, stored.version);
        return outcome;
      } catch (error) {
        if (isOurMistake(error)) throw translated(error, `write the record of ${service}`);
        lastError = error;
        sent.set(written, outcome);
      }
    }
    throw new LedgerUnavailable(
      `the record of ${service} in ${tableName} was not written in ${attemptsMax} attempts: ${sentenceOf(lastError)}`,
      { cause: lastError },
    );
  }

  function readBefore(known: LedgerRecord | undefined, handed: string | undefined) {
    if (known === undefined) return null;
    const version = handed ?? versions.get(known);
    return version === undefined ? null : { record: known, version };
  }

  async function readRecord(service: string): Promise<{ record: LedgerRecord; version: string | null }> {
    const item = await get(service, recordKey);
    const { version, ...record } =
      item === undefined
        ? { version: null, ...freshRecord(service) }
        : parse(recordItemSchema, item, service, recordKey);
    versions.set(record, version);
    return { record, version };
  }

  async function putRecord(record: LedgerRecord, version: string, versionRead: string | null): Promise<void> {
    await client.send(
      new PutCommand({
        TableName: tableName,
        Item: { sk: recordKey, version, ...record },
        ...(versionRead === null
          ? { ConditionExpression: recordDoesNotExist, ExpressionAttributeNames: { '#service': 'service' } }
          : {
              ConditionExpression: `${recordIsUnchangedSinceRead} AND ${epochDoesNotFall}`,
              ExpressionAttributeNames: { '#version': 'version', '#epoch': 'epoch' },
              ExpressionAttributeValues: { ':versionRead': versionRead, ':epoch': record.epoch },
            }),
      }),
    );
  }

  async function append(entry: Entry): Promise<'appended' | 'there'> {
    const item = { sk: entryKey(entry.incident, entry.id), ...entryItem(entry) };
    try {
      await client.send(
        new PutCommand({
          TableName: tableName,
          Item: item,
          ConditionExpression: entryDoesNotExist,
          ExpressionAttributeNames: { '#service': 'service' },
        }),
      );
      return 'appended';
    } catch (error) {
      // An earlier attempt of the same step appended it.
      if (nameOf(error) === 'ConditionalCheckFailedException') return 'there';
      throw translated(error, `append ${item.sk} of ${entry.service}`);
    }
  }

  async function entries(service: string, incident?: string | null): Promise<readonly Entry[]> {
    const found: Entry[] = [];
    let from: Record<string, unknown> | undefined;
    do {
      const page = await client
        .send(
          new QueryCommand({
            TableName: tableName,
            ConsistentRead: true,
            KeyConditionExpression: '#service = :service AND begins_with(#sk, :prefix)',
            ExpressionAttributeNames: { '#service': 'service', '#sk': 'sk' },
            ExpressionAttributeValues: {
              ':service': service,
              ':prefix': incident === undefined ? 'entry#' : entryPrefix(incident),
            },
            ExclusiveStartKey: from,
          }),
        )
        .catch((error: unknown) => {
          throw translated(error, `read the entries of ${service}`);
        });
      for (const item of page.Items ?? []) found.push(parse(entryItemSchema, item, service, String(item['sk'])));
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return found.sort((a, b) => a.at - b.at);
  }

  async function find(service: string, incident: string | null, id: string): Promise<Entry | null> {
    const sk = entryKey(incident, id);
    const item = await get(service, sk);
    return item === undefined ? null : parse(entryItemSchema, item, service, sk);
  }

  async function keepApproval(approval: PendingApproval): Promise<void> {
    const sk = approvalKey(approval.incident);
    // Without a condition: a retried step has a new token, and only the newest one is answered.
    await client.send(new PutCommand({ TableName: tableName, Item: { sk, ...approval } })).catch((error: unknown) => {
      throw translated(error, `write ${sk} of ${approval.service}`);
    });
  }

  async function pendingApproval(service: string, incident: string): Promise<PendingApproval | null> {
    const sk = approvalKey(incident);
    const item = await get(service, sk);
    return item === undefined ? null : parse(approvalItemSchema, item, service, sk);
  }

  async function get(service: string, sk: string): Promise<Record<string, unknown> | undefined> {
    try {
      const { Item } = await client.send(
        new GetCommand({ TableName: tableName, Key: { service, sk }, ConsistentRead: true }),
      );
      return Item;
    } catch (error) {
      throw translated(error, `read ${sk} of ${service}`);
    }
  }

  function parse<T>(schema: z.ZodType<T>, item: unknown, service: string, sk: string): T {
    const parsed = schema.safeParse(item);
    if (parsed.success) return parsed.data;
    throw new LedgerMalformed(
      `item ${service} / ${sk} of table ${tableName} is not one of ours: ${z.prettifyError(parsed.error)}`,
      { cause: parsed.error },
    );
  }

  function translated(error: unknown, doing: string): Error {
    const because = `cannot ${doing} in ${tableName}: ${sentenceOf(error)}`;
    return isOurMistake(error)
      ? new ConfigurationError(because, { cause: error })
      : new LedgerUnavailable(because, { cause: error });
  }

  return {
    read: async (service) => (await readRecord(service)).record,
    change,
    versionOf: (record) => versions.get(record) ?? null,
    append,
    entries,
    find,
    keepApproval,
    pendingApproval,
  };
}

const recordDoesNotExist = 'attribute_not_exists(#service)';
const recordIsUnchangedSinceRead = '#version = :versionRead';
/** Implied by the clause above as long as everybody writes by these rules; kept for the one who does not. */
const epochDoesNotFall = '#epoch <= :epoch';
const entryDoesNotExist = 'attribute_not_exists(#service)';

const recordKey = 'record';
const entryPrefix = (incident: string | null) => `entry#${incident ?? ''}#`;
const entryKey = (incident: string | null, id: string) => `${entryPrefix(incident)}${id}`;
const approvalKey = (incident: string) => `approval#${incident}`;

/** Rivals on one record are the executions of two control regions and a person: eight attempts outlast them. */
const attemptsMax = 8;

/** Full jitter: from nothing to 25 ms, 50 ms, … at most 400 ms. https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/ */
function pauseMs(attempt: number, random: number): number {
  return random * Math.min(400, 25 * 2 ** (attempt - 1));
}

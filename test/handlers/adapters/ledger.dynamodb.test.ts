import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, describe, expect, test } from 'vitest';
import type { Entry } from '../../../core/entry.ts';
import { freshRecord } from '../../../core/record.ts';
import { dynamoLedger } from '../../../handlers/adapters/ledger.dynamodb.ts';
import type { Clock } from '../../../handlers/ports.ts';
import { acquire, conclude, ledgerContract } from '../../contracts/ledger.contract.ts';
import { startDynamo } from './dynamo-table.ts';
import { awsAnswer } from './wire.ts';

const dynamo = await startDynamo();
afterAll(() => dynamo.close());

async function newLedger(clock: Clock = { now: () => 1_000 }) {
  const { tableName, client, wire } = await dynamo.newTable();
  const waits: number[] = [];
  const ledger = dynamoLedger({
    client,
    tableName,
    clock,
    random: () => 0.5,
    wait: async (ms) => void waits.push(ms),
    newVersion: newVersions(),
  });
  return { ledger, wire, waits, client, tableName };
}

function newVersions(): () => string {
  let count = 0;
  return () => `version-${++count}`;
}

ledgerContract('DynamoDB', async (clock) => (await newLedger(clock)).ledger);

describe('the ledger in DynamoDB, when calls go wrong', () => {
  test('a write whose answer was lost counts as done', async () => {
    const { ledger, wire } = await newLedger();
    wire.next(/PutItem/, { kind: 'answer-lost' });

    const outcome = await ledger.change('orders', acquire('run-1'));

    expect(outcome).toMatchObject({ kind: 'done', record: { epoch: 1 } });
    expect(await ledger.read('orders')).toEqual(outcome.record);
    expect(wire.sent).toEqual(['GetItem', 'PutItem', 'GetItem', 'GetItem']);
  });

  test('a conclusion whose answer was lost is not taken for a lost lease', async () => {
    const { ledger, wire } = await newLedger();
    await ledger.change('orders', acquire('run-1'));
    wire.next(/PutItem/, { kind: 'answer-lost' });

    expect(await ledger.change('orders', conclude('run-1', 1))).toMatchObject({ kind: 'done' });
  });

  test('a lost answer after which somebody else wrote is judged by the rules', async () => {
    const { ledger, wire } = await newLedger();
    wire.next(/PutItem/, { kind: 'answer-lost' });
    wire.next(
      /GetItem/,
      { kind: 'first', act: async () => {} },
      {
        kind: 'first',
        act: () => ledger.change('orders', { kind: 'pause', by: 'ana', reason: 'wait' }),
      },
    );

    const outcome = await ledger.change('orders', acquire('run-1'));

    expect(outcome).toMatchObject({ kind: 'done', record: { epoch: 1, lease: { holder: 'run-1' } } });
    expect(await ledger.read('orders')).toMatchObject({ epoch: 1, paused: { by: 'ana' } });
  });

  test.each(['ConditionalCheckFailedException', 'ReplicatedWriteConflictException'])(
    'reads again and applies the command to what it finds, after %s',
    async (conflict) => {
      const { ledger, wire, waits } = await newLedger();
      wire.next(/PutItem/, awsAnswer(conflict, 400));

      expect(await ledger.change('orders', acquire('run-1'))).toMatchObject({ kind: 'done', record: { epoch: 1 } });
      expect(wire.sent).toEqual(['GetItem', 'PutItem', 'GetItem', 'PutItem']);
      expect(waits).toEqual([12.5]);
    },
  );

  test('a rival that writes between read and write is not overwritten', async () => {
    const { ledger, wire } = await newLedger();
    wire.next(/PutItem/, { kind: 'first', act: () => ledger.change('orders', acquire('rival')) });

    const outcome = await ledger.change('orders', acquire('run-1'));

    expect(outcome).toMatchObject({ kind: 'refused', refusal: 'held' });
    expect(await ledger.read('orders')).toMatchObject({ epoch: 1, lease: { holder: 'rival' } });
  });

  test('a record that was read elsewhere is not read again, and does not overwrite what came after it', async () => {
    const { ledger, wire } = await newLedger();
    const { record } = await ledger.change('orders', acquire('run-1'));
    const [known, version] = [JSON.parse(JSON.stringify(record)), ledger.versionOf(record) ?? ''];
    const renew = { kind: 'renew', holder: 'run-1', epoch: record.epoch, leaseMs: 5_000, force: false } as const;
    wire.sent.length = 0;

    expect(await ledger.change('orders', renew, known, version)).toMatchObject({ kind: 'done' });
    expect(wire.sent).toEqual(['PutItem']);

    await ledger.change('orders', { kind: 'pause', by: 'ana', reason: 'wait' });
    expect(await ledger.change('orders', renew, known, version)).toMatchObject({ kind: 'refused', refusal: 'paused' });
    expect(await ledger.read('orders')).toMatchObject({ paused: { by: 'ana' } });
  });

  test('the version that a change wrote is that of the record in the table', async () => {
    const { ledger } = await newLedger();

    const { record } = await ledger.change('orders', acquire('run-1'));

    expect(ledger.versionOf(record)).toBe('version-1');
    expect(ledger.versionOf(await ledger.read('orders'))).toBe('version-1');
    expect(ledger.versionOf(freshRecord('orders'))).toBeNull();
  });

  test('gives up after eight conflicts, with pauses that grow and stay short', async () => {
    const { ledger, wire, waits } = await newLedger();
    wire.next(/PutItem/, ...Array.from({ length: 8 }, () => awsAnswer('ReplicatedWriteConflictException', 400)));

    await expect(ledger.change('orders', acquire('run-1'))).rejects.toMatchObject({
      name: 'LedgerUnavailable',
      message: expect.stringContaining('orders'),
      cause: { name: 'ReplicatedWriteConflictException' },
    });
    expect(waits).toEqual([12.5, 25, 50, 100, 200, 200, 200]);
    expect(await ledger.read('orders')).toEqual(freshRecord('orders'));
  });

  test('writes nothing where the command changes nothing', async () => {
    const { ledger, wire } = await newLedger();

    expect(await ledger.change('orders', { kind: 'resume' })).toMatchObject({ kind: 'done' });
    expect(wire.sent).toEqual(['GetItem']);
  });

  test.each([
    ['InternalServerError', 500, 'LedgerUnavailable'],
    ['ProvisionedThroughputExceededException', 400, 'LedgerUnavailable'],
    ['AccessDeniedException', 400, 'ConfigurationError'],
    ['ResourceNotFoundException', 400, 'ConfigurationError'],
  ])('%s at a read is told as it is', async (code, status, expected) => {
    const { ledger, wire, tableName } = await newLedger();
    wire.next(/GetItem|Query/, awsAnswer(code, status), awsAnswer(code, status), awsAnswer(code, status));

    for (const attempt of [
      ledger.read('orders'),
      ledger.entries('orders'),
      ledger.pendingApproval('orders', 'orders#1'),
    ]) {
      await expect(attempt).rejects.toMatchObject({
        name: expected,
        message: expect.stringContaining(tableName),
        cause: { name: code },
      });
    }
  });

  test('a write that is not allowed is not tried again', async () => {
    const { ledger, wire } = await newLedger();
    wire.next(/PutItem/, awsAnswer('AccessDeniedException', 400));

    await expect(ledger.change('orders', acquire('run-1'))).rejects.toMatchObject({ name: 'ConfigurationError' });
    expect(wire.sent).toEqual(['GetItem', 'PutItem']);
  });

  test('an entry whose answer was lost stands once, however often it is appended again', async () => {
    const { ledger, wire } = await newLedger();
    const entry = {
      id: 'orders#1/admitted',
      service: 'orders',
      incident: 'orders#1',
      at: 1_000,
      text: 'admitted',
      what: { kind: 'refused', request: null, reason: 'held' },
    } as const;
    wire.next(/PutItem/, { kind: 'answer-lost' });

    await expect(ledger.append(entry)).rejects.toMatchObject({ name: 'LedgerUnavailable' });
    await ledger.append({ ...entry, at: 2_000 });

    expect(await ledger.entries('orders')).toEqual([entry]);
  });

  test('reads every page', async () => {
    const { ledger, wire } = await newLedger();
    // Five entries of 300 KB: a page holds at most 1 MB.
    const text = 'x'.repeat(300_000);
    for (let at = 0; at < 5; at++) {
      await ledger.append({
        id: `e${at}`,
        service: 'orders',
        incident: null,
        at,
        text,
        what: { kind: 'refused', request: null, reason: 'held' },
      });
    }
    wire.sent.length = 0;

    expect((await ledger.entries('orders')).map(({ id }) => id)).toEqual(['e0', 'e1', 'e2', 'e3', 'e4']);
    expect(wire.sent.length).toBeGreaterThan(1);
  });
});

describe('evidence in the table', () => {
  const evidence = {
    gatheredAt: 1_000,
    observations: [{ observer: 'eu-west-1', at: 1_000, outcome: { kind: 'good' } }],
    alarms: [{ observer: 'eu-west-1', region: 'us-east-1', state: 'ALARM' }],
    routing: { kind: 'unreadable', because: 'no answer' },
  };
  const decided = {
    id: 'orders#1/decided/1000/isolated',
    service: 'orders',
    incident: 'orders#1',
    at: 1_000,
    text: 'hold',
    what: { kind: 'decided', verdict: { kind: 'hold', because: 'nobody answers' }, evidence },
  } as unknown as Entry;
  const key = { service: 'orders', sk: `entry#orders#1#${decided.id}` };

  test('is one text, and reads as what was appended', async () => {
    const { ledger, client, tableName } = await newLedger();
    await ledger.append(decided);

    const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: key }));
    expect(Item).toMatchObject({ what: { kind: 'decided', evidence: expect.any(String) } });
    expect(await ledger.entries('orders')).toEqual([decided]);
  });

  test('reads as it is where an earlier version wrote it member by member', async () => {
    const { ledger, client, tableName } = await newLedger();
    await client.send(new PutCommand({ TableName: tableName, Item: { ...decided, ...key } }));

    expect(await ledger.find('orders', 'orders#1', decided.id)).toEqual(decided);
  });

  test.each(['{"gatheredAt":', '{"gatheredAt":"noon"}'])('%s is told as malformed', async (text) => {
    const { ledger, client, tableName } = await newLedger();
    const what = { ...decided.what, evidence: text };
    await client.send(new PutCommand({ TableName: tableName, Item: { ...decided, ...key, what } }));

    await expect(ledger.entries('orders')).rejects.toMatchObject({
      name: 'LedgerMalformed',
      message: expect.stringContaining('what.evidence'),
    });
  });
});

describe('the ledger in DynamoDB, when an item is not ours', () => {
  test.each([
    ['record', { epoch: 'seven' }, 'epoch'],
    ['record', {}, 'version'],
    ['approval#orders#1', { incident: 'orders#1', taskToken: 7 }, 'taskToken'],
    ['entry#orders#1#x', { id: 'x', incident: 'orders#1', at: 1, text: '', what: { kind: 'danced' } }, 'what'],
  ])('names table, key and path of a malformed %s', async (sk, members, path) => {
    const { ledger, client, tableName } = await newLedger();
    await client.send(new PutCommand({ TableName: tableName, Item: { service: 'orders', sk, ...members } }));

    const read = sk.startsWith('record')
      ? ledger.read('orders')
      : sk.startsWith('entry')
        ? ledger.entries('orders')
        : ledger.pendingApproval('orders', 'orders#1');

    await expect(read).rejects.toMatchObject({
      name: 'LedgerMalformed',
      message: expect.stringMatching(new RegExp(`orders / ${sk} of table ${tableName}.*${path}`, 's')),
    });
  });

  test('an attribute that a newer version added is no reason to stop', async () => {
    const { ledger, client, tableName } = await newLedger();
    const { record } = await ledger.change('orders', acquire('run-1'));
    await client.send(
      new PutCommand({
        TableName: tableName,
        Item: { sk: 'record', version: 'v', ...record, colour: 'blue' },
      }),
    );

    expect(await ledger.read('orders')).toEqual(record);
  });
});

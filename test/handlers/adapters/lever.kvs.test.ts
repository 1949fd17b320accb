import { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore';
import { afterAll, describe, expect, test } from 'vitest';
import { epoch } from '../../../core/brand.ts';
import { encodeOverride, encodeServiceValue, OVERRIDE_KEY, serviceKey } from '../../../core/routing-value.ts';
import { endpointProviderOf, kvsStore } from '../../../handlers/adapters/kvs-store.ts';
import { kvsLever } from '../../../handlers/adapters/lever.kvs.ts';
import { LeverUnavailable } from '../../../handlers/errors.ts';
import type { Lever } from '../../../handlers/ports.ts';
import { createKeyValueStores } from '../../../loopback/aws/kvs.ts';
import { startAwsServer } from '../../../loopback/aws/server.ts';
import { away, home, leverContract, routingOf, standby } from '../../contracts/lever.contract.ts';
import { ordersOnKvs } from '../../contracts/service.ts';
import { awsAnswer, Wire } from './wire.ts';

const stores = createKeyValueStores();
const aws = await startAwsServer({ port: 0, account: '123456789012', services: [stores] });
afterAll(() => aws.close());

let count = 0;

/** A store of its own that holds `entries`, and levers on it, each over its own wire. */
function newStage(entries: Readonly<Record<string, string>> = { [OVERRIDE_KEY]: noOverride }) {
  const arn = `arn:aws:cloudfront::123456789012:key-value-store/00000000-0000-0000-0000-${String(++count).padStart(12, '0')}`;
  stores.createStore({ arn, entries });
  const { lever, wire, waits } = newLever(arn);
  return {
    arn,
    lever,
    wire,
    waits,
    rival: newLever(arn).lever,
    key: (name: string) => stores.store(arn).entries.get(name),
  };
}

function newLever(arn: string): { lever: Lever; wire: Wire; waits: number[] } {
  const wire = new Wire();
  const waits: number[] = [];
  const lever = kvsLever({
    store: kvsStore(newClient(wire), arn),
    service: ordersOnKvs,
    random: () => 0.5,
    wait: async (ms) => void waits.push(ms),
  });
  return { lever, wire, waits };
}

function newClient(wire: Wire): CloudFrontKeyValueStoreClient {
  return new CloudFrontKeyValueStoreClient({
    region: 'us-east-2',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    endpointProvider: endpointProviderOf(aws.url),
    maxAttempts: 1,
    requestHandler: wire,
  });
}

/** As another process would, for another service. */
async function putOther(arn: string): Promise<void> {
  const store = kvsStore(newClient(new Wire()), arn);
  const etag = await store.etag();
  await store.put({ 's/other': String(Number((await store.get('s/other')) ?? 0) + 1) }, etag);
}

function text(value: ReturnType<typeof encodeOverride>): string {
  if (value.kind === 'malformed') throw new Error(value.because);
  return value.text;
}

const noOverride = text(encodeOverride({ epoch: 0, weights: {} }));
const orders = serviceKey('orders');
const ordersAt = (at: number, weights: Readonly<Record<string, number>>) =>
  text(encodeServiceValue({ epoch: at, weights }));
const limited = (weights: Readonly<Record<string, number>>) => text(encodeOverride({ epoch: 1, weights }));

leverContract('an empty KeyValueStore', { weights: true, compareAndSet: true }, async () => newStage());
leverContract('a KeyValueStore with a value', { weights: true, compareAndSet: true }, async () =>
  newStage({ [OVERRIDE_KEY]: noOverride, [orders]: ordersAt(0, home) }),
);
leverContract('a KeyValueStore without the override key', { weights: true, compareAndSet: true }, async () =>
  newStage({}),
);

describe('the lever over a KeyValueStore, when calls go wrong', () => {
  test('asks for the ETag before it reads what it compares', async () => {
    const { lever, wire } = newStage();

    await lever.write(away(7));

    expect(wire.sent.map((operation) => operation.replace(/\/key-value-stores\/[^/]+/, ''))).toEqual([
      'GET ',
      'GET /keys/s%2Forders',
      'GET /keys/g',
      'POST /keys',
    ]);
  });

  test('a write whose answer was lost is recognised, and not made twice', async () => {
    const { arn, lever, wire } = newStage();
    wire.next(/POST/, { kind: 'answer-lost' });

    expect(await lever.write(away(7))).toEqual({ kind: 'accepted', routing: { epoch: 7, weights: standby } });
    expect(stores.store(arn).version).toBe(2);
  });

  test('a write whose answer was lost is never told as refused, whatever is denied after it', async () => {
    const { lever, wire, key } = newStage();
    const denied = awsAnswer('AccessDeniedException', 403);
    // Three reads precede the write, which is performed; the reads after it are denied.
    wire.next(/POST/, { kind: 'answer-lost' });
    const { handle } = wire;
    wire.handle = async (request, options) => {
      if (request.method === 'POST') wire.next(/GET/, denied, denied, denied, denied);
      return handle.call(wire, request, options);
    };

    await expect(lever.write(away(7))).rejects.toThrow(LeverUnavailable);
    expect(key(orders)).toContain('"e":7');
  });

  test('a rival that writes between the ETag and our write is not overwritten', async () => {
    const { lever, wire, rival } = newStage();
    wire.next(/POST/, {
      kind: 'first',
      act: () => rival.write({ epoch: epoch(8), weights: { 'us-east-1': 500, 'us-west-2': 500 }, expected: home }),
    });

    expect(await lever.write(away(7))).toEqual({ kind: 'fenced', epoch: 8 });
    expect(await routingOf(lever)).toMatchObject({ epoch: 8 });
  });

  test('a rival that writes between the ETag and the read is seen, and not overwritten', async () => {
    const { lever, wire, rival } = newStage();
    wire.next(/GET .*orders/, {
      kind: 'first',
      act: () => rival.write({ epoch: epoch(6), weights: { 'us-east-1': 500, 'us-west-2': 500 }, expected: home }),
    });

    expect(await lever.write(away(7))).toMatchObject({ kind: 'moved-meanwhile', routing: { epoch: 6 } });
  });

  test('a write to another service makes the ETag stale, and the move is tried again', async () => {
    const { arn, lever, wire, waits, key } = newStage();
    const other = newLever(arn);
    wire.next(/POST/, { kind: 'first', act: () => putOther(arn) }, { kind: 'first', act: () => putOther(arn) });

    expect(await lever.write(away(7))).toMatchObject({ kind: 'accepted' });
    expect(waits).toEqual([25, 50]);
    expect(key('s/other')).toBe('2');
    expect(await routingOf(other.lever)).toMatchObject({ epoch: 7, weights: standby });
  });

  test('gives up after ten conflicts, and has changed nothing', async () => {
    const { lever, wire } = newStage();
    wire.next(/POST/, ...Array.from({ length: 10 }, () => awsAnswer('ConflictException', 409)));

    await expect(lever.write(away(7))).rejects.toMatchObject({ name: 'LeverUnavailable', cause: expect.any(Error) });
    expect((await routingOf(lever)).weights).toEqual(home);
  });

  test.each([
    ['AccessDeniedException', 403],
    ['ValidationException', 400],
    ['ResourceNotFoundException', 404],
    ['ServiceQuotaExceededException', 402],
  ])('is refused by %s, at once', async (code, status) => {
    const { lever, wire } = newStage();
    wire.next(/POST/, awsAnswer(code, status));

    expect(await lever.write(away(7))).toEqual({ kind: 'refused', because: expect.stringContaining(code) });
    expect(wire.sent.filter((operation) => operation.startsWith('POST'))).toHaveLength(1);
  });

  test('goes on after an error of the service', async () => {
    const { lever, wire } = newStage();
    wire.next(/POST/, awsAnswer('InternalServerException', 500));
    wire.next(/GET/, { kind: 'reset' });

    expect(await lever.write(away(7))).toMatchObject({ kind: 'accepted' });
  });

  test('leaves it to its caller after three errors: more would outlast the step', async () => {
    const { lever, wire } = newStage();
    wire.next(/POST/, ...Array.from({ length: 3 }, () => awsAnswer('InternalServerException', 500)));

    await expect(lever.write(away(7))).rejects.toMatchObject({
      name: 'LeverUnavailable',
      cause: { name: 'InternalServerException' },
    });
    expect(await lever.write(away(7))).toMatchObject({ kind: 'accepted' });
  });

  test('says why it cannot be read', async () => {
    const { lever, wire } = newStage();
    wire.next(/GET/, awsAnswer('AccessDeniedException', 403));

    expect(await lever.read()).toEqual({
      kind: 'unreadable',
      because: expect.stringMatching(/orders.*AccessDeniedException/),
    });
  });

  test('a store that does not exist is not taken for an empty one', async () => {
    const { lever } = newLever('arn:aws:cloudfront::123456789012:key-value-store/ffffffff-0000-0000-0000-000000000000');

    expect(await lever.read()).toMatchObject({ kind: 'unreadable' });
    expect(await lever.write(away(7))).toMatchObject({ kind: 'refused' });
  });
});

describe('a write that was begun over a KeyValueStore', () => {
  const operations = (wire: Wire) => wire.sent.map((sent) => sent.replace(/\/key-value-stores\/[^/]+/, ''));

  async function basisOf(lever: Lever): Promise<string | null> {
    const reading = await lever.read({ toWrite: true });
    if (reading.kind === 'unreadable' || reading.basis === undefined) throw new Error('nothing to rest a write on');
    return reading.basis;
  }

  test('reads nothing again that stands as its basis says', async () => {
    const { lever, wire, key } = newStage();
    const basis = await basisOf(lever);
    wire.sent.length = 0;

    const outcome = await lever.begin?.(basis).write(away(7));

    expect(outcome).toEqual({ kind: 'accepted', routing: { epoch: 7, weights: standby } });
    expect(operations(wire)).toEqual(['GET ', 'POST /keys']);
    expect(key(orders)).toContain('"e":7');
  });

  test.each([
    ['is not known', async () => null],
    ['is nothing of ours', async () => '{"etag":7}'],
    [
      'is of a store that somebody has written to since',
      async ({ arn, lever }: ReturnType<typeof newStage>) => {
        const basis = await basisOf(lever);
        await putOther(arn);
        return basis;
      },
    ],
  ])('reads the keys, after the ETag, where its basis %s', async (_, basisFrom) => {
    const stage = newStage();
    const basis = await basisFrom(stage);
    stage.wire.sent.length = 0;

    expect(await stage.lever.begin?.(basis).write(away(7))).toMatchObject({ kind: 'accepted' });
    expect(operations(stage.wire)).toEqual(['GET ', 'GET /keys/s%2Forders', 'GET /keys/g', 'POST /keys']);
  });

  test.each([
    ['of a newer epoch', 8, { kind: 'fenced', epoch: 8 }],
    ['of an older one', 6, { kind: 'moved-meanwhile' }],
  ])('never overwrites what a rival %s wrote since it was begun', async (_, at, expected) => {
    const { lever, rival } = newStage();
    const begun = lever.begin?.(await basisOf(lever));
    // Its ETag is from before the rival's write by now.
    await lever.read();
    await rival.write({ epoch: epoch(at), weights: { 'us-east-1': 500, 'us-west-2': 500 }, expected: home });

    expect(await begun?.write(away(7))).toMatchObject(expected);
    expect(await routingOf(lever)).toMatchObject({ epoch: at });
  });

  test('that could not be begun is tried again from the start', async () => {
    const { lever, wire } = newStage();
    wire.next(/GET/, awsAnswer('InternalServerException', 500));

    expect(await lever.begin?.(null).write(away(7))).toMatchObject({ kind: 'accepted' });
  });

  test('and is not wanted after all troubles nobody', async () => {
    const { lever, wire } = newStage();
    wire.next(/GET/, awsAnswer('InternalServerException', 500));

    lever.begin?.(null);

    expect(await routingOf(lever)).toMatchObject({ weights: home });
  });
});

describe('the lever over a KeyValueStore, beyond the contract', () => {
  test('refuses weights that no edge would read', async () => {
    const { lever } = newStage();

    const outcome = await lever.write({
      epoch: epoch(7),
      weights: { 'us-east-1': 0.5, 'us-west-2': 1_000 },
      expected: home,
    });

    expect(outcome.kind).toBe('refused');
    expect((await routingOf(lever)).weights).toEqual(home);
  });

  test('puts its epoch on weights that stand already, whatever was expected', async () => {
    const { lever } = newStage();

    const outcome = await lever.write({ epoch: epoch(7), weights: home, expected: standby });

    expect(outcome).toEqual({ kind: 'accepted', routing: { epoch: 7, weights: home } });
  });
});

describe('the lever over a KeyValueStore, with what others wrote there', () => {
  test('reads what viewers meet: an override lowers, and the standby stands in', async () => {
    const { lever } = newStage({
      [orders]: ordersAt(4, home),
      [OVERRIDE_KEY]: limited({ 'us-east-1': -1, 'us-west-2': 500 }),
    });

    expect(await routingOf(lever)).toEqual({
      epoch: 4,
      weights: { 'us-east-1': -1, 'us-west-2': 1000 },
      overridden: ['us-east-1'],
      displaced: ['us-east-1'],
    });
  });

  test('an override that came after the decision shows as moved meanwhile', async () => {
    const { lever } = newStage({ [orders]: ordersAt(4, home), [OVERRIDE_KEY]: limited({ 'us-east-1': -1 }) });

    expect(await lever.write(away(7))).toEqual({
      kind: 'moved-meanwhile',
      routing: {
        epoch: 4,
        weights: { 'us-east-1': -1, 'us-west-2': 1000 },
        overridden: ['us-east-1'],
        displaced: ['us-east-1'],
      },
    });
  });

  test('refuses a weight that the override holds down: the write would move nobody', async () => {
    const { lever, key } = newStage({ [orders]: ordersAt(4, home), [OVERRIDE_KEY]: limited({ 'us-west-2': 0 }) });

    expect(await lever.write(away(7))).toEqual({
      kind: 'refused',
      because: expect.stringContaining('override holds us-west-2 at 0'),
    });
    expect(key(orders)).toBe(ordersAt(4, home));
  });

  test('does not copy the fence of an override into the service, where it would outlast it', async () => {
    const before = { 'us-east-1': 300, 'us-west-2': 700 };
    const { lever, key } = newStage({ [orders]: ordersAt(4, before), [OVERRIDE_KEY]: limited({ 'us-east-1': -1 }) });
    const { weights } = await routingOf(lever);

    const outcome = await lever.write({
      epoch: epoch(7),
      weights: { ...weights, 'us-west-2': 1_000 },
      expected: weights,
    });

    expect(outcome).toEqual({
      kind: 'accepted',
      routing: {
        epoch: 7,
        weights: { 'us-east-1': -1, 'us-west-2': 1_000 },
        overridden: ['us-east-1'],
        displaced: ['us-east-1'],
      },
    });
    expect(key(orders)).toBe(ordersAt(7, { 'us-east-1': 300, 'us-west-2': 1_000 }));
  });

  test('keeps a region that this configuration does not know', async () => {
    const { lever, key } = newStage({ [orders]: ordersAt(4, { ...home, 'eu-west-1': 5 }), [OVERRIDE_KEY]: noOverride });

    expect(await lever.write(away(7))).toMatchObject({ kind: 'accepted' });
    expect(key(orders)).toBe(ordersAt(7, { ...standby, 'eu-west-1': 5 }));
  });

  test.each(['', '{', '[]', 'null', '{"v":2,"e":1,"w":[]}', '{"v":1,"e":1,"w":[["us-east-1","1000"]]}'])(
    'neither believes nor overwrites the malformed value %j',
    async (value) => {
      const { lever, key } = newStage({ [orders]: value, [OVERRIDE_KEY]: noOverride });

      expect(await lever.read()).toEqual({ kind: 'unreadable', because: expect.stringContaining(orders) });
      expect(await lever.write(away(7))).toEqual({ kind: 'refused', because: expect.stringContaining(orders) });
      expect(key(orders)).toBe(value);
    },
  );

  test.each(['', '{', '{"v":2,"e":1,"x":{"us-east-1":-1}}'])(
    'the malformed override %j lowers nothing, as at the edge',
    async (value) => {
      const { lever } = newStage({ [orders]: ordersAt(4, home), [OVERRIDE_KEY]: value });

      expect(await routingOf(lever)).toEqual({ epoch: 4, weights: home });
    },
  );
});

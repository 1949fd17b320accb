import { Route53RecoveryClusterClient } from '@aws-sdk/client-route53-recovery-cluster';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { epoch, region } from '../../../core/brand.ts';
import { arcCluster } from '../../../handlers/adapters/arc-cluster.ts';
import { arcLever } from '../../../handlers/adapters/lever.arc.ts';
import { arcRegions, createRoutingControlCluster, type SafetyRule } from '../../../loopback/aws/arc.ts';
import { type AwsFault, AwsFaults } from '../../../loopback/aws/faults.ts';
import { startAwsServer } from '../../../loopback/aws/server.ts';
import { away, both, home, leverContract, routingOf, standby } from '../../contracts/lever.contract.ts';
import { controls, serviceWith } from '../../contracts/service.ts';
import { MemoryLog } from '../../support/memory/log.ts';
import { awsAnswer, Wire } from './wire.ts';

const faults = new AwsFaults();
/** One cluster on one server for the file; a stage has its own two controls. */
let clusterNow = 1_000_000;
const calls: { operation: string; endpoint: number }[] = [];
const arc = createRoutingControlCluster({
  endpointIsUp: (endpoint) => !faults.endpointIsDown(endpoint),
  now: () => clusterNow,
});
const aws = await startAwsServer({ port: 0, account: '123456789012', services: [arc], faults });
faults.onCall(({ operation, endpoint }, phase) => {
  if (phase === 'before') calls.push({ operation, endpoint });
});
afterAll(() => aws.close());

let stages = 0;

function newStage({ rule = false }: { rule?: boolean } = {}) {
  const suffix = String(++stages).padStart(4, '0');
  const own = Object.fromEntries(Object.entries(controls).map(([name, arn]) => [name, `${arn}${suffix}`]));
  const panel = { controlPanelArn: 'panel', controlPanelName: 'orders' };
  const arns = Object.values(own);
  const rules: SafetyRule[] = [
    {
      kind: 'assertion',
      arn: `rule-${suffix}`,
      name: 'one region serves',
      type: 'ATLEAST',
      threshold: 1,
      assertedControls: arns,
    },
  ];
  arc.createCluster({
    controls: Object.entries(own).map(([name, arn]) => ({
      ...panel,
      arn,
      name,
      initial: name === 'us-east-1' ? 'On' : 'Off',
    })),
    safetyRules: rule ? rules : [],
  });
  calls.length = 0;
  // ARC's own quota is per endpoint: stages must not share a second of it.
  clusterNow += 10_000;
  return { own, ...newLever(own), rival: newLever(own).lever };
}

/** Always the first endpoint that is left, so that tests know which one is asked. */
function newLever(own: Readonly<Record<string, string>>, random: () => number = () => 0, refusing?: number) {
  const wire = new Wire();
  const log = new MemoryLog();
  const waits: number[] = [];
  /** ARC's time goes on while we wait. */
  const wait = async (ms: number) => {
    waits.push(ms);
    clusterNow += ms;
  };
  const endpoints = arcRegions.map((name, index) => ({ region: name, url: aws.arcUrls[index] ?? '' }));
  const cluster = arcCluster({
    endpoints,
    clientOf: ({ region, url }) =>
      new Route53RecoveryClusterClient({
        endpoint: url,
        region,
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
        maxAttempts: 1,
        requestHandler: region === endpoints[refusing ?? -1]?.region ? refusingWire() : wire,
      }),
    clock: { now: () => clusterNow },
    random,
    wait,
    log,
    endpointTimeoutMs: 250,
  });
  const lever = arcLever({
    cluster,
    service: serviceWith({ kind: 'arc', endpoints, controls: own }, 'payments'),
    controls: own,
    wait,
  });
  return { lever, wire, waits, log };
}

/** An endpoint whose `region` is wrong in the configuration. */
function refusingWire(): Wire {
  const wire = new Wire();
  wire.next(/./, ...Array.from({ length: 10_000 }, () => awsAnswer('InvalidSignatureException', 403)));
  return wire;
}

/** Numbers from 0 to 1 that are the same in every run of the test. */
function drawn(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function fault(...given: readonly AwsFault[]): void {
  for (const one of given) {
    const id = faults.set({ service: 'arc', ...one });
    onTestFinished(() => void faults.clear(id));
  }
}

const written = () => calls.filter(({ operation }) => operation === 'UpdateRoutingControlStates');
const readAt = () =>
  calls.filter(({ operation }) => operation === 'GetRoutingControlState').map(({ endpoint }) => endpoint);

leverContract('ARC routing controls', { weights: false, compareAndSet: false }, async () => newStage());

describe('the lever over ARC', () => {
  test('moves both controls in one transaction, and reads back from another endpoint', async () => {
    const { lever } = newStage();

    await lever.write(away(7));

    expect(written()).toEqual([{ operation: 'UpdateRoutingControlStates', endpoint: 0 }]);
    expect(readAt()).toEqual([0, 0, 1, 1]);
  });

  test('overrides no safety rule', async () => {
    const { lever } = newStage({ rule: true });

    const outcome = await lever.write({
      epoch: epoch(7),
      weights: { 'us-east-1': 0, 'us-west-2': 0 },
      expected: home,
    });

    expect(outcome).toEqual({ kind: 'refused', because: expect.stringMatching(/payments.*one region serves/) });
    expect((await routingOf(lever)).weights).toEqual(home);
  });

  test('starts at any of the five endpoints', async () => {
    const { own } = newStage();
    const draws = [0, 0.2, 0.4, 0.6, 0.999];

    for (const draw of draws) await newLever(own, () => draw).lever.read();

    expect([...new Set(readAt())]).toEqual([0, 1, 2, 3, 4]);
  });

  test('reads several controls that are on as shares of both', async () => {
    const { lever } = newStage();
    await lever.write({ epoch: epoch(7), weights: both, expected: home });

    expect(await routingOf(lever)).toEqual({ epoch: null, weights: both });
  });

  test('reads no control that is on as nobody serving', async () => {
    const { lever } = newStage();
    await lever.write({ epoch: epoch(7), weights: {}, expected: home });

    expect(await routingOf(lever)).toEqual({ epoch: null, weights: { 'us-east-1': 0, 'us-west-2': 0 } });
  });

  test('refuses a region that has no control', async () => {
    const { lever } = newStage();

    expect(await lever.write({ epoch: epoch(7), weights: { 'eu-west-1': 1_000 }, expected: home })).toEqual({
      kind: 'refused',
      because: expect.stringContaining('eu-west-1'),
    });
    expect(written()).toEqual([]);
  });

  test('cannot be made without a control for every region, or for more regions than one call moves', () => {
    const { own } = newStage();
    const endpoints = arcRegions.map((name) => ({ region: name, url: 'http://127.0.0.1:1' }));
    const service = serviceWith({ kind: 'arc', endpoints, controls: own });
    const never = async () => expect.fail();
    const cluster = { read: never, update: never, complaints: async () => [] };
    const wait = async () => {};
    const many = Array.from({ length: 11 }, (_, n) => ({ region: region(`r-${n}`), endpoint: '' }));

    expect(() => arcLever({ cluster, service, controls: {}, wait })).toThrow(/no routing control for us-east-1/);
    expect(() => arcLever({ cluster, service: { ...service, regions: many }, controls: own, wait })).toThrow(
      /at most 10/,
    );
  });
});

describe('the lever over ARC, with endpoints down', () => {
  test.each(['unavailable', 'throttled', 'refused', 'hang'] as const)(
    'moves while two endpoints are %s',
    async (kind) => {
      const { lever } = newStage();
      fault({ endpoint: 0, fault: kind }, { endpoint: 1, fault: kind });

      expect(await lever.write(away(7))).toMatchObject({ kind: 'accepted' });
      expect((await routingOf(lever)).weights).toEqual(standby);
    },
  );

  test('does not ask again those that have just failed, while others answer', async () => {
    const { lever, wire } = newStage();
    fault({ endpoint: 0, fault: 'unavailable' }, { endpoint: 1, fault: 'unavailable' });
    await lever.read();
    wire.sent.length = 0;

    await lever.write(away(7));

    expect(wire.sent.map((operation) => operation.replace(/RoutingControlStates?$/, ''))).toEqual([
      ...['Get', 'Get'],
      'Update',
      ...['Get', 'Get'],
    ]);
  });

  test('reads while four endpoints are down', async () => {
    const { lever } = newStage();
    fault(...[0, 1, 2, 3].map((endpoint) => ({ endpoint, fault: 'unavailable' }) as const));

    expect((await routingOf(lever)).weights).toEqual(home);
  });

  test.each([3, 4])(
    'S3-B3: without a quorum, %s endpoints down, a write is left undone and worth a retry',
    async (down) => {
      const { lever } = newStage();
      fault(...Array.from({ length: down }, (_, endpoint) => ({ endpoint, fault: 'unavailable' }) as const));

      await expect(lever.write(away(7))).rejects.toMatchObject({ name: 'LeverUnavailable', cause: expect.any(Error) });

      faults.clear();
      expect(await lever.write(away(7))).toMatchObject({ kind: 'accepted' });
    },
  );

  test('with all five down it says so', async () => {
    const { lever } = newStage();
    fault({ fault: 'refused' });

    expect(await lever.read()).toEqual({ kind: 'unreadable', because: expect.stringContaining('no ARC endpoint') });
    await expect(lever.write(away(7))).rejects.toMatchObject({ name: 'LeverUnavailable' });
  });

  test('with all five throttled it says so', async () => {
    const { lever } = newStage();
    fault({ operation: 'UpdateRoutingControlStates', fault: 'throttled' });

    await expect(lever.write(away(7))).rejects.toMatchObject({
      name: 'LeverUnavailable',
      cause: { name: 'ThrottlingException' },
    });
  });

  test('a write that only its own endpoint can confirm is accepted', async () => {
    const { lever } = newStage();
    fault(
      ...[1, 2, 3, 4].map((endpoint) => ({ endpoint, operation: 'GetRoutingControlState', fault: 'refused' }) as const),
    );

    expect(await lever.write(away(7))).toMatchObject({ kind: 'accepted', routing: { weights: standby } });
  });

  test('a write whose answer was lost is recognised at another endpoint, and not made twice', async () => {
    const { lever } = newStage({ rule: true });
    fault({ operation: 'UpdateRoutingControlStates', fault: 'answer-lost', times: 1 });

    expect(await lever.write(away(7))).toMatchObject({ kind: 'accepted', routing: { weights: standby } });
    expect(written()).toHaveLength(1);
  });

  test('after a lost answer and a rival it does not write again', async () => {
    const { lever, rival, wire } = newStage();
    fault({ operation: 'UpdateRoutingControlStates', fault: 'answer-lost', times: 1 });
    // The second reading is the one after the lost answer; two controls are read each time.
    const nothing = { kind: 'first', act: async () => {} } as const;
    wire.next(/Get/, nothing, nothing, {
      kind: 'first',
      act: () => rival.write({ epoch: epoch(8), weights: both, expected: standby }),
    });

    const outcome = await lever.write(away(7));

    expect(outcome).toMatchObject({ kind: 'moved-meanwhile' });
    expect((await routingOf(rival)).weights).toEqual(both);
  });
});

describe('the lever over ARC, under a safety rule', () => {
  test('waits out the wait period of a change right before, and moves', async () => {
    const { lever, waits } = newStage({ rule: true });
    await lever.write(away(7));

    const outcome = await lever.write({ epoch: epoch(8), weights: home, expected: standby });

    expect(outcome).toMatchObject({ kind: 'accepted', routing: { weights: home } });
    expect(waits).toContain(5_000);
  });

  test('a rival that moves during the wait is not overwritten', async () => {
    const { lever, rival, wire } = newStage({ rule: true });
    wire.next(/Update/, { kind: 'first', act: () => rival.write({ epoch: epoch(6), weights: both, expected: home }) });

    expect(await lever.write(away(7))).toMatchObject({ kind: 'moved-meanwhile', routing: { weights: both } });
  });

  test('is refused when the rule stands against it after two wait periods', async () => {
    const { lever, waits } = newStage();
    fault({ operation: 'UpdateRoutingControlStates', fault: 'conflict' });

    expect(await lever.write(away(7))).toEqual({
      kind: 'refused',
      because: expect.stringContaining('ConflictException'),
    });
    expect(waits.filter((ms) => ms === 5_000)).toHaveLength(2);
  });
});

describe('the lever over ARC, told no for good', () => {
  const refusals: readonly [code: string, status: number][] = [
    ['AccessDeniedException', 403],
    ['ValidationException', 400],
    ['ResourceNotFoundException', 404],
    ['InvalidSignatureException', 403],
  ];

  test.each([...refusals, ['ServiceLimitExceededException', 402] as const])(
    'is refused by %s when every endpoint says so, and each is asked once',
    async (code, status) => {
      const { lever, wire } = newStage();
      wire.next(/Update/, ...arcRegions.map(() => awsAnswer(code, status)));

      expect(await lever.write(away(7))).toEqual({ kind: 'refused', because: expect.stringContaining(code) });
      expect(wire.sent.filter((operation) => operation.startsWith('Update'))).toHaveLength(5);
    },
  );

  test.each(refusals)('moves by another endpoint when one alone says %s', async (code, status) => {
    const { lever, wire } = newStage();
    wire.next(/Update/, awsAnswer(code, status));

    expect(await lever.write(away(7))).toMatchObject({ kind: 'accepted', routing: { weights: standby } });
    expect(written().map(({ endpoint }) => endpoint)).toEqual([1]);
  });

  test('what four refuse and one does not answer may be done by a later attempt', async () => {
    const { lever, wire } = newStage();
    wire.next(/Update/, ...refusals.map((each) => awsAnswer(...each)));
    fault({ endpoint: 4, operation: 'UpdateRoutingControlStates', fault: 'unavailable' });

    await expect(lever.write(away(7))).rejects.toMatchObject({ name: 'LeverUnavailable' });
  });

  test('cannot be read where no endpoint may be read', async () => {
    const { lever, wire } = newStage();
    const denied = awsAnswer('AccessDeniedException', 403);
    wire.next(/Get/, ...arcRegions.flatMap(() => [denied, denied]));

    expect(await lever.read()).toEqual({
      kind: 'unreadable',
      because: expect.stringMatching(/payments.*ConfigurationError.*AccessDeniedException/),
    });
  });

  test('is read elsewhere where one endpoint may not be read', async () => {
    const { lever, wire } = newStage();
    wire.next(/Get/, awsAnswer('AccessDeniedException', 403));

    expect((await routingOf(lever)).weights).toEqual(home);
  });

  test('moves 200 times of 200 while one endpoint of five takes no signature of ours, wherever it begins', async () => {
    const { own } = newStage();
    const { lever, log } = newLever(own, drawn(1), 3);

    for (let move = 0; move < 200; move++) {
      const [weights, expected] = move % 2 === 0 ? [standby, home] : [home, standby];
      expect(await lever.write({ epoch: epoch(move + 1), weights, expected })).toMatchObject({ kind: 'accepted' });
    }
    expect(log.warnings[0]?.facts['because']).toContain('InvalidSignatureException');
  });

  test('says which endpoints do not answer, having asked each of them once', async () => {
    const { lever, wire } = newStage();
    wire.next(/Get/, ...[0, 1].map(() => awsAnswer('InvalidSignatureException', 403)));

    expect(await lever.complaints?.()).toEqual([
      expect.stringMatching(new RegExp(`^${arcRegions[0]}: InvalidSignature`)),
    ]);
    expect(new Set(readAt())).toEqual(new Set([1, 2, 3, 4]));
  });

  test('goes on after an error that may have come too late', async () => {
    const { lever, wire } = newStage();
    wire.next(/Update/, awsAnswer('InternalServerException', 500), { kind: 'reset' });

    expect(await lever.write(away(7))).toMatchObject({ kind: 'accepted' });
    expect(written().map(({ endpoint }) => endpoint)).toEqual([2]);
  });
});

describe('the pace at ARC', () => {
  test('keeps to three writes a second at one endpoint, and takes one whose turn it is before it waits', async () => {
    const { own } = newStage();
    const { lever, waits } = newLever(own);
    let expected = home;
    for (const weights of [standby, home, standby, home, standby, home]) {
      expect(await lever.write({ epoch: epoch(7), weights, expected })).toMatchObject({ kind: 'accepted' });
      expected = weights;
    }

    expect(written().map(({ endpoint }) => endpoint)).toEqual([0, 1, 2, 3, 4, 0]);
    expect(waits).toEqual([350]);
  });
});

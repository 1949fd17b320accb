import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, test, vi } from 'vitest';
import { type AwsFault, AwsFaults } from '../../../loopback/aws/faults.ts';
import type { AwsService, ServiceId } from '../../../loopback/aws/service.ts';
import { awsServer, clientConfig, failure } from './aws-fixture.ts';

function counter() {
  const state = { performed: 0 };
  const service: AwsService = {
    id: 'states',
    operations: {
      ListStateMachines: async () => {
        state.performed += 1;
        return { stateMachines: [] };
      },
    },
  };
  return Object.assign(service, { state });
}

const list = new ListStateMachinesCommand({});

describe('over the wire', () => {
  test('`answer-lost` performs the operation and breaks the connection', async () => {
    const states = counter();
    const server = await awsServer([states]);
    const client = new SFNClient(clientConfig(server));
    server.faults.set({ service: 'states', fault: 'answer-lost', times: 1 });

    const lost = await failure(client.send(list));
    await client.send(list);

    expect(lost['code']).toBe('ECONNRESET');
    expect(states.state.performed).toBe(2);
  });

  test.each([
    ['unavailable', 'ServiceUnavailable', 503],
    ['throttled', 'ThrottlingException', 400],
    ['conflict', 'ConflictException', 409],
  ] as const)('`%s` answers the typed error and performs nothing', async (fault, name, httpStatusCode) => {
    const states = counter();
    const server = await awsServer([states]);
    server.faults.set({ operation: 'ListStateMachines', fault });

    const error = await failure(new SFNClient(clientConfig(server)).send(list));

    expect(error).toMatchObject({ name, $metadata: { httpStatusCode } });
    expect(states.state.performed).toBe(0);
  });

  test('a lost region cannot be reached, the others can', async () => {
    const server = await awsServer([counter()]);
    server.faults.set({ region: 'us-east-1', fault: 'refused' });

    const lost = await failure(new SFNClient(clientConfig(server, 'us-east-1')).send(list));
    const other = await new SFNClient(clientConfig(server, 'us-west-2')).send(list);

    expect(lost['code']).toBe('ECONNRESET');
    expect(other.stateMachines).toEqual([]);
  });

  test('`hang` does not answer until it is cleared', async () => {
    const states = counter();
    const server = await awsServer([states]);
    const id = server.faults.set({ fault: 'hang', times: 1 });
    const hanging = failure(new SFNClient(clientConfig(server)).send(list));
    await vi.waitFor(() => expect(server.faults.list()).toEqual([]));
    await new SFNClient(clientConfig(server)).send(list);

    expect(server.faults.clear(id)).toBe(1);

    expect((await hanging)['code']).toBe('ECONNRESET');
    expect(states.state.performed).toBe(1);
  });

  test('a caller that gives up ends a call that hangs', async () => {
    const server = await awsServer([counter()]);
    server.faults.set({ fault: 'hang', times: 1 });
    const givingUp = new AbortController();

    const failing = failure(new SFNClient(clientConfig(server)).send(list, { abortSignal: givingUp.signal }));
    await vi.waitFor(() => expect(server.faults.list()).toEqual([]));
    givingUp.abort();
    const error = await failing;
    await vi.waitFor(() => expect(server.records).toHaveLength(1));

    expect(error.name).toBe('AbortError');
    expect(server.records).toMatchObject([{ outcome: 'ConnectionLost' }]);
  });

  test('`slow` performs after its delay, by the clock it was given', async () => {
    const waits: number[] = [];
    const faults = new AwsFaults({ clock: { now: () => 0, wait: async (ms) => void waits.push(ms) } });
    const server = await awsServer([counter()], faults);
    faults.set({ fault: 'slow', delayMs: 700 });

    await new SFNClient(clientConfig(server)).send(list);

    expect(waits).toEqual([700]);
  });

  test('a hook acts before and after the operation, and the answer waits for it', async () => {
    const states = counter();
    const server = await awsServer([states]);
    const seen: string[] = [];
    const off = server.faults.onCall(async ({ operation }, phase) => {
      await Promise.resolve();
      seen.push(`${phase} ${operation} ${states.state.performed}`);
    });

    await new SFNClient(clientConfig(server)).send(list);
    off();
    await new SFNClient(clientConfig(server)).send(list);

    expect(seen).toEqual(['before ListStateMachines 0', 'after ListStateMachines 1']);
  });
});

describe('in process', () => {
  test('the same faults hold', async () => {
    const states = counter();
    const server = await awsServer([states]);
    server.faults.set({ fault: 'answer-lost', times: 1 });
    server.faults.set({ fault: 'throttled', times: 1 });
    const call = () => server.call('states', 'ListStateMachines', {}, { region: 'us-east-1' });

    expect(await failure(call())).toMatchObject({ name: 'ConnectionLost', code: 'ECONNRESET' });
    expect(states.state.performed).toBe(1);
    expect(await failure(call())).toMatchObject({ code: 'ThrottlingException' });
    expect(await call()).toEqual({ stateMachines: [] });
  });
});

describe('the list of faults', () => {
  const call = (service: ServiceId, region: string, endpoint = 0) => ({
    service,
    operation: 'Any',
    region,
    account: '1',
    requestId: 'r',
    endpoint,
  });

  test.each<[string, AwsFault, ReturnType<typeof call>, boolean]>([
    ['any call', { fault: 'refused' }, call('sns', 'us-east-1'), true],
    ['its service only', { service: 'sns', fault: 'refused' }, call('events', 'us-east-1'), false],
    ['its operation only', { operation: 'Other', fault: 'refused' }, call('sns', 'us-east-1'), false],
    ['its region only', { region: 'us-east-1', fault: 'refused' }, call('sns', 'us-west-2'), false],
    ['no SigV4A call by region', { region: 'us-east-1', fault: 'refused' }, call('kvs', '*'), false],
    ['its ARC endpoint only', { endpoint: 1, fault: 'refused' }, call('arc', 'us-west-2', 1), true],
    ['no other service by endpoint', { endpoint: 0, fault: 'refused' }, call('sns', 'us-east-1'), false],
  ])('a fault hits %s', async (_what, fault, target, hit) => {
    const faults = new AwsFaults();
    faults.set(fault);

    const outcome = await faults.around(target, async () => 'performed').catch((error: Error) => error.name);

    expect(outcome).toBe(hit ? 'ConnectionLost' : 'performed');
  });

  test('clears by id, by members, and all', () => {
    const faults = new AwsFaults();
    const first = faults.set({ service: 'sns', fault: 'hang' });
    faults.set({ region: 'us-east-1', fault: 'refused' });
    faults.set({ region: 'us-east-1', service: 'kvs', fault: 'slow' });
    faults.set({ fault: 'throttled' });

    expect(faults.clear(first)).toBe(1);
    expect(faults.clear({ region: 'us-east-1' })).toBe(2);
    expect(faults.list()).toMatchObject([{ fault: 'throttled' }]);
    expect(faults.clear()).toBe(1);
    expect(faults.list()).toEqual([]);
  });

  test('hits only so many times', async () => {
    const faults = new AwsFaults();
    faults.set({ fault: 'throttled', times: 2 });
    const outcomes = [];
    for (let index = 0; index < 3; index += 1) {
      outcomes.push(await faults.around(call('sns', 'r'), async () => 'performed').catch(() => 'throttled'));
    }

    expect(outcomes).toEqual(['throttled', 'throttled', 'performed']);
  });
});

import {
  GetRoutingControlStateCommand,
  ListRoutingControlsCommand,
  Route53RecoveryClusterClient,
  UpdateRoutingControlStateCommand,
  type UpdateRoutingControlStateEntry,
  UpdateRoutingControlStatesCommand,
} from '@aws-sdk/client-route53-recovery-cluster';
import { describe, expect, test } from 'vitest';
import {
  arcRegions,
  type ControlChange,
  createRoutingControlCluster,
  type SafetyRule,
} from '../../../loopback/aws/arc.ts';
import { AwsFaults } from '../../../loopback/aws/faults.ts';
import { account, awsServer, cli, clis, credentials, failure } from './aws-fixture.ts';

const panel = `arn:aws:route53-recovery-control::${account}:controlpanel/p`;
const east = `${panel}/routingcontrol/east`;
const west = `${panel}/routingcontrol/west`;
const atLeastOne: SafetyRule = {
  kind: 'assertion',
  arn: `${panel}/safetyrule/at-least-one`,
  name: 'at-least-one',
  type: 'ATLEAST',
  threshold: 1,
  assertedControls: [east, west],
};

/** A cluster whose time the test turns; east is on, west is off. */
async function cluster(safetyRules: readonly SafetyRule[] = []) {
  const time = { now: 1_000_000 };
  const faults = new AwsFaults();
  const arc = createRoutingControlCluster({
    now: () => time.now,
    endpointIsUp: (endpoint) => !faults.endpointIsDown(endpoint),
  });
  const control = (arn: string, initial: 'On' | 'Off') => ({
    arn,
    name: arn.slice(arn.lastIndexOf('/') + 1),
    controlPanelArn: panel,
    controlPanelName: 'p',
    initial,
  });
  arc.createCluster({ controls: [control(east, 'On'), control(west, 'Off')], safetyRules });
  const changes: ControlChange[] = [];
  arc.subscribe((change) => changes.push(change));
  const server = await awsServer([arc], faults);
  const client = (endpoint = 0) =>
    new Route53RecoveryClusterClient({
      region: arcRegions[endpoint] ?? '',
      endpoint: server.arcUrls[endpoint] ?? '',
      credentials,
      maxAttempts: 1,
    });
  return { time, faults, arc, changes, server, client };
}

const set = (entries: Record<string, string>, SafetyRulesToOverride?: string[]) =>
  new UpdateRoutingControlStatesCommand({
    UpdateRoutingControlStateEntries: Object.entries(entries).map(
      ([RoutingControlArn, RoutingControlState]) =>
        ({ RoutingControlArn, RoutingControlState }) as UpdateRoutingControlStateEntry,
    ),
    ...(SafetyRulesToOverride && { SafetyRulesToOverride }),
  });
const swap = set({ [east]: 'Off', [west]: 'On' });

describe('reading', () => {
  test('any endpoint tells a control’s state', async () => {
    const { client } = await cluster();

    for (const endpoint of arcRegions.keys()) {
      const state = await client(endpoint).send(new GetRoutingControlStateCommand({ RoutingControlArn: east }));
      expect(state).toMatchObject({ RoutingControlArn: east, RoutingControlName: 'east', RoutingControlState: 'On' });
    }
  });

  test('lists controls, by panel, page by page', async () => {
    const { client } = await cluster();

    const first = await client().send(new ListRoutingControlsCommand({ ControlPanelArn: panel, MaxResults: 1 }));
    const second = await client().send(
      new ListRoutingControlsCommand({ ControlPanelArn: panel, NextToken: first.NextToken }),
    );

    expect(first.RoutingControls).toEqual([
      {
        ControlPanelArn: panel,
        ControlPanelName: 'p',
        RoutingControlArn: east,
        RoutingControlName: 'east',
        RoutingControlState: 'On',
        Owner: account,
      },
    ]);
    expect(second.RoutingControls).toMatchObject([{ RoutingControlArn: west, RoutingControlState: 'Off' }]);
    expect(second.NextToken).toBeUndefined();
  });

  test('what is not there is not found', async () => {
    const { client } = await cluster();

    for (const command of [
      new GetRoutingControlStateCommand({ RoutingControlArn: `${east}x` }),
      new ListRoutingControlsCommand({ ControlPanelArn: `${panel}x` }),
      set({ [`${east}x`]: 'On' }),
    ]) {
      expect(await failure(client().send(command as GetRoutingControlStateCommand))).toMatchObject({
        name: 'ResourceNotFoundException',
        resourceId: expect.stringContaining(account),
        $metadata: { httpStatusCode: 404 },
      });
    }
  });
});

describe('writing', () => {
  test('both controls change in one transaction, which subscribers hear of once', async () => {
    const { arc, client, changes, time } = await cluster([atLeastOne]);

    await client(2).send(swap);

    expect([arc.state(east), arc.state(west)]).toEqual(['Off', 'On']);
    expect(changes).toEqual([{ at: time.now, states: { [east]: 'Off', [west]: 'On' } }]);
  });

  test('one control can be changed alone', async () => {
    const { arc, client } = await cluster();

    await client().send(new UpdateRoutingControlStateCommand({ RoutingControlArn: west, RoutingControlState: 'On' }));

    expect(arc.state(west)).toBe('On');
  });

  test('an entry that cannot be changed leaves the others as they were', async () => {
    const { arc, client } = await cluster();

    await failure(client().send(set({ [east]: 'Off', [`${west}x`]: 'On' })));

    expect(arc.state(east)).toBe('On');
  });

  test('at most ten controls', async () => {
    const { client } = await cluster();
    const entries = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`${panel}/${index}`, 'On']));

    expect(await failure(client().send(set(entries)))).toMatchObject({
      name: 'ServiceLimitExceededException',
      $metadata: { httpStatusCode: 402 },
    });
  });

  test('a state is On or Off, and something must be changed', async () => {
    const { client } = await cluster();

    expect(await failure(client().send(set({ [east]: 'on' })))).toMatchObject({ name: 'ValidationException' });
    expect(await failure(client().send(set({})))).toMatchObject({ name: 'ValidationException' });
  });

  test('the fourth write in a second to one endpoint is throttled, one to another is not', async () => {
    const { client, time } = await cluster();
    const write = () => set({ [east]: 'On' });
    for (let index = 0; index < 3; index += 1) await client(0).send(write());

    const fourth = await failure(client(0).send(write()));
    await client(1).send(write());
    time.now += 1000;
    await client(0).send(write());

    expect(fourth).toMatchObject({ name: 'ThrottlingException', $metadata: { httpStatusCode: 429 } });
  });

  test('of concurrent writers under one rule exactly one wins', async () => {
    const { arc, client } = await cluster([atLeastOne]);

    const outcomes = await Promise.all(
      [0, 1, 2, 3, 4].map((endpoint) =>
        client(endpoint)
          .send(swap)
          .then(
            () => 'won',
            (error: Error) => error.name,
          ),
      ),
    );

    expect(outcomes.filter((outcome) => outcome === 'won')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'ConflictException')).toHaveLength(4);
    expect([arc.state(east), arc.state(west)]).toEqual(['Off', 'On']);
  });
});

describe('safety rules', () => {
  test('a change that would leave too few controls on is a conflict', async () => {
    const { arc, client } = await cluster([atLeastOne]);

    const error = await failure(client().send(set({ [east]: 'Off' })));

    expect(error).toMatchObject({
      name: 'ConflictException',
      resourceId: atLeastOne.arn,
      resourceType: 'SAFETY_RULE',
      $metadata: { httpStatusCode: 409 },
    });
    expect(arc.state(east)).toBe('On');
  });

  test('a rule that is overridden does not hold; an unknown one cannot be', async () => {
    const { arc, client } = await cluster([atLeastOne]);

    expect(await failure(client().send(set({ [east]: 'Off' }, ['arn:none'])))).toMatchObject({
      name: 'ValidationException',
    });
    await client().send(set({ [east]: 'Off' }, [atLeastOne.arn]));

    expect(arc.state(east)).toBe('Off');
  });

  test('within the wait period after a change any request for the rule’s controls fails', async () => {
    const { client, time } = await cluster([atLeastOne]);
    await client(0).send(swap);
    time.now += 4999;

    const early = await failure(client(1).send(swap));
    time.now += 1;
    await client(1).send(set({ [east]: 'On', [west]: 'Off' }));

    expect(early.name).toBe('ConflictException');
  });

  const rule = (more: Partial<SafetyRule>) => ({ ...atLeastOne, ...more }) as SafetyRule;
  test.each<[string, SafetyRule, Record<string, 'On' | 'Off'>, boolean]>([
    ['AND wants all on', rule({ type: 'AND' }), { [west]: 'On' }, true],
    ['AND refuses one off', rule({ type: 'AND' }), { [east]: 'Off', [west]: 'On' }, false],
    ['OR is content with one', rule({ type: 'OR' }), { [east]: 'Off', [west]: 'On' }, true],
    ['OR refuses none', rule({ type: 'OR' }), { [east]: 'Off' }, false],
    ['ATLEAST 2 refuses one', rule({ threshold: 2 }), { [east]: 'Off', [west]: 'On' }, false],
    ['inverted ATLEAST 2 refuses two', rule({ threshold: 2, inverted: true }), { [west]: 'On' }, false],
    ['inverted ATLEAST 2 allows one', rule({ threshold: 2, inverted: true }), { [east]: 'Off', [west]: 'On' }, true],
    [
      'a gating rule allows while its gate is open',
      { ...atLeastOne, kind: 'gating', gatingControls: [east], targetControls: [west] } as SafetyRule,
      { [west]: 'On' },
      true,
    ],
    [
      'a gating rule refuses while its gate is shut',
      { ...atLeastOne, kind: 'gating', gatingControls: [west], targetControls: [east] } as SafetyRule,
      { [east]: 'Off' },
      false,
    ],
  ])('%s', async (_what, safetyRule, entries, allowed) => {
    const { client } = await cluster([safetyRule]);

    const outcome = await client()
      .send(set(entries))
      .then(
        () => 'allowed',
        (error: Error) => error.name,
      );

    expect(outcome).toBe(allowed ? 'allowed' : 'ConflictException');
  });
});

describe('endpoints', () => {
  test('one that is down says so, and the others write', async () => {
    const { arc, client, faults } = await cluster();
    faults.set({ service: 'arc', endpoint: 1, fault: 'unavailable' });

    const down = await failure(client(1).send(swap));
    await client(0).send(swap);

    expect(down).toMatchObject({
      name: 'EndpointTemporarilyUnavailableException',
      $metadata: { httpStatusCode: 503 },
    });
    expect(arc.state(west)).toBe('On');
  });

  test('a lost region takes its endpoint along, whatever the client signed for', async () => {
    const { client, faults, server } = await cluster();
    faults.set({ region: 'eu-west-1', fault: 'refused' });
    const elsewhere = new Route53RecoveryClusterClient({
      region: 'us-west-2',
      endpoint: server.arcUrls[2] ?? '',
      credentials,
      maxAttempts: 1,
    });

    expect((await failure(elsewhere.send(swap)))['code']).toBe('ECONNRESET');
    await client(0).send(swap);
  });

  test('three of five are a quorum for writes, two are none; what is up still reads', async () => {
    const { arc, client, faults } = await cluster();
    faults.set({ service: 'arc', endpoint: 0, fault: 'refused' });
    faults.set({ region: 'us-west-2', fault: 'refused' });

    await client(2).send(swap);
    faults.set({ service: 'arc', endpoint: 4, fault: 'hang' });
    const without = await failure(client(2).send(set({ [east]: 'On' })));
    const read = await client(3).send(new GetRoutingControlStateCommand({ RoutingControlArn: west }));

    expect(without.name).toBe('EndpointTemporarilyUnavailableException');
    expect(read.RoutingControlState).toBe('On');
    expect(arc.state(east)).toBe('Off');
  });

  test('a write whose answer is lost has happened', async () => {
    const { arc, client, faults } = await cluster();
    faults.set({ service: 'arc', operation: 'UpdateRoutingControlStates', fault: 'answer-lost', times: 1 });

    const lost = await failure(client().send(swap));

    expect(lost['code']).toBe('ECONNRESET');
    expect(arc.state(west)).toBe('On');
  });

  test('on the main port the signed region chooses the endpoint', async () => {
    const { server } = await cluster();
    const list = new ListRoutingControlsCommand({});

    for (const region of ['ap-northeast-1', 'eu-north-1']) {
      await new Route53RecoveryClusterClient({ region, endpoint: server.url, credentials }).send(list);
    }

    expect(server.records.map(({ call }) => call.endpoint)).toEqual([3, 0]);
  });
});

test.skipIf(clis.length === 0)(
  'every AWS CLI of this machine reads and writes (skipped without one)',
  async () => {
    for (const path of clis) {
      const { arc, server } = await cluster([atLeastOne]);
      const url = server.arcUrls[0] ?? '';
      const cluster_ = 'route53-recovery-cluster';

      const listed = await cli(path, [cluster_, 'list-routing-controls'], url, 'us-west-2');
      expect(listed.RoutingControls).toMatchObject([{ RoutingControlName: 'east' }, { RoutingControlName: 'west' }]);

      const update = [
        cluster_,
        'update-routing-control-state',
        '--routing-control-arn',
        east,
        '--routing-control-state',
        'Off',
      ];
      expect((await failure(cli(path, update, url, 'us-west-2')))['stderr']).toContain('(ConflictException)');
      await cli(path, [...update, '--safety-rules-to-override', atLeastOne.arn], url, 'us-west-2');
      expect(arc.state(east)).toBe('Off');
    }
  },
  60_000,
);

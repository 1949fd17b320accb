import { Route53RecoveryClusterClient } from '@aws-sdk/client-route53-recovery-cluster';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { epoch } from '../../../core/brand.ts';
import { arcCluster } from '../../../handlers/adapters/arc-cluster.ts';
import { arcLever } from '../../../handlers/adapters/lever.arc.ts';
import { arcRegions, type ControlState, createRoutingControlCluster } from '../../../loopback/aws/arc.ts';
import { AwsFaults } from '../../../loopback/aws/faults.ts';
import { startAwsServer } from '../../../loopback/aws/server.ts';
import { controls, serviceWith } from '../../contracts/service.ts';

const [home = '', standby = ''] = Object.keys(controls);
const faults = new AwsFaults();
let now = 1_000_000;
const arc = createRoutingControlCluster({ endpointIsUp: (n) => !faults.endpointIsDown(n), now: () => now });
const aws = await startAwsServer({ port: 0, account: '123456789012', services: [arc], faults });
afterAll(() => aws.close());

const endpoints = arcRegions.map((region, index) => ({ region, url: aws.arcUrls[index] ?? '' }));

function newLever(own: Readonly<Record<string, string>>, random: () => number) {
  const wait = async (ms: number) => {
    now += ms;
  };
  const cluster = arcCluster({
    endpoints,
    clientOf: ({ region, url }) =>
      new Route53RecoveryClusterClient({
        endpoint: url,
        region,
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
        maxAttempts: 1,
      }),
    clock: { now: () => now },
    random,
    wait,
    endpointTimeoutMs: 1_000,
  });
  return arcLever({
    cluster,
    service: serviceWith({ kind: 'arc', endpoints, controls: own }, 'payments'),
    controls: own,
    wait,
  });
}

interface Flip {
  readonly to: string;
  /** Written by two executions at once. */
  readonly twice: boolean;
  /** Endpoints that are down meanwhile, at most two of the five. */
  readonly down: readonly number[];
}

const flip: fc.Arbitrary<Flip> = fc.record({
  to: fc.constantFrom(home, standby),
  twice: fc.boolean(),
  down: fc.subarray([0, 1, 2, 3, 4], { maxLength: 2 }),
});

let runs = 0;

test('S3-B2: at every instant exactly one control is On, and the pair changes in one call', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(flip, { minLength: 1, maxLength: 6 }),
      fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
      async (flips, stream) => {
        const suffix = String(++runs).padStart(4, '0');
        const own = Object.fromEntries(Object.entries(controls).map(([name, arn]) => [name, `${arn}${suffix}`]));
        arc.createCluster({
          controls: Object.entries(own).map(([name, arn]) => ({
            arn,
            name,
            controlPanelArn: 'panel',
            controlPanelName: 'payments',
            initial: (name === home ? 'On' : 'Off') satisfies ControlState as ControlState,
          })),
        });
        const random = () => stream.next().value ?? 0;
        const levers = [newLever(own, random), newLever(own, random)];
        // Collected, not thrown: what a listener throws would only fail the call.
        const seen: { on: number; changed: number }[] = [];
        const unsubscribe = arc.subscribe(({ states }) => {
          const ours = Object.values(own);
          const changed = ours.filter((arn) => arn in states).length;
          if (changed > 0) seen.push({ on: ours.filter((arn) => arc.state(arn) === 'On').length, changed });
        });
        try {
          for (const [index, { to, twice, down }] of flips.entries()) {
            // The quota of three writes a second at an endpoint is not what is tried here.
            now += 10_000;
            const ids = down.map((endpoint) => faults.set({ service: 'arc', endpoint, fault: 'unavailable' }));
            const reading = await levers[0]?.read();
            const expected = reading?.kind === 'read' ? reading.routing.weights : {};
            const weights = { [home]: to === home ? 1000 : 0, [standby]: to === standby ? 1000 : 0 };
            await Promise.all(
              levers
                .slice(0, twice ? 2 : 1)
                .map((lever) => lever.write({ epoch: epoch(index + 1), weights, expected })),
            );
            for (const id of ids) faults.clear(id);

            expect(arc.state(own[to] ?? '')).toBe('On');
            expect(seen.every(({ on, changed }) => on === 1 && changed === 2)).toBe(true);
          }
        } finally {
          unsubscribe();
        }
      },
    ),
    { numRuns: 30 },
  );
}, 60_000);

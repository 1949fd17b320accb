import { describe, expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import type { Callers } from '../../config/topology.ts';
import type { Failover } from '../../core/service.ts';
import { sha256 } from '../../loopback/edge/origin-access.ts';
import type { Fault } from '../../sandbox/regions/fault.ts';
import { topologyNames } from '../topologies/names.ts';
import { type Got, home, lookUpAndSend, standby } from '../topologies/world.ts';
import { type Deployment, deployment } from './deployment.ts';
import { byAutomation, byHand } from './requests.ts';
import { until } from './until.ts';

/**
 * Every fault against every topology, by automation, with real probes and the shipped machine. `npm run topologies` runs all
 * of the table; a plain test run takes each case once, and three for each topology, for a sandbox of its own each is costly.
 */
interface FaultCase {
  /** Acceptance checks that it is. */
  readonly checks?: string;
  readonly name: string;
  readonly faults: Readonly<Record<string, Fault>>;
  readonly becomes: 'moved' | 'held' | 'moved at most once';
}

const titleOf = ({ checks, name, becomes }: FaultCase) =>
  `${checks === undefined ? '' : `${checks} `}${name}: ${becomes}`;

const left = (fault: Fault): FaultCase => ({ name: fault, faults: { [home]: fault }, becomes: 'moved' });

const cases: readonly FaultCase[] = [
  left('dark'),
  left('hang'),
  left('500'),
  left('502'),
  left('503'),
  left('504'),
  left('429'),
  left('slow'),
  left('wrong-body'),
  left('html'),
  left('wrong-region'),
  { checks: 'S4-B3', name: 'flapping', faults: { [home]: 'flapping' }, becomes: 'moved at most once' },
  { checks: 'S3-B4, S4-B5', name: 'secondary red', faults: { [home]: 'dark', [standby]: '500' }, becomes: 'held' },
  { checks: 'X9', name: 'both red', faults: { [home]: '503', [standby]: 'dark' }, becomes: 'held' },
];

const whole = process.env['TOPOLOGIES'] === 'all';

const atHome = { [home]: 1000, [standby]: 0 };
const moved = { [home]: 0, [standby]: 1000 };

for (const [index, name] of topologyNames.entries()) {
  const mine = cases.filter((_, at) => whole || at % topologyNames.length === index);
  describe(name, async () => {
    const failover = await configurationOf(name);
    const here = deployment({ failover, topology: name });
    // ARC lets nobody change a pair again for five seconds: the applications take turns.
    const serviceAt = (at: number) => failover.services[at % failover.services.length]?.name ?? '';

    test.for(mine.map((each, at): [string, FaultCase, number] => [titleOf(each), each, at]))(
      '%s',
      async ([, { becomes, faults }, at]) => {
        const service = serviceAt(at);
        await here.comeHome(service);
        here.forget();
        for (const [region, fault] of Object.entries(faults)) await here.fault(region, fault);

        const { ending } = await here.run(byAutomation(service));

        const { weights } = await here.lever(service);
        if (becomes === 'moved') {
          expect({ ending, weights }).toEqual({ ending: 'recovered', weights: moved });
          expect(changes(here, service)).toBe(1);
          await servedFrom(here, service, standby);
        } else if (becomes === 'held') {
          expect({ ending, weights }).toEqual({ ending: 'held', weights: atHome });
          expect(changes(here, service)).toBe(0);
          expect(here.told('slack').some((subject) => subject.includes(service))).toBe(true);
        } else {
          expect(['recovered', 'held']).toContain(ending);
          expect(weights).toEqual(ending === 'recovered' ? moved : atHome);
          const again = await here.run(byAutomation(service));
          expect(again.ending === 'recovered' && ending === 'recovered').toBe(false);
          expect(changes(here, service)).toBeLessThanOrEqual(1);
        }
      },
    );

    if (name === 'failover-records') {
      test('S4-B4: a move by hand away from a home region that is well, and back, gives callers no bad answer', async () => {
        const service = serviceAt(0);
        const callers = here.sandbox.topology?.callers[service];
        if (callers === undefined) throw new Error(`nobody calls ${service}`);
        await here.comeHome(service);
        const statuses = new Set<number>();
        let over = false;
        const calling = (async () => {
          while (!over) statuses.add((await asked(here, service, callers, 'GET')).status);
        })();

        const there = await here.run(byHand(service, { to: standby }));
        await servedFrom(here, service, standby);
        const back = await here.run(byHand(service, { to: home }));
        await servedFrom(here, service, home);
        over = true;
        await calling;

        expect([there.ending, back.ending]).toEqual(['recovered', 'recovered']);
        expect([...statuses]).toEqual([200]);
      });
    }
  });
}

/** How often who serves was changed; a write that a safety rule refused, and that was tried again, changed nothing. */
function changes({ events, failover, leverWrites }: Deployment, name: string): number {
  const { lever } = failover.services.find((service) => service.name === name) ?? {};
  if (lever?.kind === 'beacon') return leverWrites.length;
  return events.filter((event) => event.kind === 'weights' && event.service === name).length;
}

/** Reads and writes both, through the front door, as callers ask. */
async function servedFrom(here: Deployment, service: string, region: string): Promise<void> {
  const callers = here.sandbox.topology?.callers[service];
  if (callers === undefined) throw new Error(`nobody calls ${service}`);
  await until(
    `${service} is read from ${region}`,
    async () => (await asked(here, service, callers, 'GET')).region === region,
  );
  const { post } = callers;
  if (post !== null) expect(await asked(here, service, callers, 'POST')).toMatchObject({ status: 201, region });
}

let unique = 0;
function asked(
  { failover }: Deployment,
  service: string,
  { get, post }: Callers,
  method: 'GET' | 'POST',
): Promise<Got> {
  const frontDoor = failover.services.find(({ name }) => name === service)?.frontDoor;
  if (frontDoor === undefined) throw new Error(`there is no service ${service}`);
  if (method === 'GET') return lookUpAndSend(frontDoor, get.replaceAll('{n}', String(unique++)));
  const body = JSON.stringify(post?.body ?? {});
  const headers = { 'content-type': 'application/json', 'x-amz-content-sha256': sha256(body) };
  return lookUpAndSend(frontDoor, post?.path ?? '', { method, body, headers });
}

/** As it is deployed, but without patience and with time for a busy machine: what is asked here is where traffic ends up. */
async function configurationOf(name: string): Promise<Failover> {
  const { default: input } = await import(`../../infra/topologies/${name}/configuration.ts`);
  return parseFailover({
    ...input,
    controlRegions: [standby],
    services: input.services.map((service: { readonly healthy: object; readonly policy?: object }) => ({
      ...service,
      healthy: { ...service.healthy, slowMs: 2_500, timeoutMs: 2_500 },
      policy: { ...service.policy, dwellMs: 0, cooldownMs: 0, recheckForMs: 500 },
    })),
  });
}

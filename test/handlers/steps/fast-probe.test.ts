import { describe, expect, test } from 'vitest';
import type { Instant, Region } from '../../../core/brand.ts';
import type { Observation } from '../../../core/observation.ts';
import type { Aim } from '../../../handlers/ports.ts';
import { fastProbe } from '../../../handlers/steps/fast-probe.ts';
import { badAnswer, goodAnswer, home, observers, standby, t0 } from '../../support/world.ts';
import { scene } from './scene.ts';

const [here] = observers;
const second = 1_000;

/** What is bad, by the moment since the start at which it is asked. */
type Weather = (region: Region | 'control', sinceMs: number) => boolean;

async function minute(weather: Weather, stage = scene()) {
  const asked: { readonly at: Instant; readonly aims: readonly Aim[] }[] = [];
  const look = async (aims: readonly Aim[]): Promise<readonly Observation[]> => {
    const at = stage.world.clock.now();
    asked.push({ at, aims });
    return aims.map(({ target }) => ({
      observer: here,
      target,
      at,
      latencyMs: 20,
      outcome: weather(target.kind === 'regional' ? target.region : 'control', at - t0) ? badAnswer : goodAnswer,
    }));
  };
  const failover = { ...stage.failover, services: stage.failover.services.filter(({ name }) => name === 'orders') };
  const { clock, wait, log, ledger, starter } = stage.world;
  const suspicions = await clock.run(fastProbe({ clock, wait, log, ledger, starter, look }, failover, here));
  return { suspicions, asked, started: [...starter.started] };
}

describe('the fast probe', () => {
  test('looks every three seconds for a minute, and starts nothing while all is well', async () => {
    const { asked, started, suspicions } = await minute(() => false);

    expect(asked.map(({ at }) => (at - t0) / second)).toEqual(Array.from({ length: 20 }, (_, round) => 3 * round));
    expect(started).toEqual([]);
    expect(suspicions).toEqual([]);
  });

  test('starts one run at the third bad look in a row, however long it stays bad', async () => {
    const { asked, started, suspicions } = await minute((region, since) => region === home && since >= 20 * second);

    expect(asked.map(({ at }) => (at - t0) / second).slice(5, 12)).toEqual([15, 18, 21, 21.25, 21.5, 24.5, 27.5]);

    expect(suspicions.map(({ outcome }) => outcome)).toEqual(['started']);
    expect(started).toEqual([
      [
        `probe-orders-e0-${Math.floor((t0 + 21.5 * second) / 60_000)}`,
        {
          service: 'orders',
          mode: 'automatic',
          from: home,
          reason: `${home} was bad 3 times in a row, 250 ms apart, as seen from ${here}`,
          requestedBy: 'fast probe',
        },
      ],
    ]);
  });

  test('what it starts is admitted and moves the traffic', async () => {
    const stage = scene({ dwellMs: 0 });
    stage.world.broken.set(home, 'refused');
    const { started } = await minute((region) => region === home, stage);

    expect((await stage.run(started[0]?.[1])).ending).toBe('recovered');
  });

  describe('where two regions have a share', () => {
    const shared = async () => {
      const stage = scene();
      await stage.world.ledger.change('orders', {
        kind: 'record',
        movedTo: home,
        epoch: null,
        serving: [home, standby],
      });
      return stage;
    };

    test('asks both, and leaves the one that is bad', async () => {
      const { asked, started } = await minute((region) => region === standby, await shared());

      const targets = asked[0]?.aims.map(({ target }) => (target.kind === 'regional' ? target.region : target.kind));
      expect(targets).toEqual([home, standby, 'control']);
      expect(started.map(([, input]) => input)).toMatchObject([{ from: standby }]);
    });

    test('starts one run for both, which chooses by what it sees', async () => {
      const { started } = await minute((region) => region !== 'control', await shared());

      expect(started).toHaveLength(1);
      expect(JSON.parse(JSON.stringify(started[0]?.[1]))).not.toHaveProperty('from');
      expect(started[0]?.[1].reason).toContain(`${home} and ${standby} was bad 3 times in a row`);
    });
  });

  test('starts nothing for two bad looks, nor for three with a good one between', async () => {
    let looks = 0;
    const flapping: Weather = (region) => region === home && looks++ % 3 !== 2;

    expect((await minute(flapping)).started).toEqual([]);
  });

  test('sees a streak that begins with the last look of the minute to its end', async () => {
    const { asked, started } = await minute((region, since) => region === home && since >= 57 * second);
    const late = await minute((region, since) => region === home && since === 57 * second);

    expect(asked.map(({ at }) => (at - t0) / second).slice(-3)).toEqual([57, 57.25, 57.5]);
    expect(started).toHaveLength(1);
    expect(late.asked.map(({ at }) => (at - t0) / second).slice(-2)).toEqual([57, 57.25]);
  });

  test('starts nothing while the observer reaches nothing at all, and counts from when it does', async () => {
    const blind: Weather = (region, since) => region === home || since < 30 * second;

    const { started } = await minute(blind);

    expect(started).toHaveLength(1);
    expect((await minute((_region) => true)).started).toEqual([]);
  });

  test('watches the region that serves, and not the standby', async () => {
    const { asked, started } = await minute((region) => region === standby);

    expect(started).toEqual([]);
    const targets = new Set(asked.flatMap(({ aims }) => aims.map(({ target }) => JSON.stringify(target))));
    expect(targets).toEqual(new Set([JSON.stringify({ kind: 'regional', region: home }), '{"kind":"control"}']));
  });

  test('starts a run whatever automation may do: it looks, and people hear', async () => {
    const stage = scene();
    await stage.world.ledger.change('orders', { kind: 'pause', by: 'ann', reason: 'migration' });

    const { started } = await minute((region) => region === home, stage);

    expect(started).toHaveLength(1);
  });

  test('goes on looking when the ledger cannot be read for a while', async () => {
    const stage = scene();
    const { read } = stage.world.ledger;
    stage.world.ledger.read = (service) =>
      stage.world.clock.now() < t0 + 20 * second
        ? Promise.reject(new Error('away'))
        : read.call(stage.world.ledger, service);

    const { started, suspicions } = await minute((region) => region === home, stage);

    expect(suspicions.map(({ outcome }) => outcome)).toEqual([...Array(7).fill('failed'), 'started']);
    expect(started).toHaveLength(1);
  });
});

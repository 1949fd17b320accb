import { describe, expect, test } from 'vitest';
import { type Copy, copyPlace, copyTextIn } from '../../../core/copy.ts';
import { type CopyPorts, copyState } from '../../../handlers/steps/copy-state.ts';
import { home, observers, standby } from '../../support/world.ts';
import { type Scene, scene } from './scene.ts';

const minute = 60_000;

function copying(stage: Scene) {
  const written: Copy[] = [];
  const ports: CopyPorts = {
    ...stage.world,
    region: standby,
    page: `<html>${copyPlace}</html>`,
    copies: {
      async write({ state, page }) {
        expect(JSON.parse(copyTextIn(page))).toEqual(JSON.parse(state));
        written.push(JSON.parse(state));
      },
    },
  };
  const memory = new Map();
  return {
    ports,
    async turn(changes: Partial<CopyPorts> = {}) {
      const result = await stage.world.clock.run(copyState({ ...ports, ...changes }, stage.failover, memory));
      const copy = written.at(-1);
      return { result, copy, orders: copy?.services.find(({ name }) => name === 'orders') };
    },
  };
}

describe('a turn', () => {
  test('writes who serves, by whom and when', async () => {
    const stage = scene();
    const { result, copy, orders } = await copying(stage).turn();

    expect(result).toEqual({ services: stage.failover.services.length, failed: 0 });
    expect(copy).toMatchObject({ version: 1, region: standby, regions: stage.failover.controlRegions });
    expect(orders).toMatchObject({
      failure: null,
      readAt: copy?.writtenAt,
      state: { routing: { kind: 'read', routing: { weights: { [home]: 1000 } } }, ledger: { armed: true } },
    });
  });

  test('changes nothing in the ledger', async () => {
    const stage = scene();
    const before = JSON.stringify(await stage.world.ledger.read('orders'));
    await copying(stage).turn();

    expect(JSON.stringify(await stage.world.ledger.read('orders'))).toBe(before);
  });

  test('shows a region whose alarms are red, and asks the lever again for it', async () => {
    const stage = scene();
    const here = copying(stage);
    await here.turn();
    await stage.world.clock.advance(minute);
    stage.world.alarms.readings.set(
      'orders',
      observers.map((observer) => ({ observer, region: home, state: 'ALARM' as const, since: 0 })),
    );
    const { orders, copy } = await here.turn();

    expect(orders?.state?.health.find(({ target }) => target === home)?.state).toBe('bad');
    expect(orders?.routingReadAt).toBe(copy?.writtenAt);
  });

  test('does not ask the lever each minute while nothing happens', async () => {
    const stage = scene();
    const here = copying(stage);
    const first = await here.turn();
    await stage.world.clock.advance(minute);
    const second = await here.turn();

    expect(second.orders?.readAt).toBe((first.orders?.readAt ?? 0) + minute);
    expect(second.orders?.routingReadAt).toBe(first.orders?.readAt);
  });

  test('keeps what was known of a service that cannot be read, says since when and why, and writes the others', async () => {
    const stage = scene();
    const here = copying(stage);
    const first = await here.turn();
    await stage.world.clock.advance(minute);
    const { ledger } = stage.world;
    const { result, orders, copy } = await here.turn({
      ledger: Object.assign(Object.create(ledger), {
        read: (service: string) =>
          service === 'orders' ? Promise.reject(new Error('no answer within 2000 ms')) : ledger.read(service),
      }),
    });

    expect(result.failed).toBe(1);
    expect(orders).toMatchObject({ failure: 'Error: no answer within 2000 ms', readAt: first.orders?.readAt });
    expect(orders?.state).toEqual(first.orders?.state);
    expect(copy?.services.filter(({ failure }) => failure === null).length).toBe(stage.failover.services.length - 1);
  });

  test('that the bucket does not take fails, so that an alarm hears of it', async () => {
    const stage = scene();
    const { ports } = copying(stage);
    const refused = { ...ports, copies: { write: () => Promise.reject(new Error('AccessDenied')) } };

    await expect(stage.world.clock.run(copyState(refused, stage.failover))).rejects.toThrow('AccessDenied');
  });
});

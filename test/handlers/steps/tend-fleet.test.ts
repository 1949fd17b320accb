import { expect, test } from 'vitest';
import { FLEET } from '../../../core/record.ts';
import { reconcile } from '../../../handlers/steps/reconcile.ts';
import { home, t0 } from '../../support/world.ts';
import { scene } from './scene.ts';

const hour = 3_600_000;

test('people are told once, of all services together, that the time of a fence is over, and it holds on', async () => {
  const { world, failover } = scene();
  const fence = { kind: 'fence', region: home, by: 'ada', reason: 'an event of AWS', until: t0 + hour } as const;
  for (const name of [FLEET, 'orders']) await world.ledger.change(name, fence);
  const look = () => world.clock.run(reconcile(world, failover));

  await look();
  expect(world.chat.sent).toEqual([]);
  await world.clock.advance(hour);
  await look();
  await look();

  expect(world.chat.sent.map(({ subject, severity }) => [subject, severity])).toEqual([
    [`The time of the fence of ${home} is over, and it holds on`, 'info'],
  ]);
  expect(world.chat.sent[0]?.lines.join('\n')).toContain(`understudy unfence ${home}`);
  expect((await world.ledger.read('orders')).fences).toMatchObject([{ region: home }]);
});

test('a ledger that does not tell of the fleet keeps no service from being looked after', async () => {
  const { world, failover } = scene();
  const read = world.ledger.read.bind(world.ledger);
  world.ledger.read = async (name) => {
    if (name === FLEET) throw new Error('the ledger is gone');
    return read(name);
  };

  const results = await world.clock.run(reconcile(world, failover));

  expect(results.map(({ outcome }) => outcome)).toEqual(failover.services.map(() => 'nothing-to-do'));
});

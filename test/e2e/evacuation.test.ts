import { describe, expect, test } from 'vitest';
import { FLEET } from '../../core/record.ts';
import { startCli, understudy } from './cli.ts';
import { home, standby } from './configuration.ts';
import { deployment } from './deployment.ts';
import { fleet } from './fleet.ts';
import { until } from './until.ts';

const stranded = 'us-east-2';
const here = deployment({
  failover: fleet(
    { orders: [home, standby], invoices: [home, standby], archive: [home, standby], stuck: [home, stranded] },
    { more: { archive: { tier: 2 } } },
  ),
});
const cli = (...args: string[]) => understudy([...args, '--endpoint', here.sandbox.addresses.aws]);
const services = ['orders', 'invoices', 'archive', 'stuck', 'payments'];
const isAt = async (service: string, region: string) => ((await here.routing(service)).weights[region] ?? 0) > 0;
const at = async (region: string) => {
  const found = await Promise.all(services.map(async (name) => ((await isAt(name, region)) ? [name] : [])));
  return found.flat();
};

describe('an evacuation', () => {
  test('goes on when its command is killed, is found by the next one, and is led back', async () => {
    await here.fault(stranded, '503');
    const { promise: mayGoOn, resolve: goOn } = Promise.withResolvers<void>();
    // Held where it has begun, or it would be over before anybody comes to look.
    here.onCall(async ({ service, operation }, phase) => {
      const isStep = service === 'lambda' && operation === 'Invoke' && phase === 'before';
      if (isStep && (await here.record(FLEET)).evacuation !== null) await mayGoOn;
    });
    const killed = startCli(['evacuate', home, '--reason', 'an event', '--endpoint', here.sandbox.addresses.aws]);
    await until('it has begun', async () => killed.stdout().includes('started arn:'));
    process.kill(-(killed.child.pid ?? 0), 'SIGKILL');
    await killed.finished;
    expect(killed.stdout()).not.toContain('services are out of');

    const following = startCli(['evacuate', home, '--reason', 'is it over?', '--endpoint', here.sandbox.addresses.aws]);
    await until('it is followed', async () => following.stdout().includes('following arn:'));
    goOn();
    const found = await following.finished;

    const [, followed, ...lines] = found.stdout.split('\n');
    expect(followed).toMatch(
      /^following arn:aws:states:us-west-2:\d+:execution:understudy-evacuation:evacuate-us-east-1-/,
    );
    expect(lines.join('\n')).toMatch(
      /^4 services are in us-east-1 and leave it; cannot leave: stuck \(us-east-2 is bad /m,
    );
    expect(lines.join('\n')).toMatch(/^fenced us-east-1 by the override, epoch 1, for 2 services: an event$/m);
    expect(lines.join('\n')).toMatch(/^switched routing controls out of us-east-1, for 1 services: an event$/m);
    expect(lines.join('\n')).toMatch(/^4 of 5 services are out of us-east-1; not stuck$/m);
    expect(found.code).toBe(1);
    expect(await at(home)).toEqual(['stuck']);
    expect((await here.record(FLEET)).evacuation?.left.toSorted()).toEqual([
      'archive',
      'invoices',
      'orders',
      'payments',
    ]);
    expect(here.told('slack')).toContainEqual(expect.stringContaining('4 of 5 services are out of us-east-1'));

    await here.heal();
    const back = await cli('return', home, '--reason', 'the event is over', '--at-once', '2');

    expect(back).toMatchObject({ code: 0, stderr: '' });
    expect(back.stdout).toMatch(/^4 of 4 services are back in us-east-1$/m);
    expect(await at(home)).toEqual(services);
    expect((await here.record('orders')).fences).toEqual([]);
    expect((await here.record(FLEET)).fences).toEqual([]);
  });

  test('is stopped by a person before its next tier', async () => {
    let isAborted = false;
    let told = '';
    here.onCall(async ({ service, operation }, phase) => {
      if (isAborted || phase !== 'before' || service !== 'kvs' || operation !== 'UpdateKeys') return;
      isAborted = true;
      told = (await cli('evacuate', home, '--abort', '--json')).stdout;
    });

    const stopped = await cli('evacuate', home, '--reason', 'a game day');

    expect(stopped).toMatchObject({ code: 1 });
    expect(JSON.parse(told)).toEqual({ aborted: expect.stringMatching(/^evacuate-us-east-1-\d+$/) });
    expect(stopped.stdout).toMatch(/^\d of 5 services are out of us-east-1; not .*archive.*, and it was aborted$/m);
    expect(await at(home)).toContain('archive');
    expect((await cli('return', home, '--reason', 'it was one')).code).toBe(0);
    expect(await at(home)).toEqual(services);
    expect(JSON.parse((await cli('evacuate', home, '--abort', '--json')).stdout)).toEqual({
      aborted: null,
      because: `no evacuation of ${home} is under way`,
    });
  });
});

import { describe, expect, test } from 'vitest';
import { region } from '../../core/brand.ts';
import type { AlarmReading } from '../../core/evidence.ts';
import type { HookQuestion } from '../../core/hook.ts';
import type { Outcome } from '../../core/observation.ts';
import type { Hook, Service } from '../../core/service.ts';
import type { Aim, Alarms, HookAnswer, Hooks, Vantages } from '../../handlers/ports.ts';
import { ordersOnKvs } from './service.ts';

/** `newVantages` gives observers who see what `see` says; where it throws, the observer cannot be asked. */
export function vantagesContract(
  name: string,
  newVantages: (see: (observer: string, url: string) => Outcome) => Promise<Vantages>,
): void {
  describe(`the vantages by ${name}`, () => {
    test('every target is probed as often as asked, and the observer says it was there', async () => {
      const vantages = await newVantages((_, url) => (url === east.url ? bad : good));

      const seen = await vantages.burst(observer, [east, frontDoor], { count: 3, intervalMs: 0 });

      expect(seen).toHaveLength(6);
      expect(seen.every((one) => one.observer === observer)).toBe(true);
      expect(seen.filter(({ target }) => target.kind === 'regional').map(({ outcome }) => outcome)).toEqual([
        bad,
        bad,
        bad,
      ]);
      expect(seen.filter(({ target }) => target.kind === 'front-door').map(({ outcome }) => outcome)).toEqual([
        good,
        good,
        good,
      ]);
    });

    test('observers see for themselves', async () => {
      const vantages = await newVantages((who) => (who === observer ? bad : good));

      const [here] = await vantages.burst(observer, [east], { count: 1, intervalMs: 0 });
      const [there] = await vantages.burst(region('us-east-2'), [east], { count: 1, intervalMs: 0 });

      expect(here?.outcome).toEqual(bad);
      expect(there?.outcome).toEqual(good);
    });

    test('an observer that cannot be asked rejects', async () => {
      const vantages = await newVantages(() => {
        throw new Error('dark');
      });

      await expect(vantages.burst(observer, [east], { count: 1, intervalMs: 0 })).rejects.toThrow();
    });
  });
}

const observer = region('ca-central-1');
const good: Outcome = { kind: 'good', servedBy: region('us-east-1') };
const bad: Outcome = { kind: 'bad', because: 'refused', detail: 'connection refused (ECONNREFUSED)' };

const { healthy } = ordersOnKvs;

export const east: Aim = {
  target: { kind: 'regional', region: region('us-east-1') },
  url: 'http://127.0.0.1:1/health',
  healthy,
  expectedRegion: region('us-east-1'),
  resolvers: [],
};

const frontDoor: Aim = {
  target: { kind: 'front-door' },
  url: 'http://127.0.0.1:3/health',
  healthy,
  expectedRegion: null,
  resolvers: ['127.0.0.1:5353'],
};

/** `newAlarms` gives a world in which these alarms of `orders` exist. */
export function alarmsContract(name: string, newAlarms: (readings: readonly AlarmReading[]) => Promise<Alarms>): void {
  describe(`the alarms in ${name}`, () => {
    test('says who sees what, and since when', async () => {
      const readings: AlarmReading[] = [
        { observer: region('us-east-2'), region: region('us-east-1'), state: 'ALARM', since: 1_700_000_001_000 },
        { observer: region('us-east-2'), region: region('us-west-2'), state: 'OK', since: 1_700_000_002_000 },
        { observer, region: region('us-east-1'), state: 'INSUFFICIENT_DATA', since: 1_700_000_003_000 },
        { observer, region: region('us-west-2'), state: 'OK', since: 1_700_000_004_000 },
      ];
      const alarms = await newAlarms(readings);

      const read = await alarms.read(ordersOnKvs);

      expect(read).toHaveLength(4);
      expect(read).toEqual(expect.arrayContaining(readings));
    });

    test('a service without alarms has no readings', async () => {
      const alarms = await newAlarms([]);
      const other: Service = { ...ordersOnKvs, name: 'payments' };

      expect(await alarms.read(ordersOnKvs)).toEqual([]);
      expect(await alarms.read(other)).toEqual([]);
    });
  });
}

/** `newHooks` gives a hook that answers so, or throws. */
export function hooksContract(
  name: string,
  newHooks: (answer: (question: HookQuestion) => HookAnswer) => Promise<Hooks>,
): void {
  describe(`the hooks by ${name}`, () => {
    test.each<HookAnswer>([
      { kind: 'ok', detail: 'scaled to 12' },
      { kind: 'veto', detail: 'replication lags by 40 s' },
    ])('the answer comes back as it was given: %o', async (answer) => {
      const asked: HookQuestion[] = [];
      const hooks = await newHooks((question) => {
        asked.push(question);
        return answer;
      });

      expect(await hooks.call(hook, question)).toEqual(answer);
      expect(asked).toEqual([question]);
    });
  });
}

export const hook: Hook & { readonly functionArn: string } = {
  name: 'scale-up',
  when: ['prepare'],
  functionArn: 'arn:aws:lambda:us-west-2:123456789012:function:scale-up',
  timeoutMs: 5_000,
  retries: 0,
  onFailure: 'abort',
  safeInRehearsal: false,
};

export const question: HookQuestion = {
  service: 'orders',
  hook: 'scale-up',
  when: 'prepare',
  incident: 'orders#7',
  epoch: 7,
  token: 'orders#7',
  from: region('us-east-1'),
  to: region('us-west-2'),
  mode: 'automatic',
};

import { describe, expect, test } from 'vitest';
import { type ActsOptions, actsOf, lineOf } from '../../console/acts.ts';
import type { ActAbout, ActRequest } from '../../console/view.ts';

const start: ActAbout = {
  name: 'start',
  summary: 'moves',
  subject: 'service',
  confirm: true,
  options: [
    { name: 'to', kind: 'region', help: 'where to', required: false },
    { name: 'reason', kind: 'text', help: 'why', required: true },
    { name: 'force', kind: 'switch', help: 'also while paused', required: false },
  ],
};

const asked: ActRequest = { name: 'start', subject: 'orders', values: { reason: 'game day' }, confirm: 'orders' };

function actsWith(perform: ActsOptions['perform'], changed: ActsOptions['changed'] = () => {}) {
  const subjects = { service: ['orders', 'payments'], region: ['us-east-1'] };
  return actsOf({ acts: [start], subjects, perform, now: () => 7, changed });
}

describe('an act', () => {
  test('is the command of the command line, and tells what it says and how it ended', async () => {
    const performed: ActRequest[] = [];
    const { promise, resolve } = Promise.withResolvers<number>();
    const changed = Promise.withResolvers<ActRequest>();
    const acts = actsWith((request, say) => {
      performed.push(request);
      say('started');
      return promise;
    }, changed.resolve);

    expect(acts.begin(asked)).toEqual({ kind: 'begun', id: 1 });
    const line = "understudy start orders --reason 'game day'";
    expect(acts.views()).toEqual([{ id: 1, line, at: 7, said: ['started'], status: null }]);
    resolve(0);
    expect(await changed.promise).toEqual(asked);
    expect(acts.views()).toMatchObject([{ status: 0 }]);
    expect(performed).toEqual([asked]);
  });

  test('that throws ends with its sentence and a status that is not 0', async () => {
    const changed = Promise.withResolvers<unknown>();
    const acts = actsWith(() => Promise.reject(new Error('the ledger is gone')), changed.resolve);
    acts.begin(asked);
    await changed.promise;

    expect(acts.views()).toMatchObject([{ said: ['the ledger is gone'], status: 1 }]);
  });

  test.for<[string, unknown, RegExp]>([
    ['that it does not know', { ...asked, name: 'sandbox' }, /does not do sandbox; it does start/],
    ['on a service that there is not', { ...asked, subject: '--config=/etc/passwd' }, /there is no service --config/],
    ['with an option of another command', { ...asked, values: { ...asked.values, config: 'x' } }, /takes no config/],
    ['with a text for a switch', { ...asked, values: { ...asked.values, force: 'yes' } }, /force of start is a switch/],
    ['without what it asks for', { ...asked, values: { reason: '  ' } }, /start asks for reason: why/],
    ['whose name was not typed', { ...asked, confirm: null }, /type the name of the service, orders/],
    ['whose name was typed wrong', { ...asked, confirm: 'Orders' }, /type the name of the service, orders/],
    ['that is no object', 'start orders', /not an act/],
    ['with members of somebody else', { ...asked, endpoint: 'http://evil.example' }, /not an act/],
  ])('%s is not begun', ([, body, because]) => {
    const acts = actsWith(() => Promise.reject(new Error('performed')));

    expect(acts.begin(body)).toEqual({ kind: 'refused', because: expect.stringMatching(because) });
    expect(acts.views()).toEqual([]);
  });

  test('is remembered with the nineteen before', () => {
    const acts = actsWith(() => Promise.resolve(0));
    for (let turn = 0; turn < 25; turn++) acts.begin(asked);

    expect(acts.views().map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, index) => index + 6));
  });
});

test('the line of an act can be pasted into a shell', () => {
  expect(
    lineOf({ name: 'start', subject: 'orders', values: { to: 'us-west-2', reason: "it's $HOME", force: true } }),
  ).toBe(`understudy start orders --to us-west-2 --reason 'it'\\''s $HOME' --force`);
});

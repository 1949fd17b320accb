import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { region } from '../../core/brand.ts';
import { dueHooks, followingHooks, type Over, type Prepared } from '../../core/due-hooks.ts';
import { type HookMoment, hookDids } from '../../core/hook.ts';
import { endings } from '../../core/incident.ts';
import type { Hook, Service } from '../../core/service.ts';
import { home, orders, prepareHook, standby, withPolicy } from '../support/world.ts';

const hook = (name: string, ...when: HookMoment[]): Hook => ({ ...prepareHook, name, when });

const service: Service = {
  ...orders,
  hooks: [
    hook('lag', 'readiness'),
    hook('size', 'prepare', 'undo', 'return'),
    hook('promote', 'prepare', 'undo'),
    hook('workers', 'after'),
    hook('tidy', 'undo'),
    hook('report', 'after', 'return'),
  ],
};

const out = { from: home, to: standby };
const back = { from: standby, to: home };
const over = (change: Partial<Over>): Over => ({
  ending: 'recovered',
  mode: 'automatic',
  way: out,
  shifted: 'accepted',
  ...change,
});
const prepared = (...dids: [string, (typeof hookDids)[number]][]): Prepared => ({
  ...out,
  answers: dids.map(([name, did]) => ({ hook: name, answer: '', did })),
});
const bothDid = prepared(['size', 'ok'], ['promote', 'ok']);

const named = (end: Partial<Over>, ...ways: Prepared[]) =>
  dueHooks(service, over(end), ways).map(({ when, to, hooks }) => [when, to, hooks.map(({ name }) => name)]);

describe('the hooks that are due after a run', () => {
  test.each(['recovered', 'unproven'] as const)('a move away from home that stands (%s): those after it', (ending) => {
    expect(named({ ending }, bothDid)).toEqual([['after', standby, ['workers', 'report']]]);
  });

  test('a move home that stands: those of the return', () => {
    expect(named({ way: back }, { ...bothDid, ...back })).toEqual([['return', home, ['size', 'report']]]);
  });

  test('a region that goes on carrying a share, as one of several, is said to', () => {
    const weights = { [home]: 500, [standby]: 500 };
    const prior = { epoch: null, weights };
    const kept = (end: Partial<Over>, ...ways: Prepared[]) =>
      dueHooks(service, over(end), ways).map(({ when, keepsShare }) => [when, keepsShare]);
    const steps = [{ percent: 100, weights, bakeMs: 0 }];
    const alone = [{ percent: 100, weights: { [home]: 1000, [standby]: 0 }, bakeMs: 0 }];

    expect(kept({ way: { ...back, steps } })).toEqual([['return', true]]);
    expect(kept({ way: { ...back, prior, steps: alone } })).toEqual([['return', undefined]]);
    // Of a drill with a part of the traffic.
    expect(kept({ way: { ...out, steps } })).toEqual([['after', true]]);
    expect(kept({ ending: 'rolled-back', way: { ...out, prior } })).toEqual([['undo', true]]);
    expect(kept({ ending: 'rolled-back' }, { ...bothDid, keepsShare: true })).toEqual([['undo', true]]);
    expect(kept({ ending: 'rolled-back' }, bothDid)).toEqual([['undo', undefined]]);
  });

  test('a move that was undone: what was prepared is taken back, the last first', () => {
    expect(named({ ending: 'rolled-back' }, bothDid)).toEqual([['undo', standby, ['tidy', 'promote', 'size']]]);
  });

  test('a veto: what vetoed has set nothing in motion, and what came before it has', () => {
    const vetoed = prepared(['size', 'ok'], ['promote', 'veto']);
    expect(named({ ending: 'vetoed', shifted: null }, vetoed)).toEqual([['undo', standby, ['tidy', 'size']]]);
    expect(named({ ending: 'vetoed', shifted: null }, prepared(['size', 'veto']))).toEqual([]);
  });

  test('what failed may have done a part of it', () => {
    const failed = prepared(['size', 'ok'], ['promote', 'failed']);
    expect(named({ ending: 'vetoed', shifted: null }, failed)).toEqual([
      ['undo', standby, ['tidy', 'promote', 'size']],
    ]);
  });

  test('a way that was prepared and not gone is undone beside the one that stands', () => {
    const elsewhere = { from: home, to: region('eu-west-1') };
    expect(named({}, { ...bothDid, ...elsewhere }, bothDid)).toEqual([
      ['undo', 'eu-west-1', ['tidy', 'promote', 'size']],
      ['after', standby, ['workers', 'report']],
    ]);
  });

  test('a verdict that changed after the preparation', () => {
    expect(named({ ending: 'held', way: null, shifted: null }, bothDid)).toEqual([
      ['undo', standby, ['tidy', 'promote', 'size']],
    ]);
    expect(named({ ending: 'held', way: null, shifted: null })).toEqual([]);
  });

  test.each(['fenced', 'rollback-failed', 'refused', 'shadowed'] as const)(
    'where the service is somebody else’s, or a person has to look (%s), nothing is set in motion',
    (ending) => {
      expect(named({ ending }, bothDid)).toEqual([]);
    },
  );

  test('a run that failed undoes what it prepared only where it has written nothing', () => {
    expect(named({ ending: 'failed', shifted: 'refused' }, bothDid)).toHaveLength(1);
    expect(named({ ending: 'failed', shifted: 'paused' }, bothDid)).toEqual([]);
    expect(named({ ending: 'failed', shifted: 'too-late' }, bothDid)).toEqual([]);
  });

  test('a rehearsal says what each of them would do', () => {
    expect(named({ mode: 'rehearsal', ending: 'rehearsed' })).toEqual([
      ['after', standby, ['workers', 'report']],
      ['undo', standby, ['tidy', 'promote', 'size']],
    ]);
    expect(named({ mode: 'rehearsal', ending: 'failed', shifted: 'refused' })).toEqual([]);
  });

  test('a service in shadow sets nothing in motion', () => {
    expect(dueHooks(withPolicy(service, { shadow: true }), over({}), [bothDid])).toEqual([]);
  });

  test('whatever happened, no move both stands and is taken back, and a hook that prepared nothing undoes nothing', () => {
    const answers = fc
      .tuple(fc.constantFrom(...hookDids), fc.constantFrom(...hookDids))
      .map(([size, promote]) => prepared(['size', size], ['promote', promote]));
    const ends = fc.record({
      ending: fc.constantFrom(...endings),
      way: fc.constantFrom(out, back, null),
      shifted: fc.constantFrom('accepted', 'refused', 'paused', null),
    });
    fc.assert(
      fc.property(ends, answers, (end, ready) => {
        const due = dueHooks(service, over(end), [ready]);
        const isUndone = due.some(({ when, to }) => when === 'undo' && to === end.way?.to);
        const isKept = due.some(({ when }) => when !== 'undo');
        expect(isUndone && isKept).toBe(false);
        const undone = due.filter(({ when }) => when === 'undo').flatMap(({ hooks }) => hooks.map(({ name }) => name));
        for (const { hook: name, did } of ready.answers) {
          if (did === 'veto' || did === 'skipped' || did === 'spared') expect(undone).not.toContain(name);
        }
      }),
    );
  });

  test('the last message of a run names those that follow', () => {
    expect(followingHooks(service, over({}))).toEqual(['workers', 'report']);
    expect(followingHooks(service, over({ way: back }))).toEqual(['size', 'report']);
    expect(followingHooks(service, over({ ending: 'rolled-back' }))).toEqual(['tidy', 'promote', 'size']);
    expect(followingHooks(service, over({ ending: 'fenced' }))).toEqual([]);
  });
});

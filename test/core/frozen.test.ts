import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { askingNow } from '../../core/asking.ts';
import { region } from '../../core/brand.ts';
import type { Evidence } from '../../core/evidence.ts';
import type { Freeze } from '../../core/freeze.ts';
import type { Approval } from '../../core/policy.ts';
import type { Service } from '../../core/service.ts';
import { hasty, verdictOn } from '../support/verdict.ts';
import {
  allGood,
  evidenceOf,
  heldRecord,
  home,
  homeDown,
  isolated,
  observers,
  orders,
  type Sight,
  silent,
  standby,
  t0,
  type View,
  withPolicy,
  withWrites,
} from '../support/world.ts';

const byAda = { region: standby, by: 'ada', reason: 'release 41', at: t0 - 1, until: t0 + 3_600_000 };
const sales: Freeze = { region: null, by: 'the calendar (sales)', reason: 'sales', until: null };

const frozen = (views: readonly View[], freezes = [byAda]): Evidence =>
  evidenceOf(views, { ledger: heldRecord({ freezes }) });

describe('towards a region that is frozen', () => {
  test('automation moves nothing while one observer still sees the source well', () => {
    const hold = verdictOn(frozen([homeDown, homeDown, allGood]));
    expect(hold).toMatchObject({
      kind: 'hold',
      reason: 'target-frozen',
      because: expect.stringContaining('ada until 2026-11-20T04:00:00.000Z: release 41'),
      wouldChange: expect.stringContaining('understudy thaw us-west-2'),
    });
    // A region that dies does not die for all at once: the same run looks on.
    expect(hold.kind === 'hold' && hold.recheckAfterMs).toBeGreaterThan(0);
  });

  test('it moves once nobody who sees anything does, and says so', () => {
    for (const last of [homeDown, silent, isolated]) {
      expect(verdictOn(frozen([homeDown, homeDown, last]))).toMatchObject({
        kind: 'move',
        because: expect.stringContaining('frozen by ada (release 41)'),
      });
    }
  });

  test('one good answer among bad ones is an answer, and so are reads where writes fail', () => {
    expect(verdictOn(frozen([homeDown, homeDown, { ...homeDown, home: 'mixed' }]))).toMatchObject({
      reason: 'target-frozen',
    });
    const writeProbe = { method: 'POST', path: '/w', status: 201, contentType: null, body: {} } as const;
    const readsOnly = withWrites(frozen([allGood, allGood, allGood]), []);
    const writesFail = {
      ...readsOnly,
      observations: readsOnly.observations.map((seen) =>
        seen.target.kind === 'regional' && seen.target.region === home && seen.target.request === 'write'
          ? { ...seen, outcome: { kind: 'bad', because: 'status', detail: '503' } as const }
          : seen,
      ),
    };
    expect(verdictOn(writesFail, {}, { ...hasty, writeProbe })).toMatchObject({ reason: 'target-frozen' });
  });

  test('a person moves all the same', () => {
    const by = { mode: 'manual', to: standby } as const;
    expect(verdictOn(frozen([homeDown, homeDown, allGood]), by).kind).toBe('move');
    expect(verdictOn(frozen([allGood, allGood, allGood]), by).kind).toBe('move');
  });

  test('the next region that is fit and not frozen takes its place', () => {
    const ireland = region('eu-west-1');
    const three: Service = {
      ...hasty,
      regions: [...orders.regions, { region: ireland, endpoint: 'https://orders-eu-west-1.example.com' }],
    };
    const seen = frozen([homeDown, homeDown, allGood]);
    const more = seen.observations
      .filter(({ target }) => target.kind === 'regional' && target.region === standby)
      .map((one) => ({ ...one, target: { kind: 'regional', region: ireland } as const }));
    expect(verdictOn({ ...seen, observations: [...seen.observations, ...more] }, {}, three)).toMatchObject({
      kind: 'move',
      plan: { to: ireland },
    });
  });

  test('nothing goes home by itself', () => {
    const goesHome = withPolicy(hasty, { failback: { automatic: true, greenForMs: 1 } });
    const back = (freezes: readonly Freeze[]) =>
      verdictOn(
        {
          ...evidenceOf([allGood, allGood, allGood], {
            weights: { [home]: 0, [standby]: 1000 },
            ledger: heldRecord({ movedBy: 'automation', activeRegion: standby }),
            alarms: observers.map((observer) => ({ observer, region: home, state: 'OK', since: t0 - 60_000 })),
          }),
          freezes,
        },
        { from: standby, to: home },
        goesHome,
      );
    expect(back([]).kind).toBe('move');
    expect(back([sales])).toMatchObject({ kind: 'hold', reason: 'target-frozen' });
  });

  test('a freeze that is over keeps nobody out', () => {
    expect(verdictOn(frozen([homeDown, homeDown, allGood], [{ ...byAda, until: t0 }])).kind).toBe('move');
  });

  test('whatever observers see: automation never moves there while one gets a good answer from the source', () => {
    const sight = fc.constantFrom<Sight>('good', 'bad', 'mixed', 'none');
    const view = fc.record({ home: sight, standby: sight, frontDoor: sight, control: sight });
    fc.assert(
      fc.property(fc.tuple(view, view, view), fc.boolean(), (views, isPlanned) => {
        const evidence = isPlanned ? { ...evidenceOf(views), freezes: [sales] } : frozen(views);
        const outcome = verdictOn(evidence);
        const answered = evidence.observations.some(
          ({ target, outcome: { kind } }) => target.kind === 'regional' && target.region === home && kind === 'good',
        );
        if (outcome.kind === 'move') expect(answered).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});

describe('approval', () => {
  const asks = (when?: Extract<Approval, { required: true }>['when']): Approval => ({
    required: true,
    deadlineMs: 60_000,
    onDeadline: 'abort',
    when,
  });
  const isAsked = (when: Parameters<typeof asks>[0], periods: readonly string[] | undefined, isFrozen = false) =>
    askingNow(asks(when), periods, isFrozen).approval !== null;

  test('is always asked for where no time is said, and never where none is required', () => {
    expect(isAsked(undefined, [])).toBe(true);
    expect(askingNow({ required: false }, ['office-hours'], true).approval).toBeNull();
  });

  test('is asked for in office hours alone, or outside them alone', () => {
    expect(isAsked({ during: ['office-hours'] }, ['office-hours'])).toBe(true);
    expect(isAsked({ during: ['office-hours'] }, ['year-end'])).toBe(false);
    expect(isAsked({ outside: ['office-hours'] }, ['office-hours'])).toBe(false);
    expect(isAsked({ outside: ['office-hours'] }, [])).toBe(true);
    expect(isAsked({ outside: ['office-hours'], during: ['year-end'] }, ['office-hours', 'year-end'])).toBe(true);
  });

  test('is asked for where nobody knows what time it is', () => {
    expect(isAsked({ during: ['office-hours'] }, undefined)).toBe(true);
    expect(isAsked({ outside: ['office-hours'] }, undefined)).toBe(true);
  });

  test('may be asked for before a move into what is frozen, and not else', () => {
    expect(isAsked({ frozen: true }, undefined, true)).toBe(true);
    expect(isAsked({ frozen: true }, undefined, false)).toBe(false);
    expect(isAsked({ frozen: true, during: ['office-hours'] }, ['office-hours'], false)).toBe(true);
  });

  test('stands in the verdict with its reason, and a person who moves is asked nothing', () => {
    const service = withPolicy(hasty, { approval: asks({ during: ['office-hours'] }) });
    const at = (...periods: string[]) => ({ ...evidenceOf([homeDown, homeDown, homeDown]), periods });
    expect(verdictOn(at('office-hours'), {}, service)).toMatchObject({
      approval: { deadlineMs: 60_000 },
      because: expect.stringContaining('people are asked during office-hours'),
    });
    expect(verdictOn(at(), {}, service)).toMatchObject({
      approval: null,
      because: expect.stringContaining('nobody is asked outside office-hours'),
    });
    expect(verdictOn(at('office-hours'), { mode: 'manual', to: standby }, service)).toMatchObject({ approval: null });
  });
});

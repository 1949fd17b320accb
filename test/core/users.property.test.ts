import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completing, type UserReading } from '../../core/users.ts';
import { hasty, verdictOn } from '../support/verdict.ts';
import {
  allGood,
  evidenceOf,
  home,
  homeDown,
  observers,
  orders,
  standby,
  t0,
  usersSay,
  type View,
  views,
  withPolicy,
} from '../support/world.ts';

const { quorum } = orders.policy;
const hourMs = 3_600_000;

const decideOn = (seen: readonly View[], users: readonly UserReading[], incident = {}, service = hasty) =>
  verdictOn({ ...evidenceOf(seen), users }, incident, service);

const reading: fc.Arbitrary<UserReading> = fc.record({
  region: fc.constantFrom(home, standby),
  alarm: fc.constantFrom('checkout-5xx', 'slo-burn', 'rum'),
  in: fc.constantFrom(home, standby),
  says: fc.constantFrom('vote', 'veto', 'both'),
  state: fc.constantFrom('OK', 'ALARM', 'INSUFFICIENT_DATA'),
  since: fc.integer({ min: t0 - 2 * hourMs, max: t0 }),
  evaluation: fc.constantFrom(undefined, undefined, 'EVALUATION_ERROR', 'PARTIAL_DATA', 'NOT_FOUND'),
  muted: fc.constantFrom(false, false, true),
});
const readings = fc.array(reading, { maxLength: 6 });
const isSaying = ({ state, evaluation, muted }: UserReading) => state === 'ALARM' && evaluation === undefined && !muted;

/** Seen bad by an observer whose own network is there. */
const seesBad = (one: View) =>
  one.home === 'bad' &&
  [one.standby, one.frontDoor, one.control].some((sight) => sight === 'good' || sight === 'mixed');

describe('what users see', () => {
  test('moves nothing by itself: all but one of a quorum must see the region bad, and be more than those who see it good', () => {
    fc.assert(
      fc.property(views, readings, (seen, users) => {
        const verdict = decideOn(seen, users);
        if (verdict.kind !== 'move') return;
        // Without a control target nobody can be told to be isolated.
        const bad = seen.filter((one) => seesBad(one) || (one.home === 'bad' && one.control === 'none')).length;
        const good = seen.filter((one) => one.home === 'good').length;
        const voting = users.filter(
          (each) => each.region === home && each.says !== 'veto' && isSaying(each) && t0 - each.since < hourMs,
        );
        expect(bad >= quorum || (bad === quorum - 1 && bad > good && voting.length > 0)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('makes no target: where to go a quorum of probes sees good, whoever asks', () => {
    fc.assert(
      fc.property(views, readings, fc.constantFrom('automatic', 'manual', 'rehearsal'), (seen, users, mode) => {
        if (decideOn(seen, users, { mode }).kind === 'move')
          expect(seen.filter((one) => one.standby === 'good').length).toBeGreaterThanOrEqual(quorum);
      }),
    );
  });

  test('keeps no move from being made but by a veto of where it would lead', () => {
    fc.assert(
      fc.property(views, readings, (seen, users) => {
        fc.pre(!users.some((each) => each.region === standby && each.says !== 'vote' && isSaying(each)));
        if (decideOn(seen, []).kind === 'move') expect(decideOn(seen, users).kind).toBe('move');
      }),
    );
  });

  test('changes nothing at all where it says nothing', () => {
    fc.assert(
      fc.property(views, readings, (seen, users) => {
        expect(
          decideOn(
            seen,
            users.filter((each) => !isSaying(each)),
          ),
        ).toEqual(decideOn(seen, []));
      }),
    );
  });

  test('a veto keeps automation out, and rehearsals say so; a person is not asked', () => {
    fc.assert(
      fc.property(views, (seen) => {
        const veto = [usersSay({ region: standby, says: 'veto' })];
        expect(decideOn(seen, veto).kind).toBe('hold');
        expect(decideOn(seen, veto, { mode: 'rehearsal', to: standby }).kind).toBe('hold');
        const byHand = { mode: 'manual', to: standby };
        expect(decideOn(seen, veto, byHand)).toEqual(decideOn(seen, [], byHand));
      }),
    );
  });
});

describe('one observer that sees home bad, and others that cannot say', () => {
  const unsteady: View = { ...allGood, home: 'mixed' };
  const seen = [homeDown, unsteady, unsteady];

  test('are no quorum, and are one with what users see, which the sentence names', () => {
    expect(decideOn(seen, []).kind).toBe('hold');
    expect(decideOn(seen, [usersSay()])).toMatchObject({
      kind: 'move',
      diagnosis: 'region-down',
      because: expect.stringContaining(
        'us-east-1 is bad from us-east-2, and of what users see checkout-5xx in us-east-1',
      ),
    });
  });

  test('are none where the alarm has been red for an hour, or another observer sees home good', () => {
    expect(decideOn(seen, [usersSay({ since: t0 - hourMs })]).kind).toBe('hold');
    expect(decideOn([homeDown, allGood, unsteady], [usersSay(), usersSay({ alarm: 'rum' })]).kind).toBe('hold');
  });

  test('wait for the dwell from when the last of them turned red', () => {
    const patient = withPolicy(orders, { dwellMs: 30_000 });

    expect(decideOn(seen, [usersSay({ since: t0 - 10_000 })], {}, patient)).toMatchObject({ reason: 'dwell' });
  });
});

test('of a quorum of three two observers have to see it themselves, however many alarms are red', () => {
  const three = [usersSay(), usersSay({ alarm: 'rum' }), usersSay({ alarm: 'slo-burn' })];
  const completed = (bad: number) => completing({ good: [], bad: observers.slice(0, bad) }, three, 3).length > 0;

  expect([0, 1, 2, 3].map(completed)).toEqual([false, false, true, false]);
});

test('users that are not well where probes find all well are told, however old, and a limit of automation hides them not', () => {
  const told = decideOn([allGood, allGood, allGood], [usersSay({ since: t0 - 9 * hourMs })]);

  expect(told).toMatchObject({
    kind: 'hold',
    diagnosis: 'users-disagree',
    reason: 'users-disagree',
    because: expect.stringContaining('checkout-5xx in us-east-1 is red'),
    recheckAfterMs: null,
  });
  const off = withPolicy(hasty, { automatic: false });
  expect(decideOn([allGood, allGood, allGood], [usersSay()], {}, off)).toMatchObject({ diagnosis: 'users-disagree' });
});

import type { Region } from '../../core/brand.ts';
import type { StepName } from '../../deployment/names.ts';
import type { Random } from '../engine/random.ts';
import { home, observers, standby } from '../failover.ts';
import type { Anchor, Timed } from '../plan.ts';
import type { FaultKind, FieldsOf } from './catalogue.ts';

/** How often a seed draws a kind of fault, and which one then. */
interface Odds<K extends FaultKind> {
  readonly weight: number;
  /** Only for plans with this lever, or these hooks. */
  readonly needs?: 'kvs' | 'arc' | 'beacon' | 'prepare' | 'readiness' | 'approval';
  readonly draw: (random: Random) => FieldsOf<K> & When;
}

/** Where nothing is said: at any time in the first minutes, for some minutes or for good. */
type When = Partial<Timed>;

const s = 1_000;
const m = 60_000;

const nothing = (): When => ({});
const region = (random: Random): Region =>
  random.weighted([
    [5, home],
    [4, standby],
  ] as const);
const apiOf = (random: Random) => ({ region: region(random), ...maybeAnchored(random) });
const percent = (random: Random) => ({ percent: random.pick([30, 60, 100, 100]) });
const anchored = (after: Anchor, atMs: number): When => ({ after, atMs });

/** Now and then right around the write: that is when a standby that turns bad hurts. */
const maybeAnchored = (random: Random): When =>
  random.percent(25) ? anchored('first-write', random.pick([0, 1, 500, 2 * s, 5 * s, 30 * s])) : {};

/** From the beginning on, for long: that is what never means. */
const stuck = (random: Random): When => ({ atMs: 0, forMs: random.pick([4 * m, 20 * m, 60 * m]) });

const steps: readonly [StepName, ...StepName[]] = [
  'admit',
  'assess',
  'assess',
  'shift',
  'shift',
  'verify',
  'rollback',
  'conclude',
  'announce',
  'prepare',
];

const effect = (random: Random) => ({
  step: random.pick(steps),
  nth: random.weighted([
    [6, 1],
    [3, 2],
    [1, 3],
  ] as const),
  // Assess has the most.
  effect: random.percent(25) ? random.between(7, 12) : random.between(1, 6),
  forMs: 20 * m,
  atMs: 0,
});

/** Just under and just over everything that counts time: bursts, dwell, canaries, alarms. */
const around = (random: Random): number => {
  const threshold = random.pick([2 * s, 5 * s, 10 * s, 25 * s, 60 * s]);
  return threshold + random.pick([-1 * s, -200, 200, 1 * s]);
};

export const odds: { readonly [K in FaultKind]: Odds<K> } = {
  'api-dark': { weight: 10, draw: apiOf },
  'api-refuses': { weight: 5, draw: apiOf },
  'api-errors': {
    weight: 8,
    // Half of them are brown-outs: long, and at a share that is neither nothing nor all.
    draw: (random) =>
      random.percent(50)
        ? { ...apiOf(random), percent: random.pick([10, 30, 70, 100]) }
        : { region: home, percent: random.pick([10, 20, 30, 40, 50, 60]), forMs: random.between(4, 30) * m },
  },
  'api-slow': { weight: 4, draw: apiOf },
  'api-wrong-body': { weight: 4, draw: apiOf },
  'api-flaps': { weight: 6, draw: (random) => ({ ...apiOf(random), down: around(random), up: around(random) }) },
  'api-writes-fail': {
    weight: 4,
    draw: (random) => ({ region: random.pick([home, standby, standby]), ...maybeAnchored(random) }),
  },
  'region-lost': {
    weight: 5,
    draw: (random) => ({ region: random.pick([home, standby, ...observers]), ...maybeAnchored(random) }),
  },
  'all-apis-dark': { weight: 3, draw: (random) => maybeAnchored(random) },
  'everything-dark': { weight: 2, draw: nothing },
  'front-door-down': { weight: 3, draw: (random) => maybeAnchored(random) },
  'observers-cut': { weight: 5, draw: (random) => ({ observers: random.some(observers, random.between(1, 3)) }) },
  'observers-silent': { weight: 5, draw: (random) => ({ observers: random.some(observers, random.between(1, 3)) }) },
  'path-cut': {
    weight: 5,
    // The standby alone does not reach the source: the oldest way to be wrong about it.
    draw: (random) => ({
      observers: random.percent(40) ? [standby] : random.some(observers, random.between(1, 2)),
      region: region(random),
    }),
  },
  'alarms-stuck': {
    weight: 4,
    draw: (random) => ({
      observers: random.some(observers, random.between(1, 3)),
      region: region(random),
      state: random.pick(['red', 'red', 'green']),
      forMs: random.pick([5 * m, 10 * m, 10 * m, 40 * m, 40 * m, 2 * 60 * m]),
    }),
  },
  'alarms-unevaluated': {
    weight: 3,
    draw: (random) => ({
      observers: random.some(observers, random.between(1, 3)),
      region: region(random),
      forMs: random.pick([5 * m, 10 * m, 40 * m, 2 * 60 * m]),
    }),
  },
  'observer-skew': {
    weight: 4,
    draw: (random) => ({
      observers: random.some(observers, random.between(1, 2)),
      by: random.pick([-90 * s, -4 * s, 4 * s, 6 * s, 90 * s]),
    }),
  },
  'control-skew': {
    weight: 4,
    draw: (random) => ({
      region: random.pick([standby, observers[0] as Region]),
      by: random.pick([-30 * s, -3 * s, 3 * s, 30 * s]),
    }),
  },
  kill: { weight: 9, draw: (random) => ({ ...effect(random), side: random.pick(['before', 'after']) }) },
  pause: {
    weight: 5,
    draw: (random) => ({ ...effect(random), by: random.pick([500, 4 * s, 12 * s, 20 * s, 70 * s]) }),
  },
  'request-late': { weight: 5, draw: (random) => ({ ...effect(random), by: random.pick([2 * s, 10 * s, 40 * s]) }) },
  stopped: { weight: 4, draw: (random) => anchored('first-write', random.pick([0, 10, 100, 1 * s, 4 * s])) },
  'stopped-in': {
    weight: 5,
    draw: (random) => ({
      step: random.pick([...steps, 'approve', 'verify', 'verify']),
      nth: random.weighted([
        [6, 1],
        [3, 2],
        [2, 3],
      ] as const),
      by: random.pick([0, 10, 1 * s, 3 * s, 15 * s]),
      forMs: 20 * m,
      atMs: 0,
    }),
  },
  redriven: { weight: 3, draw: (random) => anchored('first-stop', random.pick([1 * s, 30 * s, 40 * m, 3 * 60 * m])) },
  'stale-writer': {
    weight: 5,
    draw: (random) => ({
      step: random.pick(['shift', 'shift', 'rollback', 'verify', 'conclude', 'prepare']),
      ...anchored(random.pick(['first-end', 'first-write']), random.pick([1 * s, 30 * s, 15 * m])),
    }),
  },
  'events-duplicated': { weight: 4, draw: percent },
  'events-late': { weight: 4, draw: (random) => ({ ...percent(random), by: random.pick([5 * s, 60 * s, 6 * m]) }) },
  'events-reordered': { weight: 4, draw: (random) => ({ ...percent(random), by: random.pick([5 * s, 90 * s]) }) },
  'events-lost': { weight: 4, draw: percent },
  'stale-event': { weight: 3, draw: (random) => ({ age: random.pick([4 * m, 6 * m, 3 * 60 * m]) }) },
  'kvs-conflicts': { weight: 4, needs: 'kvs', draw: percent },
  'kvs-answers-lost': { weight: 5, needs: 'kvs', draw: percent },
  'kvs-down': { weight: 4, needs: 'kvs', draw: (random) => ({ ...percent(random), ...maybeAnchored(random) }) },
  'kvs-slow': { weight: 4, needs: 'kvs', draw: (random) => ({ by: random.pick([10 * s, 60 * s, 200 * s]) }) },
  'edge-behind': {
    weight: 4,
    needs: 'kvs',
    draw: (random) => ({
      observers: random.some(observers, random.between(1, 2)),
      by: random.pick([10 * s, 200 * s, 60 * m]),
    }),
  },
  'kvs-stuck': { weight: 4, needs: 'kvs', draw: stuck },
  'weights-edited': {
    weight: 4,
    needs: 'kvs',
    draw: (random) => ({
      to: region(random),
      percent: random.pick([100, 100, 50]),
      ...anchored('first-write', random.pick([0, 1, 1 * s, 5 * s, 2 * m])),
    }),
  },
  'arc-endpoints-down': {
    weight: 5,
    needs: 'arc',
    draw: (random) => ({ count: random.between(1, 5), ...maybeAnchored(random) }),
  },
  'arc-throttled': { weight: 4, needs: 'arc', draw: percent },
  'arc-conflicts': { weight: 4, needs: 'arc', draw: percent },
  'arc-answers-late': { weight: 4, needs: 'arc', draw: percent },
  'arc-answers-lost': { weight: 4, needs: 'arc', draw: percent },
  'arc-stuck': { weight: 4, needs: 'arc', draw: stuck },
  'beacon-down': { weight: 5, needs: 'beacon', draw: (random) => ({ ...percent(random), ...maybeAnchored(random) }) },
  'beacon-answers-lost': { weight: 5, needs: 'beacon', draw: percent },
  'beacon-slow': { weight: 5, needs: 'beacon', draw: (random) => ({ by: random.pick([20 * s, 60 * s, 240 * s]) }) },
  'beacon-stuck': { weight: 4, needs: 'beacon', draw: stuck },
  'lever-moved-by-hand': { weight: 4, draw: (random) => ({ to: region(random), ...maybeAnchored(random) }) },
  'ledger-minority-cut': { weight: 3, draw: nothing },
  'ledger-majority-cut': { weight: 4, draw: (random) => maybeAnchored(random) },
  'ledger-conflicts': { weight: 4, draw: percent },
  'ledger-answers-lost': { weight: 5, draw: percent },
  'record-lost': { weight: 3, draw: (random) => maybeAnchored(random) },
  'ledger-restored': {
    weight: 3,
    draw: (random) =>
      random.percent(50)
        ? { ...anchored('first-end', random.pick([1 * s, 5 * m])), age: random.pick([90 * s, 60 * m]) }
        : { age: random.pick([5 * s, 60 * s, 60 * m]), ...maybeAnchored(random) },
  },
  'hook-answers-wrong': { weight: 5, needs: 'prepare', draw: nothing },
  'approval-malformed': {
    weight: 3,
    needs: 'approval',
    draw: (random) => ({ form: random.pick(['number', 'object', 'list', 'text', 'nothing']), forMs: 20 * m, atMs: 0 }),
  },
  'hook-vetoes': { weight: 6, needs: 'prepare', draw: nothing },
  'hook-hangs': { weight: 6, needs: 'prepare', draw: nothing },
  'hook-fails': { weight: 6, needs: 'prepare', draw: nothing },
  'standby-not-ready': { weight: 8, needs: 'readiness', draw: nothing },
  'notify-down': { weight: 4, draw: percent },
  'notify-hangs': { weight: 4, draw: percent },
};

import * as z from 'zod';
import { region } from '../../core/brand.ts';
import { steps } from '../../deployment/names.ts';
import { duration } from './duration.ts';

/*
 * Everything that can go wrong in the simulated world: one row each, with what it says to a reader and what it needs to know.
 * A scenario file names them by these words, a seed draws from them, and every run counts how often each of them did harm.
 */

const regionName = z.string().min(1).transform(region);
const observers = z.array(regionName).min(1);
const percent = z.number().min(1).max(100).default(100);
const step = z.enum(steps);

/** Which effect of which invocation: the `effect`th call that the `nth` invocation of a step makes, both counted from 1. */
const effect = { step, nth: z.int().positive().default(1), effect: z.int().positive().default(1) };

export const catalogue = {
  // Regions.
  'api-dark': { sentence: 'an API answers nothing', fields: { region: regionName } },
  'api-refuses': { sentence: 'an API refuses connections', fields: { region: regionName } },
  'api-errors': {
    sentence: 'some answers of an API are errors',
    fields: { region: regionName, percent: percent.default(30) },
  },
  'api-slow': { sentence: 'an API answers right, and too late', fields: { region: regionName } },
  'api-wrong-body': { sentence: 'an API answers 200 with a page that is no answer', fields: { region: regionName } },
  'api-flaps': {
    sentence: 'an API is down and up in turn',
    fields: { region: regionName, down: duration, up: duration },
  },
  'api-writes-fail': { sentence: 'an API reads well and fails every write', fields: { region: regionName } },
  'region-lost': {
    sentence: 'all of a region is gone: API, observer, functions, endpoints',
    fields: { region: regionName },
  },
  'all-apis-dark': { sentence: 'no API answers anywhere', fields: {} },
  'everything-dark': { sentence: 'nothing answers anybody, the control target included', fields: {} },
  'front-door-down': { sentence: 'the front door fails while the regions are well', fields: {} },

  // Observers.
  'observers-cut': { sentence: 'observers have lost their own network', fields: { observers } },
  'observers-silent': { sentence: 'observers cannot be asked', fields: { observers } },
  'path-cut': {
    sentence: 'some observers do not reach a region that others reach',
    fields: { observers, region: regionName },
  },
  'alarms-stuck': {
    sentence: 'the alarms of a region stay red, or green, against the truth',
    fields: { observers, region: regionName, state: z.enum(['red', 'green']) },
  },
  'alarms-unevaluated': {
    sentence: 'CloudWatch cannot evaluate the alarms of a region, which keep the state that they had',
    fields: { observers, region: regionName },
  },
  'observer-skew': { sentence: "observers' clocks are wrong", fields: { observers, by: duration } },

  // Whoever orchestrates.
  'control-skew': { sentence: "a control region's clock is wrong", fields: { region: regionName, by: duration } },
  kill: {
    sentence: 'a function dies between two effects',
    fields: { ...effect, side: z.enum(['before', 'after']).default('after') },
  },
  pause: { sentence: 'a function stands still between two effects', fields: { ...effect, by: duration } },
  'request-late': {
    sentence: 'a request arrives long after its sender gave up on it',
    fields: { ...effect, by: duration },
  },
  stopped: { sentence: 'somebody stops the executions under way', fields: {} },
  'stopped-in': {
    sentence: 'somebody stops an execution so long after one of its steps began',
    fields: { step, nth: z.int().positive().default(1), by: duration.default(0) },
  },
  redriven: { sentence: 'an execution that did not succeed is redriven, and goes on where it stood', fields: {} },
  'stale-writer': { sentence: 'an invocation of long ago runs again, with the plan of then', fields: { step } },

  // Events.
  'events-duplicated': { sentence: 'events arrive twice', fields: { percent } },
  'events-late': { sentence: 'events arrive late', fields: { by: duration, percent } },
  'events-reordered': { sentence: 'events overtake each other', fields: { by: duration, percent } },
  'events-lost': { sentence: 'events do not arrive', fields: { percent } },
  'stale-event': { sentence: 'an event of hours ago arrives now', fields: { age: duration } },

  // The lever: a KeyValueStore.
  'kvs-conflicts': { sentence: 'another service writes to the same store', fields: { percent } },
  'kvs-answers-lost': { sentence: 'the store takes a write and its answer is lost', fields: { percent } },
  'kvs-down': { sentence: 'the store does not answer', fields: { percent } },
  'kvs-slow': { sentence: 'a written value is slow to reach the edge', fields: { by: duration } },
  'edge-behind': {
    sentence: 'a written value is slow to reach the edges that some observers ask',
    fields: { observers, by: duration },
  },
  'kvs-stuck': { sentence: 'a written value never reaches the edge', fields: {} },
  'weights-edited': {
    sentence: 'somebody edits the weights and leaves the epoch as it is',
    fields: { to: regionName, percent: z.int().min(0).max(100).default(100) },
  },

  // The lever: ARC.
  'arc-endpoints-down': { sentence: 'endpoints of the ARC cluster are down', fields: { count: z.int().min(1).max(5) } },
  'arc-throttled': { sentence: 'ARC throttles', fields: { percent } },
  'arc-conflicts': { sentence: 'a safety rule refuses a write for its wait period', fields: { percent } },
  'arc-answers-late': { sentence: 'ARC takes a write and answers too late', fields: { percent } },
  'arc-answers-lost': { sentence: 'ARC takes a write and never answers', fields: { percent } },
  'arc-stuck': { sentence: "callers' resolvers never hear of a routing control", fields: {} },

  // The lever: a beacon.
  'beacon-down': { sentence: "CloudWatch of the standby's region does not answer", fields: { percent } },
  'beacon-answers-lost': { sentence: 'CloudWatch takes a datum and its answer is lost', fields: { percent } },
  'beacon-slow': { sentence: 'a datum is slow to reach readers and the alarm', fields: { by: duration } },
  'beacon-stuck': { sentence: 'the alarm behind the beacon looks at nothing', fields: {} },

  'lever-moved-by-hand': { sentence: 'somebody else moves the lever', fields: { to: regionName } },

  // The ledger.
  'ledger-minority-cut': { sentence: 'a minority of the ledger is cut off', fields: {} },
  'ledger-majority-cut': { sentence: 'a majority of the ledger is cut off', fields: {} },
  'ledger-conflicts': { sentence: 'somebody else writes the record in between', fields: { percent } },
  'ledger-answers-lost': { sentence: 'the ledger takes a write and its answer is lost', fields: { percent } },
  'record-lost': { sentence: "the service's record is deleted, its entries are not", fields: {} },
  'ledger-restored': { sentence: 'the table is restored from a backup', fields: { age: duration } },

  // Hooks and people.
  'hook-vetoes': { sentence: 'a hook says no', fields: {} },
  'hook-hangs': { sentence: 'a hook does not answer', fields: {} },
  'hook-fails': { sentence: 'a hook fails', fields: {} },
  'hook-answers-wrong': { sentence: 'a hook answers something that is no answer', fields: {} },
  'approval-malformed': {
    sentence: 'the answer to an approval has the wrong type',
    fields: { form: z.enum(['number', 'object', 'list', 'text', 'nothing']) },
  },
  'standby-not-ready': { sentence: 'a readiness hook says that the standby is not ready', fields: {} },
  'notify-down': { sentence: 'nobody can be told', fields: { percent } },
  'notify-hangs': { sentence: 'telling people takes for ever', fields: { percent } },
} as const satisfies Readonly<Record<string, { readonly sentence: string; readonly fields: z.ZodRawShape }>>;

export type FaultKind = keyof typeof catalogue;

export const faultKinds = Object.keys(catalogue) as readonly FaultKind[];

export type FaultOf<K extends FaultKind> = { readonly fault: K } & FieldsOf<K>;

export type FieldsOf<K extends FaultKind> = {
  readonly [F in keyof (typeof catalogue)[K]['fields']]: z.output<(typeof catalogue)[K]['fields'][F]>;
};

export type Fault = { [K in FaultKind]: FaultOf<K> }[FaultKind];

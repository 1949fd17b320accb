import { describe, expect, test } from 'vitest';
import type { Answered } from '../../console/answers.ts';
import { automationText, differs, urgencyOf } from '../../console/page/words.ts';
import type { ServiceView } from '../../console/view.ts';
import { freshRecord, type LedgerRecord } from '../../core/record.ts';
import type { ServiceState, TargetHealth } from '../../core/service-state.ts';
import { questionOf } from '../support/question.ts';
import { home, observers, standby, t0 } from '../support/world.ts';

const good = (target: string): TargetHealth => ({ target, state: 'good', because: 'alarms green' });
const bad = (target: string): TargetHealth => ({ target, state: 'bad', because: 'alarms red' });

function state(changes: Partial<ServiceState> = {}, ledger: Partial<LedgerRecord> = {}): ServiceState {
  return {
    service: 'orders',
    question: null,
    health: [good(home), good(standby)],
    routing: { kind: 'read', routing: { epoch: null, weights: { [home]: 1000, [standby]: 0 } } },
    ledger: { ...freshRecord('orders'), ...ledger },
    outlook: { to: null, because: [], frozen: null },
    freezes: [],
    protection: null,
    shadow: false,
    coolsUntil: null,
    ...changes,
  };
}

const view = (of: ServiceState | null, changes: Partial<ServiceView> = {}): ServiceView => ({
  name: 'orders',
  state: of,
  readAt: t0,
  failure: null,
  answered: null,
  rounds: [],
  ...changes,
});

const answeredBy = (servedBy: (typeof observers)[number] | null): Answered => ({
  since: t0,
  requests: 3,
  byRegion: servedBy === null ? {} : { [servedBy]: 3 },
  failed: servedBy === null ? 3 : 0,
  latest: observers.map((observer) => ({ observer, servedBy })),
});

const question = questionOf({ deadline: t0 + 1 });
const pause = { by: 'anna', reason: 'migration', at: t0, until: t0 + 60_000, remindedAt: null };
const lease = { holder: 'arn', expiresAt: t0 + 1_000, mode: 'manual', purpose: 'move', attempt: null } as const;
const stayed = { region: standby, leftAt: t0, requestsPerMinute: 41, writesPerMinute: 12, isSplit: false };
const zero = { [home]: 0, [standby]: 0 };

describe('how much a service needs a person', () => {
  test.for<[string, ServiceView, ReturnType<typeof urgencyOf>]>([
    ['is well', view(state()), 'well'],
    ['a standby that is bad is in nobody’s way now', view(state({ health: [good(home), bad(standby)] })), 'well'],
    ['two regions take writes', view(state({ stragglers: { ...stayed, isSplit: true } })), 'trouble'],
    ['callers stay where nobody is led', view(state({ stragglers: stayed })), 'well'],
    ['was never read', view(null), 'unknown'],
    ['cannot be read', view(null, { failure: 'no answer' }), 'trouble'],
    ['could be read before', view(state(), { failure: 'no answer' }), 'trouble'],
    ['the region that serves is bad', view(state({ health: [bad(home), good(standby)] })), 'trouble'],
    ['nobody says anything of the region that serves', view(state({ health: [good(standby)] })), 'unknown'],
    ['the lever cannot be read', view(state({ routing: { kind: 'unreadable', because: 'no answer' } })), 'trouble'],
    ['nobody serves', view(state({ routing: { kind: 'read', routing: { epoch: null, weights: zero } } })), 'down'],
    ['a question waits', view(state({ question })), 'waits'],
    ['a move is not acknowledged', view(state({}, { armed: false })), 'waits'],
    ['a run is under way', view(state({}, { lease })), 'moving'],
    ['it is paused', view(state({}, { paused: pause })), 'held'],
    ['it is in shadow', view(state({ shadow: true })), 'held'],
    ['another region answers than is configured', view(state(), { answered: answeredBy(standby) }), 'trouble'],
    ['no request gets a good answer', view(state(), { answered: answeredBy(null) }), 'trouble'],
    ['the region that serves answers', view(state(), { answered: answeredBy(home) }), 'well'],
  ])('%s', ([, service, urgency]) => {
    expect(urgencyOf(service, t0)).toBe(urgency);
  });

  test('is not well where nobody knows of the region that serves', () => {
    const unknown: TargetHealth = { target: home, state: 'unknown', because: 'nobody has looked' };
    expect(urgencyOf(view(state({ health: [unknown, good(standby)] })), t0)).toBe('unknown');
  });
});

test('what was answered before a move is no difference: the last answer of each observer counts', () => {
  const moved = state({ routing: { kind: 'read', routing: { epoch: null, weights: { [home]: 0, [standby]: 1000 } } } });
  const after = { ...answeredBy(standby), byRegion: { [home]: 50, [standby]: 3 } };

  expect(differs(moved, after)).toBeNull();
  expect(differs(moved, answeredBy(home))).toBe(`${home} answers, and has no share`);
});

test('one observer’s lost request is no difference', () => {
  const [first, second, third] = observers;
  const latest = [first, second, third].map((observer) => ({ observer, servedBy: observer === first ? null : home }));

  expect(differs(state(), { ...answeredBy(home), latest })).toBeNull();
});

test('a pause that has ended is no pause', () => {
  const paused = state({}, { paused: pause });

  expect(automationText(paused, t0)).toBe('paused by anna for 1 min 0 s more: migration');
  expect(automationText(paused, t0 + 60_001)).toBe('armed');
});

import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { alarmsNotice } from '../../core/alarm-notice.ts';
import { type Conclusion, headline } from '../../core/conclusion-message.ts';
import { type Ending, endings } from '../../core/incident.ts';
import type { Refusal } from '../../core/ledger-command.ts';
import type { Limit } from '../../core/limit.ts';
import { announcement, approvalRequest } from '../../core/messages.ts';
import { stragglersNotice } from '../../core/notices.ts';
import type { HoldReason, Move } from '../../core/verdict.ts';
import type { BadEvent } from '../../handlers/parse/read-event.ts';
import { home, incidentOf, standby, t0 } from '../support/world.ts';

const runbook = await readFile('docs/runbook.md', 'utf8');
const articles = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((article) => [article.slice(0, article.indexOf('\n')), article.replaceAll(/\s+/g, ' ')]),
);

/** Which article a message leads to, and how that recognises it. */
const articleOf: Readonly<Record<Ending, readonly [title: string, says: string]>> = {
  recovered: ['Automation is disarmed', 'is disarmed until somebody runs'],
  rehearsed: ['A rehearsal passed', 'passed, nothing was written'],
  held: ['The service stays where it is', 'stays where it is'],
  shadowed: ['A service in shadow would have moved', 'would have moved; it is in shadow, so nothing was written'],
  refused: ['A run was refused', 'run refused'],
  vetoed: ['A hook vetoed the move', 'a hook vetoed the move'],
  declined: ['The move was not approved', 'was declined'],
  unanswered: ['The move was not approved', 'nobody answered, and the move'],
  fenced: ['A run was overtaken', 'this run was overtaken by a newer one and changed nothing more'],
  'rolled-back': ['The move did not verify and was rolled back', 'did not verify and was rolled back'],
  unproven: ['Moved and not proven', 'NOT PROVEN, and stays there'],
  'rollback-failed': ['Rollback failed', 'ROLLBACK FAILED, look at the lever now'],
  failed: ['The run failed', 'the run failed'],
};

const plan = { from: home, to: standby, prior: { epoch: null, weights: {} }, steps: [], prepare: [] };
const move: Move = { kind: 'move', diagnosis: 'region-down', plan, because: 'b', approval: null };
const concluded = (ending: Ending): Conclusion => ({
  ending,
  service: 'orders',
  request: incidentOf(),
  incident: incidentOf(),
  verdict: move,
  because: 'so',
  execution: 'arn',
  durationMs: 1,
  telling: { audience: 'people', trouble: null },
  answer: null,
  remindAfterMs: 900_000,
});

describe('every message', () => {
  test.each(endings)('of a run that ended as %s leads to an article that quotes it', (ending) => {
    const [title, says] = articleOf[ending];

    expect(articles.get(title)).toContain(says);
    // Automation that is disarmed is told in a line of its own, after the headline.
    if (ending !== 'recovered') expect(headline(concluded(ending))).toContain(says);
  });

  test('that asks for approval, or announces, is one of those that an article names', () => {
    expect(approvalRequest(incidentOf(), move, t0, t0).subject).toMatch(/^Approve moving/);
    expect(articles.get('A run asks for approval')).toContain('Approve moving');
    expect(announcement(incidentOf(), move, 'arn', t0).subject).toMatch(/^Moving/);
  });
});

test('what is told of alarms is named by its article, with every reason that is mended in a way of its own', () => {
  const article = articles.get('An alarm cannot be evaluated') ?? '';
  const since = t0 - 3_600_000;
  const names = { alarm: 'a', canary: 'c', observer: home, region: home, since };
  const news = { id: 'orders/alarms/1', state: 'opened', what: 'alarms' } as const;
  const rules = { isUrgent: false, remindAfterMs: 900_000 };
  const because = ['EVALUATION_ERROR', 'EVALUATION_FAILURE', 'PARTIAL_DATA', 'INSUFFICIENT_DATA'];
  const told = alarmsNotice(
    'orders',
    because.map((reason) => ({ ...names, because: reason })),
    news,
    rules,
    t0,
  );

  expect(told.subject).toBe('4 alarms of orders cannot be evaluated');
  expect(article).toContain('cannot be evaluated"');
  for (const reason of because.slice(0, 3)) expect(article).toContain(`\`${reason}\``);
  expect(new Set(told.lines.slice(1, 5).map((line) => line.replace(/: [A-Z_]+\./, ''))).size).toBe(4);
});

test('what is told of callers who stayed is quoted by its article', () => {
  const article = articles.get('Callers stay at the region that was left') ?? '';
  const stayed = { region: home, leftAt: t0, requestsPerMinute: 41, writesPerMinute: 12, isSplit: false };
  const news = { id: 'orders/arrivals/1', state: 'opened', what: 'stragglers' } as const;
  const told = [false, true].map((isSplit) =>
    stragglersNotice({ service: 'orders', left: null }, { ...stayed, isSplit }, news, 900_000, t0),
  );

  const quoted = told.map(({ subject }) => subject.replace('orders', '…').replaceAll(/\d\d/g, '…').split(',')[0] ?? '');
  for (const words of quoted) expect(article).toContain(words.split(' of …')[0]);
  expect(told.map(({ severity }) => severity)).toEqual(['info', 'critical']);
});

describe('every reason', () => {
  /** Total by its type: a reason that core learns to give does not compile before it stands here. */
  const holds: Readonly<Record<HoldReason, true>> = {
    'not-automatic': true,
    paused: true,
    disarmed: true,
    cooldown: true,
    declined: true,
    unanswered: true,
    'look-only': true,
    fenced: true,
    'lever-ahead': true,
    'moved-by-a-person': true,
    'evidence-stale': true,
    'routing-unreadable': true,
    'nobody-serves': true,
    'source-not-active': true,
    'already-there': true,
    'source-healthy': true,
    'path-broken': true,
    'observers-blind': true,
    'all-regions-down': true,
    'everything-down': true,
    'front-door-down': true,
    'users-disagree': true,
    dwell: true,
    'brown-out': true,
    'failback-not-automatic': true,
    'home-not-green-long-enough': true,
    'unknown-target': true,
    'target-bad': true,
    'target-unknown': true,
    'target-fenced': true,
    'target-frozen': true,
    'target-not-ready': true,
    'no-fit-target': true,
    shadow: true,
    'not-well': true,
    'drill-alarms': true,
    'drill-moved': true,
  };
  test.each(Object.keys(holds))('to hold is explained: %s', (reason) => {
    expect(articles.get('The service stays where it is')).toContain(`\`${reason}\``);
  });

  const refusals: Readonly<Record<Exclude<Refusal, Limit> | 'paused' | BadEvent, true>> = {
    paused: true,
    held: true,
    fenced: true,
    'lease-lost': true,
    expired: true,
    'not-fenced': true,
    'not-frozen': true,
    evacuating: true,
    'not-evacuating': true,
    'not-asked': true,
    'look-only': true,
    'nothing-to-do': true,
    'nothing-to-acknowledge': true,
    drilling: true,
    'drill-over': true,
    'drill-unknown': true,
    malformed: true,
    noise: true,
    'foreign-event': true,
    'stale-event': true,
    'unknown-service': true,
    'unknown-region': true,
    'drill-late': true,
    'drill-blocked-date': true,
    'drill-outside-window': true,
    'drill-frozen': true,
  };
  test.each(Object.keys(refusals))('to refuse is explained: %s', (reason) => {
    expect(articles.get('A run was refused')).toContain(`\`${reason}\``);
  });
});

test('no article is about a message or an alarm that does not exist', () => {
  const told = new Set(Object.values(articleOf).map(([title]) => title));
  /** Alarms, and what Step Functions or EventBridge tell themselves; sandbox/deploy.test.ts and infra check their links. */
  const others = [
    'A region is red',
    'The front door is red',
    'A region stays red',
    'An observer is blind',
    'A journey fails',
    'Events were not delivered',
    'A service is not ready',
    'A service is unprotected',
    'The reconciler is silent',
    // Held against its messages in core/drill-message.test.ts.
    'A drill',
    'A function fails',
    'A beacon says that the standby serves',
    'A region answers some and fails others',
    'A run asks for approval',
    'A run could not be concluded',
    'A hook failed after the run',
    'Nobody was told',
    'An alarm cannot be evaluated',
    'Callers stay at the region that was left',
    // What people do of themselves.
    'The time of a fence is over',
    'An evacuation failed',
    'Everything out of a region',
    'Stop everything',
  ];

  expect([...articles.keys()].filter((title) => !told.has(title) && !others.includes(title))).toEqual([]);
});

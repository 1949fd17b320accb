import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readEvent } from '../../../handlers/parse/read-event.ts';
import { failover, home, standby, t0 } from '../../support/world.ts';
import { alarmEvent, byHand, canaryEvent, iso } from '../steps/scene.ts';

const read = (event: unknown, now = t0, startedAt = now) => readEvent(event, startedAt, failover, now);

describe('an alarm event', () => {
  test('asks for an automatic move off the region that the alarm watches', () => {
    const reading = read(alarmEvent());

    expect(reading).toMatchObject({
      kind: 'request',
      eventId: 'c4c1c1c9-6542-e61b-6ef0-8c4d36933a92',
      request: { service: 'orders', mode: 'automatic', from: home, force: false, causedAt: t0 - 1_000 },
    });
  });

  test('of the front door names no region to leave', () => {
    const reading = read(alarmEvent({}, { alarmName: 'understudy-orders-front-door' }));

    expect(reading.kind === 'request' && 'from' in reading.request).toBe(false);
  });

  test.each(['OK', 'INSUFFICIENT_DATA'])('in state %s is noise', (value) => {
    expect(read(alarmEvent({}, { state: { value } }))).toMatchObject({
      kind: 'refused',
      reason: 'noise',
      service: 'orders',
    });
  });

  test.each([
    ['another name', alarmEvent({}, { alarmName: 'billing-high' })],
    ['a name that only begins like ours', alarmEvent({}, { alarmName: `understudy-orders-${home}-x` })],
    ['a service that we do not have', alarmEvent({}, { alarmName: `understudy-invoices-${home}` })],
    ['another account', alarmEvent({ account: '999999999999' })],
    ['a region that observes nothing', alarmEvent({ region: 'eu-west-1' })],
  ])('with %s is foreign', (_, event) => {
    expect(read(event)).toMatchObject({ kind: 'refused', reason: 'foreign-event', request: null });
  });

  test('an hour old is stale', () => {
    const reading = read(alarmEvent(), t0 + 3_600_000);

    expect(reading).toMatchObject({ kind: 'refused', reason: 'stale-event', service: 'orders' });
    expect(reading.kind === 'refused' && reading.because).toContain('3601000 ms ago');
  });

  test('is stale when either of its two times is', () => {
    expect(read(alarmEvent({ time: iso(t0 - 3_600_000) }))).toMatchObject({ reason: 'stale-event' });
    expect(read(alarmEvent({}, { state: { value: 'ALARM', timestamp: iso(t0 - 3_600_000) } }))).toMatchObject({
      reason: 'stale-event',
    });
  });

  test('from the future is believed for a minute, not for more', () => {
    expect(read(alarmEvent({ time: iso(t0 + 59_000) })).kind).toBe('request');
    expect(read(alarmEvent({ time: iso(t0 + 61_000) }))).toMatchObject({ reason: 'stale-event' });
  });

  test('that is malformed says what is wrong and where', () => {
    const reading = read(alarmEvent({ time: 'yesterday' }, { alarmName: 7, state: { value: 'RED' } }));

    expect(reading).toMatchObject({ kind: 'refused', reason: 'malformed' });
    const because = reading.kind === 'refused' ? reading.because : '';
    expect(because).toContain('time: is no point in time');
    expect(because).toContain('detail.alarmName: ');
    expect(because).toContain('detail.state.value: ');
    expect(because).toContain('input transformer');
  });

  test.each([
    ['a reason of null', { value: 'ALARM', reason: null }],
    ['a reason that is no text', { value: 'ALARM', reason: { text: 'x' } }],
    ['no moment of its own', { value: 'ALARM', timestamp: null }],
    ['a moment that is none', { value: 'ALARM', timestamp: 'yesterday' }],
  ])('with %s asks all the same: only what is needed can refuse a failover', (_, state) => {
    expect(read(alarmEvent({}, { state }))).toMatchObject({ kind: 'request', request: { from: home } });
  });

  test.each([
    ['its message', { AlarmName: 'understudy-orders-us-east-1', NewStateValue: 'ALARM', Region: 'US East' }],
    ['the notification', { Type: 'Notification', TopicArn: 'arn:aws:sns:us-west-2:123456789012:x', Message: '{}' }],
    ["a function's records", { Records: [{ EventSource: 'aws:sns', Sns: { Message: '{}' } }] }],
  ])('as SNS delivers it, %s, is told so and what to deliver instead', (_, event) => {
    const reading = read(event);

    expect(reading).toMatchObject({ kind: 'refused', reason: 'malformed' });
    expect(reading.kind === 'refused' && reading.because).toMatch(/SNS.*EventBridge/);
  });

  test('with members that AWS may add one day is read all the same', () => {
    expect(read(alarmEvent({ 'replay-name': 'x' }, { muteDetail: { mutedBy: 'y' } })).kind).toBe('request');
  });
});

describe('a canary event', () => {
  test('asks for an automatic move off the region that the canary watches', () => {
    expect(read(canaryEvent())).toMatchObject({ kind: 'request', request: { service: 'orders', from: home } });
  });

  test('of a canary that is not ours is foreign', () => {
    expect(read(canaryEvent({}, { 'canary-name': 'checkout' }))).toMatchObject({ reason: 'foreign-event' });
  });

  test('of a run that succeeded is noise', () => {
    expect(read(canaryEvent({ 'detail-type': 'Synthetics Canary TestRun Successful' }))).toMatchObject({
      reason: 'noise',
    });
  });
});

describe("a person's request", () => {
  test('is manual where it does not say, and began when its execution did', () => {
    expect(read(byHand({ to: standby }), t0 + 10, t0)).toMatchObject({
      kind: 'request',
      eventId: null,
      request: { mode: 'manual', to: standby, force: false, reason: 'a game day', requestedBy: 'Ada', causedAt: t0 },
    });
  });

  test('may come from another state machine, and may have spaces around a region', () => {
    const parent = 'arn:aws:states:us-west-2:123456789012:execution:game-day:1';
    const reading = read(byHand({ to: ` ${standby} `, AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: parent }));

    expect(reading).toMatchObject({ kind: 'request', request: { to: standby } });
    expect(reading.kind === 'request' && Object.keys(reading.request)).not.toContain(
      'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID',
    );
  });

  test('for a service that we do not have names those that we have', () => {
    const reading = read(byHand({ service: 'invoices' }));

    expect(reading).toMatchObject({ reason: 'unknown-service', service: null });
    expect(reading.kind === 'refused' && reading.because).toBe('service: "invoices" is not one of orders, payments');
  });

  test.each(['from', 'to'])('with an unknown region in %s says where it may lead', (member) => {
    const reading = read(byHand({ [member]: 'eu-central-1' }));

    expect(reading).toMatchObject({ reason: 'unknown-region', service: 'orders' });
    expect(reading.kind === 'refused' && reading.because).toContain(
      `${member}: "eu-central-1" is not a region of orders`,
    );
  });

  test('with a mistyped member is refused, for it would mean another move', () => {
    const reading = read(byHand({ too: standby }));

    expect(reading).toMatchObject({ reason: 'malformed' });
    expect(reading.kind === 'refused' && reading.because).toContain('too');
  });

  test('of an execution that began long ago is stale', () => {
    expect(read(byHand(), t0 + 3_600_000, t0)).toMatchObject({
      reason: 'stale-event',
      request: { reason: 'a game day' },
    });
  });

  test('without a reason or a name is refused with the path of each', () => {
    const reading = read({ service: 'orders', reason: ' ' });

    const because = reading.kind === 'refused' ? reading.because : '';
    expect(because).toContain('reason: ');
    expect(because).toContain('requestedBy: ');
  });
});

describe('anything else', () => {
  test.each([
    [null],
    [undefined],
    ['orders'],
    [7],
    [[alarmEvent()]],
    [{}],
    [{ source: 'aws.cloudwatch' }],
    [{ 'detail-type': {} }],
  ])('%j is refused with what to send instead', (event) => {
    const reading = read(event);

    expect(reading.kind).toBe('refused');
    expect(reading.kind === 'refused' && reading.because).toMatch(/Send|reason, requestedBy/);
  });

  test('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), (event) => {
        expect(read(event).kind).toBe('refused');
      }),
    );
  });

  test('a detail-type that cannot be made text is refused like any other', () => {
    expect(read({ ...alarmEvent(), 'detail-type': { toString: 0 } }).kind).toBe('refused');
  });

  test('never throws for an event of ours with one member replaced by anything', () => {
    const event = alarmEvent();
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(event)), fc.anything(), (member, value) => {
        expect(['request', 'refused']).toContain(read({ ...event, [member]: value }).kind);
      }),
    );
  });

  test('a refusal is short enough for a message, whatever was sent', () => {
    const reading = read(byHand({ ['x'.repeat(5_000)]: 1 }));

    expect(reading.kind === 'refused' && reading.because.length).toBeLessThan(800);
  });
});

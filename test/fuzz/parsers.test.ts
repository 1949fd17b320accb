import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigurationMistake, parseFailover } from '../../config/define-failover.ts';
import { decodeOverride, decodeServiceValue } from '../../core/routing-value.ts';
import { regionNames } from '../../core/service.ts';
import { isWeight } from '../../core/stored-value.ts';
import { readEvent } from '../../handlers/parse/read-event.ts';
import { endingOf } from '../../handlers/steps/ending.ts';
import example from '../../understudy.config.ts';
import { alarmEvent, byHand, canaryEvent } from '../handlers/steps/scene.ts';
import * as payloads from '../support/payloads.ts';
import { failover, home, incidentOf, standby, t0 } from '../support/world.ts';
import { hostile, mutated } from './hostile.ts';

/*
 * What strangers can send, to whatever reads it first: nothing crashes, and nothing is accepted that the schema forbids. What is
 * accepted is looked at again here, by hand, for a schema that is too wide would accept it both times.
 */

describe('events', () => {
  const events = [alarmEvent(), canaryEvent(), byHand({ to: standby, from: home, mode: 'rehearsal', force: true })];
  const sent = fc.oneof(hostile, ...events.map(mutated));

  test('are refused with a short sentence, or ask for something that the configuration allows', () => {
    fc.assert(
      fc.property(sent, (event) => {
        const reading = readEvent(event, t0, failover, t0);

        if (reading.kind === 'refused') {
          expect(reading.because.length).toBeLessThan(1_000);
          return;
        }
        const { request, service } = reading;
        expect(failover.services).toContain(service);
        expect(request.service).toBe(service.name);
        for (const region of [request.from, request.to]) {
          if (region !== undefined) expect(regionNames(service)).toContain(region);
        }
        expect(['automatic', 'manual', 'rehearsal']).toContain(request.mode);
        expect(typeof request.force).toBe('boolean');
        // Only a person's request may pass a pause, and no event may be old or of tomorrow.
        if (reading.eventId !== null) expect(request).toMatchObject({ mode: 'automatic', force: false });
        expect(request.causedAt).toBeGreaterThanOrEqual(t0 - service.policy.eventMaxAgeMs);
        expect(request.causedAt).toBeLessThanOrEqual(t0 + 60_000);
        expect(request.reason.length).toBeLessThanOrEqual(500);
      }),
      { numRuns: 2_000 },
    );
  });

  test('of an account or a region that is not ours start nothing, whatever else they say', () => {
    fc.assert(
      fc.property(fc.constantFrom(...events.slice(0, 2)), fc.string(), fc.string(), (event, account, region) => {
        fc.pre(account !== failover.account);

        expect(readEvent({ ...event, account }, t0, failover, t0).kind).toBe('refused');
        expect(readEvent({ ...event, region: `${region}-x` }, t0, failover, t0).kind).toBe('refused');
      }),
    );
  });
});

describe('values in the KeyValueStore', () => {
  const service = {
    v: 1,
    e: 7,
    w: [
      ['us-east-1', 1000],
      ['us-west-2', 0],
    ],
  };
  const override = { v: 1, e: 4, x: { 'us-east-1': -1 } };
  const text = fc.oneof(
    fc.oneof(mutated(service), mutated(override)).map((value) => stringified(value)),
    fc.string(),
    hostile,
    fc.constantFrom('['.repeat(50_000), `{"v":1,"e":1,"w":${'['.repeat(5_000)}`, '{"v":1,"e":9007199254740993,"w":[]}'),
  );

  test.each([
    ['a service', decodeServiceValue],
    ['the override', decodeOverride],
  ])('of %s are malformed, or hold an epoch that can be compared and weights', (_, decode) => {
    fc.assert(
      fc.property(text, (stored) => {
        const value = decode(stored);

        if (value.kind === 'malformed') return;
        expect(Number.isSafeInteger(value.epoch) && value.epoch >= 0).toBe(true);
        for (const weight of Object.values(value.weights)) expect(isWeight(weight)).toBe(true);
        expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a configuration', () => {
  test('is refused by its faults alone, or parses to what parses to itself', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, mutated(example)), (input) => {
        try {
          const parsed = parseFailover(input);
          expect(parseFailover(parsed)).toEqual(parsed);
          for (const { policy } of parsed.services) {
            expect(policy.quorum).toBeGreaterThanOrEqual(2);
            expect(policy.leaseMs).toBeGreaterThanOrEqual(30_000);
          }
        } catch (error) {
          if (!(error instanceof ConfigurationMistake)) throw error;
          expect(error.mistakes.every((mistake) => mistake.length > 0)).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('payloads of steps', () => {
  test.each(Object.entries(payloads))('%s is parsed or refused, whatever came', (_, schema) => {
    fc.assert(
      fc.property(
        fc.oneof(hostile, mutated({ incident: incidentOf(), step: 0, evidenceAt: t0, approved: true })),
        (given) => {
          expect(typeof schema.safeParse(given).success).toBe('boolean');
        },
      ),
      { numRuns: 200 },
    );
  });

  test('an error of any kind ends a run in a sentence', () => {
    const nothing = { incident: null, refusal: null, verdict: null, approval: null, act: null };
    const quoted = fc.string({ unit: 'binary' }).map((said) => `{"errorMessage":"${said}"}`);
    fc.assert(
      fc.property(fc.string(), fc.oneof(fc.string({ unit: 'binary' }), quoted), (name, Cause) => {
        expect(endingOf({ ...nothing, error: { Error: name, Cause } }).because.length).toBeLessThan(
          1_000 + name.length,
        );
      }),
      { numRuns: 2_000 },
    );
  });
});

function stringified(value: unknown): unknown {
  try {
    return JSON.stringify(value);
  } catch {
    return value;
  }
}

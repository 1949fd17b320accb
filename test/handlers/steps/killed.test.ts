import { describe, expect, test } from 'vitest';
import type { Entry } from '../../../core/entry.ts';
import type { BadReason } from '../../../core/observation.ts';
import type { Hook, Policy } from '../../../core/service.ts';
import { home, standby } from '../../support/world.ts';
import { drive, type Invoke, overTheWire } from './drive.ts';
import { type Death, Killed, Mortality } from './mortal.ts';
import { alarmEvent, byHand, executionNamed, type Scene, scene } from './scene.ts';

/** How long the state machine waits before it invokes a function again that died. */
const retryMs = 1_000;

interface Play {
  readonly event: unknown;
  readonly policy: Partial<Policy>;
  readonly hooks?: readonly Hook[];
  readonly set?: (stage: Scene) => void;
}

const prepareHook: Hook = {
  name: 'scale-up',
  when: ['prepare'],
  functionArn: 'arn:aws:lambda:us-west-2:123456789012:function:scale-up',
  timeoutMs: 5_000,
  retries: 0,
  onFailure: 'abort',
  safeInRehearsal: false,
};

const broken = (what: string, because: BadReason) => (stage: Scene) => {
  stage.world.broken.set(what, because);
};

const plays: Readonly<Record<string, Play>> = {
  'a move': { event: alarmEvent(), policy: { dwellMs: 0 }, set: broken(home, 'refused') },
  'a move with a hook': {
    event: alarmEvent(),
    policy: { dwellMs: 0 },
    hooks: [prepareHook],
    set: broken(home, 'timeout'),
  },
  'a ramp by hand': { event: byHand(), policy: { ramp: { percents: [10, 100], bakeMs: 1_000 } } },
  'a rehearsal': { event: byHand({ mode: 'rehearsal' }), policy: {} },
  'a move that is rolled back': {
    event: alarmEvent(),
    policy: { dwellMs: 0, verify: { timeoutMs: 4_000, intervalMs: 1_000, consecutive: 2 } },
    set(stage) {
      broken(home, 'refused')(stage);
      broken('front-door', 'status')(stage);
    },
  },
  'a hold': { event: alarmEvent(), policy: {} },
  'a refusal': { event: byHand({ service: 'nothing' }), policy: {} },
  'a move on a lever without epochs': { event: byHand({ service: 'payments' }), policy: {} },
};

/** Plays the whole run, dying once; whatever dies is invoked again with the same payload. */
async function play({ event, policy, hooks = [], set }: Play, death: Death | null) {
  const stage = scene(policy, { hooks });
  set?.(stage);
  const { world, failover } = stage;
  const mortality = new Mortality(world, death);
  const invoke: Invoke = async (_name, schema, step, input) => {
    const attempt = async () => overTheWire(await step(schema.parse(overTheWire(input)), mortality.ports, failover));
    try {
      const answer = await attempt();
      if (!mortality.dead) return answer;
    } catch (error) {
      if (!mortality.dead) throw error;
    }
    mortality.dead = false;
    await world.wait(retryMs);
    return attempt();
  };
  const ended = await world.clock.run(drive(event, executionNamed('run-1'), invoke, world.clock));
  const service = (event as { service?: string }).service === 'payments' ? 'payments' : 'orders';
  const finals = world.chat.sent.filter(({ subject }) => subject === world.chat.sent.at(-1)?.subject);
  return {
    effects: mortality.effects,
    finals: finals.length,
    state: {
      ending: ended.ending,
      headline: ended.headline,
      routing: world.levers({ name: service }).routing,
      ledger: timeless(await world.ledger.read(service)),
      entries: (await world.ledger.entries(service)).filter(isMoreThanALook).map(essence).filter(isNoLookAgain),
      refusals: (await world.ledger.entries('understudy')).map(essence),
    },
    writes: world.levers({ name: service }).written.length,
  };
}

/** How many looks came before the one that counts is a matter of time, and a death takes time. */
const isMoreThanALook = ({ what }: Entry) => what.kind !== 'verified' || what.state !== 'pending';

/**
 * Evidence and verdict are of one invocation. One that dies when the verdict is on record has told nobody: the next one looks again, and a
 * verdict of its own comes after that, with its evidence.
 */
function isNoLookAgain({ kind, identity }: Essence, index: number, entries: readonly Essence[]): boolean {
  return kind !== 'decided' || entries[index - 1]?.identity !== identity;
}

type Essence = ReturnType<typeof essence>;

/** What an entry says, without when, and without whether a retry wrote it or found it written. */
function essence({ id, what }: Entry) {
  const identity = id.replaceAll(/\d{12,}/g, '(time)');
  return what.kind === 'shifted' ? { identity, kind: what.kind, wrote: what.wrote } : { identity, kind: what.kind };
}

/** Looks are of their time as a whole: one more, after a death, is remembered too. */
const timed = ['lastMoveAt', 'looks', 'lookedAt'];

function timeless(record: object) {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => {
      if (timed.includes(name) && value !== null) return [name, '(time)'];
      // As late as the run that was held up.
      if (name === 'left' && value !== null) return [name, { ...value, at: '(time)' }];
      if (name === 'unprotected') return [name, value.map((left: object) => ({ ...left, since: '(time)' }))];
      // A message that may have gone out before the kill goes out again, and counts.
      if (name === 'trouble' && value !== null) return [name, [value.what, value.closedAt === null]];
      return [name, value];
    }),
  );
}

describe('a function killed at any effect and invoked again', () => {
  for (const [name, what] of Object.entries(plays)) {
    test(`${name}: comes to the same end`, async () => {
      const undisturbed = await play(what, null);
      expect(undisturbed.finals).toBe(1);
      expect(undisturbed.effects).toBeGreaterThan(1);

      for (let at = 1; at <= undisturbed.effects; at++) {
        for (const when of ['before', 'after'] as const) {
          const disturbed = await play(what, { at, when });
          expect(disturbed.state, `killed ${when} effect ${at}`).toEqual(undisturbed.state);
          expect(disturbed.writes, `writes when killed ${when} effect ${at}`).toBe(undisturbed.writes);
          expect(disturbed.finals, `told when killed ${when} effect ${at}`).toBeGreaterThanOrEqual(1);
          // Twice only where the kill came between telling and writing down that it was told.
          expect(disturbed.finals, `told when killed ${when} effect ${at}`).toBeLessThanOrEqual(2);
        }
      }
    });
  }

  test('leaves a different end where nobody invokes it again', async () => {
    const stage = scene({ dwellMs: 0 });
    stage.world.broken.set(home, 'refused');
    const mortality = new Mortality(stage.world, { at: 4, when: 'before' });
    const invoke: Invoke = (_name, schema, step, input) =>
      step(schema.parse(overTheWire(input)), mortality.ports, stage.failover);

    const run = stage.world.clock.run(drive(alarmEvent(), executionNamed('run-1'), invoke, stage.world.clock));

    await expect(run).rejects.toThrow(Killed);
    expect(stage.lever.routing.weights[standby]).toBe(0);
  });

  test('a step killed after its write, and invoked again when the evidence is old, is verified and not lost', async () => {
    const stage = scene({ dwellMs: 0, evidenceMaxAgeMs: 10_000 });
    stage.world.broken.set(home, 'refused');
    const { write } = stage.lever;
    let writes = 0;
    stage.lever.write = async (intent) => {
      const written = await write.call(stage.lever, intent);
      writes++;
      if (writes === 1) throw new Killed('after the write');
      return written;
    };
    const invoke: Invoke = async (_name, schema, step, input) => {
      const attempt = async () =>
        overTheWire(await step(schema.parse(overTheWire(input)), stage.world, stage.failover));
      return attempt().catch(async (error: unknown) => {
        if (!(error instanceof Killed)) throw error;
        await stage.world.wait(20_000);
        return attempt();
      });
    };

    const ended = await stage.world.clock.run(drive(alarmEvent(), executionNamed('run-1'), invoke, stage.world.clock));

    expect(ended.ending).toBe('recovered');
    expect(writes).toBe(1);
  });
});

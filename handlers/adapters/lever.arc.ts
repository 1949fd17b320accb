import type { Region } from '../../core/brand.ts';
import type { RoutingReading } from '../../core/evidence.ts';
import { leverTraits } from '../../core/lever.ts';
import { fullWeight } from '../../core/plan.ts';
import type { Routing, Weights } from '../../core/routing.ts';
import { type ArcLeverConfig, regionNames, type Service } from '../../core/service.ts';
import { ConfigurationError, LeverUnavailable } from '../errors.ts';
import type { Lever, LeverIntent, WriteOutcome } from '../ports.ts';
import type { ArcCluster, ControlState, ControlStates } from './arc-cluster.ts';
import { controlsMax } from './arc-updates.ts';
import { sentenceOf } from './vendor-error.ts';

export interface ArcLeverOptions {
  readonly cluster: ArcCluster;
  readonly service: Service;
  readonly controls: ArcLeverConfig['controls'];
  readonly wait: (ms: number) => Promise<unknown>;
  /** The safety rules' wait period: for so long after a change every further one is refused. ARC's default is 5 s. */
  readonly safetyRuleWaitMs?: number;
}

/**
 * Moves a service by its ARC routing controls, one per region: On is a share, Off is none. One control that is On reads as
 * a weight of 1000; where several are On they have equal parts of it, where none is nobody serves. A fence below zero is no
 * more than Off here, and a write keeps no shares beyond on and off.
 *
 * ARC knows neither epochs nor conditions, so `expected` is compared by a read before the write. What is left open is the
 * time between that read and the write's arrival, some 100 ms: a rival that writes in it is overwritten. The ledger's
 * lease, renewed right before every write, keeps rivals apart; the safety rules keep one region On whoever writes; and
 * the read-back shows a rival that came after us.
 *
 * A write is one transaction over all of the service's controls, never one at a time: no moment with both or none. It is
 * read back from another endpoint than the one that took it.
 */
export function arcLever({ cluster, service, controls, wait, safetyRuleWaitMs = 5_000 }: ArcLeverOptions): Lever {
  const arnByRegion = controlsOf(service, controls);
  const arns = Object.values(arnByRegion);

  async function read(): Promise<RoutingReading> {
    try {
      return { kind: 'read', routing: routingOf(await cluster.read(arns)) };
    } catch (error) {
      return { kind: 'unreadable', because: `the routing controls of ${service.name}: ${sentenceOf(error)}` };
    }
  }

  async function write(intent: LeverIntent): Promise<WriteOutcome> {
    const stranger = Object.keys(intent.weights).find(
      (name) => (intent.weights[name] ?? 0) > 0 && !(name in arnByRegion),
    );
    if (stranger !== undefined) return refused(`${stranger} has no routing control`);
    const attempt = { sent: false };
    try {
      const outcome = await writeStates(statesOf(intent.weights), statesOf(intent.expected), attempt);
      if (outcome.kind !== 'refused' || !attempt.sent) return outcome;
      throw new ConfigurationError(outcome.because);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      if (!attempt.sent) return refused(sentenceOf(error));
      // `refused` says that nothing was written, and nobody takes back what was not.
      throw new LeverUnavailable(
        `nobody knows whether the routing controls of ${service.name} were written: ${sentenceOf(error)}`,
        { cause: error },
      );
    }
  }

  async function writeStates(
    wanted: ControlStates,
    expected: ControlStates,
    attempt: { sent: boolean },
  ): Promise<WriteOutcome> {
    const tried = new Set<number>();
    let waited = 0;
    for (;;) {
      // Read anew before every attempt: an answer may have been lost, and a wait is long enough for others to act.
      const standing = await cluster.read(arns);
      if (same(standing, wanted))
        return { kind: attempt.sent ? 'accepted' : 'unchanged', routing: routingOf(standing) };
      if (!same(standing, expected)) return { kind: 'moved-meanwhile', routing: routingOf(standing) };
      const isStill = async () => same(await cluster.read(arns), expected);
      const answer = await cluster.update(wanted, tried, isStill);
      switch (answer.kind) {
        case 'written':
          attempt.sent = true;
          return readBack(wanted, expected, answer.endpoint);
        case 'overtaken':
          break;
        case 'unknown':
          // The endpoint is in `tried` now: at the latest after the fifth, `update` gives up.
          attempt.sent = true;
          break;
        case 'conflict':
          if (waited === waitsMax) return refused(answer.because);
          waited += 1;
          await wait(safetyRuleWaitMs);
          break;
      }
    }
  }

  /** The endpoints agree by quorum, but one may lag behind for a moment; a state that is neither is a rival's. */
  async function readBack(wanted: ControlStates, before: ControlStates, writtenAt: number): Promise<WriteOutcome> {
    let seen: ControlStates = {};
    for (let look = 0; look < looksMax; look++) {
      if (look > 0) await wait(lookAgainMs);
      try {
        seen = await cluster.read(arns, writtenAt);
      } catch (error) {
        if (!(error instanceof LeverUnavailable)) throw error;
        // Nobody else can be asked. The endpoint's own answer stands for a transaction that the quorum has agreed to.
        return { kind: 'accepted', routing: routingOf(wanted) };
      }
      if (same(seen, wanted)) return { kind: 'accepted', routing: routingOf(seen) };
      if (!same(seen, before)) break;
    }
    // One endpoint may lag behind; that each of those that were asked does, all this while, is a hand that set it back.
    return { kind: 'moved-meanwhile', routing: routingOf(seen), afterUs: true };
  }

  function statesOf(weights: Weights): ControlStates {
    return Object.fromEntries(
      Object.entries(arnByRegion).map(([name, arn]): [string, ControlState] => [
        arn,
        (weights[name] ?? 0) > 0 ? 'On' : 'Off',
      ]),
    );
  }

  function routingOf(states: ControlStates): Routing {
    const share = Math.round(fullWeight / arns.filter((arn) => states[arn] === 'On').length);
    const weights = Object.entries(arnByRegion).map(([name, arn]) => [name, states[arn] === 'On' ? share : 0]);
    return { epoch: null, weights: Object.fromEntries(weights) };
  }

  const same = (a: ControlStates, b: ControlStates) => arns.every((arn) => a[arn] === b[arn]);

  const refused = (because: string): WriteOutcome => ({
    kind: 'refused',
    because: `the routing controls of ${service.name}: ${because}`,
  });

  return { traits: leverTraits.arc, read, write, complaints: () => cluster.complaints(arns) };
}

/** Two periods: one that another change began just before ours, and one more for a change in between. */
const waitsMax = 2;

const looksMax = 5;
const lookAgainMs = 200;

function controlsOf(service: Service, controls: ArcLeverConfig['controls']): Readonly<Record<Region, string>> {
  const names = regionNames(service);
  if (names.length > controlsMax) {
    throw new ConfigurationError(`${service.name} has ${names.length} regions; one call moves at most ${controlsMax}`);
  }
  return Object.fromEntries(
    names.map((name) => {
      const arn = controls[name];
      if (arn === undefined) throw new ConfigurationError(`${service.name} has no routing control for ${name}`);
      return [name, arn];
    }),
  );
}

import type { Region } from '../../core/brand.ts';
import { chunks } from '../../core/chunks.ts';
import type { Observation } from '../../core/observation.ts';
import type { Failover, Service } from '../../core/service.ts';
import { targetsMax } from '../../synthetics/vantage-contract.ts';
import type { Aim, Ports } from '../ports.ts';
import { aimAtControl, lookFromEverywhere } from './look.ts';

/** What is asked about one service. */
export interface Question {
  readonly service: Service;
  readonly aims: readonly Aim[];
}

/** Questions to one observer at a time: each is an invocation of its vantage. */
const asksAtOnce = 20;

/**
 * One burst for many services, as many in a question as a vantage takes, from every observer. What is seen is told by service, each with
 * the control target that was asked beside it. Services whose policies want other bursts are asked in other questions.
 */
export async function lookAtMany(
  questions: readonly Question[],
  failover: Pick<Failover, 'observers' | 'controlTarget'>,
  ports: Pick<Ports, 'vantages' | 'wait'>,
): Promise<ReadonlyMap<string, readonly Observation[]>> {
  const seen = new Map<string, readonly Observation[]>();
  const rounds = questionsByBurst(questions);
  for (const some of chunks(rounds, asksAtOnce)) {
    await Promise.all(
      some.map(async (round) => {
        for (const [name, observations] of await ask(round, failover, ports)) seen.set(name, observations);
      }),
    );
  }
  return seen;
}

/** A vantage answers in the order of the aims, with as many observations of each as the burst has probes. */
async function ask(
  round: readonly [Question, ...Question[]],
  failover: Pick<Failover, 'observers' | 'controlTarget'>,
  ports: Pick<Ports, 'vantages' | 'wait'>,
): Promise<ReadonlyMap<string, readonly Observation[]>> {
  const { burst } = round[0].service.policy;
  const aims = [aimAtControl(failover, round[0].service), ...round.flatMap((question) => question.aims)];
  const { observations } = await lookFromEverywhere(failover.observers, aims, burst, ports);
  const byObserver = new Map<Region, readonly Observation[]>();
  for (const observer of failover.observers) {
    const mine = observations.filter((observation) => observation.observer === observer);
    // Which answer is whose is known by their order alone.
    if (mine.length === aims.length * burst.count) byObserver.set(observer, mine);
  }
  const seen = new Map<string, Observation[]>();
  let from = 1;
  for (const { service, aims: own } of round) {
    const mine: Observation[] = [];
    for (const all of byObserver.values()) {
      mine.push(...all.slice(0, burst.count), ...all.slice(from * burst.count, (from + own.length) * burst.count));
    }
    seen.set(service.name, mine);
    from += own.length;
  }
  return seen;
}

/** Filled up to what a vantage takes; the control target has a place in each. */
function questionsByBurst(questions: readonly Question[]): readonly (readonly [Question, ...Question[]])[] {
  const open = new Map<string, [Question, ...Question[]]>();
  const rounds: [Question, ...Question[]][] = [];
  for (const question of questions) {
    const key = JSON.stringify(question.service.policy.burst);
    const round = open.get(key);
    const asked = round?.reduce((sum, { aims }) => sum + aims.length, 1) ?? 0;
    if (round !== undefined && asked + question.aims.length <= targetsMax) round.push(question);
    else {
      const fresh: [Question, ...Question[]] = [question];
      open.set(key, fresh);
      rounds.push(fresh);
    }
  }
  return rounds;
}

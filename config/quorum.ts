import type { Failover, Service } from '../core/service.ts';
import type { At, Mistake } from './mistake.ts';

/** More than half. */
export const majorityOf = (count: number): number => Math.floor(count / 2) + 1;

/** Those whose canaries watch a service: the votes that there are before a run asks everybody. */
const watchersOf = ({ canaries }: Pick<Service, 'canaries'>, { observers }: Pick<Failover, 'observers'>) =>
  canaries.observers ?? observers;

/** The policy with its quorum: of those who watch, a majority, where nobody says a number. Two is the least. */
export function withQuorum(failover: Failover): Failover {
  return {
    ...failover,
    services: failover.services.map((service) => {
      const { quorum }: { quorum: number | undefined } = service.policy;
      const usual = Math.max(2, majorityOf(watchersOf(service, failover).length));
      return { ...service, policy: { ...service.policy, quorum: quorum ?? usual } };
    }),
  };
}

export function* quorumMistakes(service: Service, failover: Failover, at: At): Generator<Mistake> {
  const { quorum, minority } = service.policy;
  const { observers } = failover;
  const watchers = watchersOf(service, failover).length;
  if (quorum > observers.length) {
    yield { path: at('policy', 'quorum'), message: `is ${quorum}, more than the ${observers.length} observers` };
  }
  if (!minority && quorum < majorityOf(watchers)) {
    yield {
      path: at('policy', 'quorum'),
      message: `is ${quorum} of ${watchers} observers that watch it, a minority: write ${majorityOf(watchers)} or more, or policy.minority: true`,
    };
  }
}

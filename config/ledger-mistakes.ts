import type { Failover } from '../core/service.ts';
import { type Mistake, repeated } from './mistake.ts';

/**
 * The regions among which a table can be strongly consistent: three of one set.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
 */
export const consistentSets: readonly (readonly string[])[] = [
  ['us-east-1', 'us-east-2', 'us-west-2'],
  ['eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-central-1'],
  ['ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3'],
];

/** What would leave a run without its ledger, and what DynamoDB would refuse when the table is made. */
export function* ledgerMistakes(failover: Pick<Failover, 'ledger' | 'services'>): Generator<Mistake> {
  const { ledger, services } = failover;
  const { region, replicas, witness } = ledger;
  for (const service of services) {
    if (service.regions[0]?.region === region) {
      yield {
        path: ['ledger', 'region'],
        message: `is ${region}, the home region of ${service.name}: no run could begin when it is lost; choose another`,
      };
    }
  }
  if (replicas.length === 0 && witness === undefined) return;
  const members = [region, ...replicas, ...(witness === undefined ? [] : [witness])];
  yield* repeated(members, ['ledger', 'replicas']);
  if (replicas.length === 0 || members.length !== 3) {
    yield {
      path: ['ledger', 'replicas'],
      message: `is a table of ${members.length} regions; strong consistency takes ledger.region with two replicas, or with one and a witness`,
    };
  }
  if (!consistentSets.some((set) => members.every((member) => set.includes(member)))) {
    const sets = consistentSets.map((set) => set.join(', ')).join('; or ');
    yield {
      path: ['ledger', 'replicas'],
      message: `has regions between which DynamoDB keeps no strong consistency (${members.join(', ')}); choose three of: ${sets}`,
    };
  }
}

import { consistentSets } from '../../config/ledger-mistakes.ts';

/** Open to every account without asking for it. https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html */
const openRegions: readonly string[] = [
  ...['us-east-2', 'us-west-2', 'ca-central-1', 'us-east-1', 'us-west-1', 'eu-west-1', 'eu-central-1', 'eu-west-2'],
  ...[
    'eu-north-1',
    'eu-west-3',
    'ap-southeast-2',
    'ap-northeast-1',
    'ap-southeast-1',
    'ap-northeast-2',
    'ap-northeast-3',
  ],
  ...['ap-south-1', 'sa-east-1'],
];

const continent = (region: string): string => region.slice(0, 2).replace('ca', 'us');

export interface Places {
  readonly observers: readonly [string, string, string];
  readonly controlRegions: readonly string[];
  readonly ledger: { readonly region: string; readonly replicas?: readonly string[]; readonly witness?: string };
}

/** Who looks, who decides and where it is remembered: near the service, and not in the region that may be lost. */
export function placesFor(home: string, standby: string): Places {
  const others = openRegions.filter((region) => region !== home && region !== standby);
  const near = others.filter((region) => continent(region) === continent(home));
  const [first = '', second = ''] = [...near, ...others.filter((region) => !near.includes(region))];
  const consistent = consistentSets.find((set) => set.includes(first) && set.includes(standby));
  const witness = consistent?.find((region) => region !== first && region !== standby);
  return {
    observers: [first, standby, second],
    controlRegions: [standby, first],
    ledger: witness === undefined ? { region: first } : { region: first, replicas: [standby], witness },
  };
}

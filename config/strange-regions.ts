import type { Failover } from '../core/service.ts';
import { arnsIn, regionOfArn } from './arn.ts';
import type { Mistake } from './mistake.ts';
import { strangeRegion } from './regions.ts';

/** Regions that are not in our list, wherever one is named: new ones, or typing errors. */
export function* strangeRegions({ observers, controlRegions, ledger, services }: Failover): Generator<Mistake> {
  const lists: (readonly [path: Mistake['path'], names: readonly string[]])[] = [
    [['observers'], observers],
    [['controlRegions'], controlRegions],
    [['ledger', 'replicas'], ledger.replicas],
  ];
  const named: (readonly [path: Mistake['path'], name: string])[] = [
    ...lists.flatMap(([path, names]) => names.map((name, index) => [[...path, index], name] as const)),
    [['ledger', 'region'], ledger.region],
    ...(ledger.witness === undefined ? [] : [[['ledger', 'witness'], ledger.witness] as const]),
    ...services.flatMap(({ regions }, s) =>
      regions.map(({ region }, r) => [['services', s, 'regions', r, 'region'], region] as const),
    ),
    ...services.flatMap(({ lever }, s) =>
      lever.kind !== 'arc'
        ? []
        : lever.endpoints.map(({ region }, e) => [['services', s, 'lever', 'endpoints', e, 'region'], region] as const),
    ),
  ];
  for (const [path, name] of named) {
    const message = strangeRegion(name);
    if (message !== null) yield { path, message };
  }
  for (const { path, arn } of arnsIn({ services })) {
    const region = regionOfArn(arn);
    const strange = region === '' ? null : strangeRegion(region);
    if (strange !== null) yield { path, message: strange.replace(/^is/, 'is in') };
  }
}

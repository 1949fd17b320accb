import type { Region } from '../core/brand.ts';
import { type Failover, regionNames } from '../core/service.ts';
import { failureType, sharedSource } from './canary-code.ts';
import { alarmName, anyService, canaryName, evacuationMachineArn, stateMachineArn } from './names.ts';

/*
 * What every rule on a default bus listens for, and how long it tries to deliver: AWS and the sandbox have the same rules.
 */

export interface StartRule {
  readonly name: string;
  readonly description: string;
  readonly pattern: object;
}

/** An hour-old event must start nothing: the rule gives up after this, and the first state asks again. */
export const delivery = { maximumEventAgeSeconds: 300, maximumRetryAttempts: 10 } as const;

/**
 * Where a region's events go that has no machine of its own: to every region that has one, for the first may be the one
 * that is lost, and whoever comes second finds the lease taken. A rule has five targets.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
 */
export const forwardsTo = ({ controlRegions }: Failover): readonly Region[] => controlRegions.slice(0, 5);

/**
 * A red alarm starts a run; so does a failed canary, without waiting for metric and alarm: best effort, so never the only one. By
 * the deployment's prefix and the region, because a pattern that names each of them needs a rule for every dozen services, and
 * a bus takes 300. Whose it is the first state looks up among the services.
 */
export function startRules(failover: Failover): readonly StartRule[] {
  const regions = [...new Set(failover.services.flatMap(regionNames))];
  const named = (name: typeof alarmName, targets: readonly (Region | null)[]) =>
    targets.map((region) => name(failover, anyService, region));
  return [
    ...numbered(`${failover.name}-alarm`, named(alarmName, [...regions, null])).map(({ name, names }) => ({
      name,
      description: 'An alarm of ours turned red: look, and move if need be.',
      pattern: {
        source: ['aws.cloudwatch'],
        'detail-type': ['CloudWatch Alarm State Change'],
        detail: { alarmName: names, state: { value: ['ALARM'] } },
      },
    })),
    ...numbered(`${failover.name}-canary-run`, named(canaryName, regions)).map(({ name, names }) => ({
      name,
      description: 'A canary of ours failed: look at once, without waiting for its alarm.',
      pattern: {
        source: canarySources(failover),
        'detail-type': [failureType],
        detail: { 'canary-name': names },
      },
    })),
  ];
}

/** Who says that a canary saw a region fail. Shared ones say so themselves, because of their own run AWS says one thing for all. */
export const canarySources = ({ sharedCanaries }: Pick<Failover, 'sharedCanaries'>): readonly string[] => [
  'aws.synthetics',
  ...(sharedCanaries ? [sharedSource] : []),
];

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html */
interface Wildcard {
  readonly wildcard: string;
}

/** A pattern takes 2,048 characters; with this many for the names, the rest fits. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const namesMax = 1_800;

/** As many rules as the names need. */
function numbered(
  name: string,
  all: readonly string[],
): { readonly name: string; readonly names: readonly Wildcard[] }[] {
  const groups: Wildcard[][] = [[]];
  for (const wildcard of all) {
    const last = groups.at(-1) ?? [];
    if (last.length > 0 && JSON.stringify([...last, { wildcard }]).length > namesMax) groups.push([{ wildcard }]);
    else last.push({ wildcard });
  }
  return groups.map((names, index) => ({ name: index === 0 ? name : `${name}-${index + 1}`, names }));
}

/** No Catch sees these: a run that was stopped, ran out of time or broke in Step Functions itself never concludes. */
export function lostRunPattern(failover: Failover, region: Region): object {
  return {
    source: ['aws.states'],
    'detail-type': ['Step Functions Execution Status Change'],
    detail: {
      stateMachineArn: [stateMachineArn(failover, region), evacuationMachineArn(failover, region)],
      $or: [{ status: ['TIMED_OUT', 'ABORTED'] }, { status: ['FAILED'], error: [{ prefix: 'States.' }] }],
    },
  };
}

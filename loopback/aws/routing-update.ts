import type { ControlState } from './safety-rule.ts';
import { AwsError } from './service.ts';

/** What an update asks of one control. */
export interface Entry {
  readonly RoutingControlArn: string;
  readonly RoutingControlState: ControlState;
}

/** https://docs.aws.amazon.com/r53recovery/latest/dg/routing-control.quotas.html */
export const limits = { entries: 10, mutationsPerSecond: 3, endpoints: 5, quorum: 3 } as const;

/** Throws what ARC answers to an update that it would not even try. */
export function checkEntries(entries: readonly Entry[]): void {
  if (entries.length === 0) {
    throw invalid('At least one routing control must be given.', 'UpdateRoutingControlStateEntries');
  }
  if (entries.length > limits.entries) {
    throw new AwsError(
      'ServiceLimitExceededException',
      `An update may have at most ${limits.entries} routing controls.`,
      {
        status: 402,
        members: { limitCode: 'routing-control-state-entries', serviceCode: 'route53-recovery-cluster' },
      },
    );
  }
  if (new Set(entries.map(({ RoutingControlArn }) => RoutingControlArn)).size !== entries.length) {
    throw invalid('A routing control may occur once.', 'UpdateRoutingControlStateEntries');
  }
  for (const { RoutingControlState } of entries) {
    // A call from within is not held against the service model.
    if (RoutingControlState !== 'On' && RoutingControlState !== 'Off') {
      throw invalid(`A state is On or Off, not ${JSON.stringify(RoutingControlState)}.`, 'RoutingControlState');
    }
  }
}

export function invalid(message: string, field: string): AwsError {
  return new AwsError('ValidationException', message, {
    members: { reason: 'FIELD_VALIDATION_FAILED', fields: [{ name: field, message }] },
  });
}

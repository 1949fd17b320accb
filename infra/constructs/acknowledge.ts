import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Accepts a finding of cdk-nag here, for a reason that a reviewer can judge. */
export function acknowledge(construct: IConstruct, finding: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: `AwsSolutions-${finding}`, reason });
}

/** X-Ray has no resources: its two writing actions are allowed on everything or not at all. */
export const traceReason = 'X-Ray knows no resources: PutTraceSegments and PutTelemetryRecords are on * or not at all.';

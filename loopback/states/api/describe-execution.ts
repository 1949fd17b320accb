import type { StoredExecution } from './store.ts';
import { statusOf } from './store.ts';

/** DescribeExecution's answer; `withData` is false for METADATA_ONLY. */
export function describeExecution(stored: StoredExecution, withData = true): Record<string, unknown> {
  const { outcome } = stored;
  const status = statusOf(stored);
  return {
    executionArn: stored.arn,
    stateMachineArn: stored.machine.arn,
    ...qualifiers(stored),
    name: stored.name,
    status,
    startDate: new Date(stored.startedAt),
    ...(stored.stoppedAt !== undefined && { stopDate: new Date(stored.stoppedAt) }),
    ...(withData && { input: stored.input, inputDetails: { included: true } }),
    ...(withData &&
      outcome?.status === 'SUCCEEDED' && { output: outcome.output.text, outputDetails: { included: true } }),
    ...((outcome?.status === 'FAILED' || outcome?.status === 'ABORTED') && {
      ...(outcome.error !== undefined && { error: outcome.error }),
      ...(outcome.cause !== undefined && { cause: outcome.cause }),
    }),
    redriveCount: 0,
    ...(status === 'RUNNING' || status === 'SUCCEEDED'
      ? { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: `Execution is ${status} and cannot be redriven` }
      : { redriveStatus: 'REDRIVABLE' }),
  };
}

/** There only where the execution was started by them. */
export const qualifiers = ({ versionArn, aliasArn }: StoredExecution) => ({
  ...(versionArn !== undefined && { stateMachineVersionArn: versionArn }),
  ...(aliasArn !== undefined && { stateMachineAliasArn: aliasArn }),
});

import type { Json, JsonObject } from '../json.ts';
import { capital } from './shapes.ts';

/** DescribeExecution's answer as `.sync` gives it; `.sync:2` has input and output as JSON. */
export function executionResult(described: Readonly<Record<string, unknown>>, asJson: boolean): JsonObject {
  const data = (member: string): Record<string, Json> => {
    const given = described[member] as string | undefined;
    if (given === undefined) return {};
    const name = capital(member);
    return { [name]: asJson ? JSON.parse(given) : given, [`${name}Details`]: { Included: true } };
  };
  const word = (member: string): Record<string, Json> =>
    described[member] === undefined ? {} : { [capital(member)]: described[member] as string };
  return {
    ...word('cause'),
    ...word('error'),
    ...(described['status'] === 'TIMED_OUT' && { Error: 'States.Timeout' }),
    ...word('executionArn'),
    ...data('input'),
    ...word('name'),
    ...data('output'),
    StartDate: (described['startDate'] as Date).getTime(),
    ...word('stateMachineArn'),
    ...word('status'),
    StopDate: (described['stopDate'] as Date).getTime(),
  };
}

import { type CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';

/** By their exact names: no listing, no prefix. What is not there is left out. Rejects where there is no answer in time. */
export async function namedAlarms(
  client: CloudWatchClient,
  names: Iterable<string>,
  timeoutMs: number,
): Promise<readonly MetricAlarm[]> {
  // Each once: at most fifty of a look, which is a page.
  const command = new DescribeAlarmsCommand({ AlarmNames: [...new Set(names)], AlarmTypes: ['MetricAlarm'] });
  const { MetricAlarms = [] } = await client.send(command, { abortSignal: AbortSignal.timeout(timeoutMs) });
  return MetricAlarms;
}

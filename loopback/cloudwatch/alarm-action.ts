import type { Aws } from '../aws/service.ts';
import type { AlarmHistory } from './alarm-history.ts';
import { type Home, lambdaPayload, type StateChange, topicMessage, topicSubject } from './alarm-message.ts';
import { timestamp } from './alarm-reason.ts';

/**
 * Runs the actions of the state that an alarm came into: a topic is published to, a function is invoked. Each is tried
 * once, as CloudWatch does, and stands in the alarm's history, with the error where it failed.
 */
export async function performActions(
  change: StateChange,
  { home, aws, history, now }: { home: Home; aws: Aws; history: AlarmHistory; now: () => number },
): Promise<void> {
  const { alarm } = change;
  if (!alarm.actionsEnabled) return;
  await Promise.all(
    alarm.actions[alarm.state.value].map(async (action) => {
      const failure = await perform(action, change, home, aws).then(
        () => null,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      history.add({
        AlarmName: alarm.name,
        AlarmType: alarm.type,
        Timestamp: new Date(now()),
        HistoryItemType: 'Action',
        HistorySummary:
          failure === null
            ? `Successfully executed action ${action}`
            : `Failed to execute action ${action}. Received error: "${failure}"`,
        HistoryData: JSON.stringify({
          actionState: failure === null ? 'Succeeded' : 'Failed',
          stateUpdateTimestamp: timestamp(alarm.state.transitionedAt),
          notificationResource: action,
          ...(failure === null ? {} : { error: failure }),
        }),
      });
    }),
  );
}

async function perform(action: string, change: StateChange, home: Home, aws: Aws): Promise<void> {
  const [, , service, region = home.region] = action.split(':');
  if (service === 'sns') {
    const Message = JSON.stringify(topicMessage(change, home));
    const caller = { kind: 'service', service: 'cloudwatch.amazonaws.com', sourceArn: change.alarm.arn } as const;
    const input = { TopicArn: action, Subject: topicSubject(change, home), Message };
    await aws.call('sns', 'Publish', input, { region, caller });
    return;
  }
  const Payload = new TextEncoder().encode(JSON.stringify(lambdaPayload(change, home)));
  const principal = 'lambda.alarms.cloudwatch.amazonaws.com';
  const caller = { kind: 'service', service: principal, sourceArn: change.alarm.arn } as const;
  await aws.call('lambda', 'Invoke', { FunctionName: action, InvocationType: 'Event', Payload }, { region, caller });
}

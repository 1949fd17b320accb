import type { Failover } from '../core/service.ts';
import { chatForm, type TopicTarget } from './topic-target.ts';

/**
 * One rule has one text for all who listen to a topic, and a chat channel of Amazon Q Developer drops what has not its form. So the
 * critical topic gets a sentence, and the other one, which the channel listens to as well, the same in the channel's form:
 * who is woken by mail does not get JSON.
 */
export function lostRunTargets(failover: Pick<Failover, 'notify' | 'runbookUrl'>): readonly TopicTarget[] {
  const inputPathsMap = { execution: '$.detail.executionArn', status: '$.detail.status' };
  const article = `${failover.runbookUrl}#a-run-could-not-be-concluded`;
  const sentence = '<execution> ended as <status> and could not conclude';
  const title = 'Understudy: a run could not conclude';
  const inChat = chatForm('rotating_light', title, {
    // In code nothing is formatted or linked, and no execution's name holds what would end it.
    description: sentence.replace('<execution>', '`<execution>`'),
    nextSteps: [`See ${article}`],
  });
  return [
    {
      id: 'critical',
      topic: 'critical',
      inputPathsMap,
      inputTemplate: JSON.stringify(`Understudy: ${sentence}. See ${article}.`),
    },
    ...(failover.notify.slackChannel === undefined
      ? []
      : [
          {
            id: 'chat',
            topic: 'info' as const,
            inputPathsMap,
            inputTemplate: JSON.stringify(inChat),
          },
        ]),
  ];
}

import type { Failover } from '../core/service.ts';

/** A target of the rule that tells of a run which could not conclude, with what an input transformer makes of the event. */
export interface LostRunTarget {
  readonly id: string;
  /** The topic that it goes to, in the rule's own region. */
  readonly topic: 'critical' | 'info';
  readonly inputPathsMap: Readonly<Record<string, string>>;
  readonly inputTemplate: string;
}

/**
 * One rule has one text for all who listen to a topic, and a chat channel of Amazon Q Developer drops what has not its form. So the
 * critical topic gets a sentence, and the other one, which the channel listens to as well, the same in the channel's form:
 * who is woken by mail does not get JSON.
 * https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
 */
export function lostRunTargets(failover: Pick<Failover, 'notify' | 'runbookUrl'>): readonly LostRunTarget[] {
  const inputPathsMap = { execution: '$.detail.executionArn', status: '$.detail.status' };
  const article = `${failover.runbookUrl}#a-run-could-not-be-concluded`;
  const sentence = '<execution> ended as <status> and could not conclude';
  const title = 'Understudy: a run could not conclude';
  const inChat = {
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title: `:rotating_light: ${title}`,
      // In code nothing is formatted or linked, and no execution's name holds what would end it.
      description: sentence.replace('<execution>', '`<execution>`'),
      nextSteps: [`See ${article}`],
    },
    metadata: { summary: title },
  };
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

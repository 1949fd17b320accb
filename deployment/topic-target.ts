/** A target of a rule that tells people by a topic, with what an input transformer makes of the event. */
export interface TopicTarget {
  readonly id: string;
  /** The topic that it goes to, in the rule's own region. */
  readonly topic: 'critical' | 'info';
  readonly inputPathsMap: Readonly<Record<string, string>>;
  readonly inputTemplate: string;
}

/**
 * A message in the form without which a chat channel of Amazon Q Developer drops it.
 * https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
 */
export const chatForm = (
  emoji: string,
  title: string,
  { description, nextSteps }: { readonly description: string; readonly nextSteps: readonly string[] },
) => ({
  version: '1.0',
  source: 'custom',
  content: { textType: 'client-markdown', title: `:${emoji}: ${title}`, description, nextSteps },
  metadata: { summary: title },
});

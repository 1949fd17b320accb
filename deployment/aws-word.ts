import { type Failover, regionNames } from '../core/service.ts';
import { chatForm, type TopicTarget } from './topic-target.ts';

/**
 * Issues that AWS Health tells of in a region of a service. A public one reaches the bus of that region and of a backup: us-west-2, and
 * us-east-1 for us-west-2. https://docs.aws.amazon.com/health/latest/ug/choosing-a-region.html
 */
export function awsWordPattern({ services }: Pick<Failover, 'services'>): object {
  return {
    source: ['aws.health'],
    'detail-type': ['AWS Health Event'],
    detail: {
      eventTypeCategory: ['issue'],
      eventRegion: [...new Set(services.flatMap(regionNames))],
    },
  };
}

/** Beside what observers say: it comes late, may be about others, and nothing counts it (decision 41). So it wakes nobody. */
export function awsWordTargets({ notify }: Pick<Failover, 'notify'>): readonly TopicTarget[] {
  const inputPathsMap = {
    service: '$.detail.service',
    type: '$.detail.eventTypeCode',
    where: '$.detail.eventRegion',
    since: '$.detail.startTime',
  };
  const title = 'AWS tells of an issue';
  const sentence = '<type> of <service> in <where>, since <since>';
  const counted = 'For information: Understudy counts no word of AWS. What its observers see: understudy status';
  const description = sentence.replaceAll(/<\w+>/g, (name) => `\`${name}\``);
  const template =
    notify.slackChannel === undefined
      ? `${title}: ${sentence}. ${counted}`
      : chatForm('information_source', title, { description, nextSteps: [counted] });
  return [{ id: 'info', topic: 'info', inputPathsMap, inputTemplate: JSON.stringify(template) }];
}

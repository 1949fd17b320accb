import { AwsError } from '../aws/service.ts';
import { invalid } from './rule.ts';

/** The event that a pattern is tried on. */
export function parsedEvent(text: string): object {
  try {
    const event: unknown = JSON.parse(text);
    if (typeof event === 'object' && event !== null && !Array.isArray(event)) return complete(event);
  } catch (cause) {
    if (cause instanceof AwsError) throw cause;
    throw Object.assign(invalid('Parameter Event is not valid.'), { cause });
  }
  throw invalid('Parameter Event is not valid.');
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html */
const eventMembers = ['id', 'account', 'source', 'time', 'region', 'detail-type'];

function complete(event: object): object {
  const absent = eventMembers.find((member) => !Object.hasOwn(event, member));
  if (absent === undefined) return event;
  throw new AwsError('InvalidEventPatternException', `Parameter Event is not valid. Reason: ${absent} is required.`);
}

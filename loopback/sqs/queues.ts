import { AwsError, type Caller } from '../aws/service.ts';
import { type AccessRequest, callerText, type Principal } from '../iam/evaluate.ts';
import type { Iam } from '../iam/iam.ts';

export interface QueuedMessage {
  readonly at: number;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Standard queues, which here hold dead letters until somebody looks. */
export interface Queues {
  /** Returns the queue's ARN. */
  create(queue: { readonly name: string; readonly region: string; readonly retentionMs: number }): string;
  /** Holds messages for another time from now on. */
  retain(arn: string, retentionMs: number): void;
  delete(arn: string): void;
  /** Throws as SQS answers a sender that may not, or that names a queue that is not there. */
  send(arn: string, message: Omit<QueuedMessage, 'at'>, caller: Caller): void;
  /** Oldest first. Empty where there is no such queue. */
  messages(arn: string): readonly QueuedMessage[];
  /** Every queue with how many messages it holds. */
  visible(): readonly { readonly name: string; readonly region: string; readonly count: number }[];
}

interface Queue {
  readonly name: string;
  readonly region: string;
  retentionMs: number;
  readonly messages: QueuedMessage[];
}

export function createQueues({
  account,
  iam,
  now,
}: {
  readonly account: string;
  readonly iam: Pick<Iam, 'decide' | 'principal'>;
  readonly now: () => number;
}): Queues {
  const queues = new Map<string, Queue>();
  const kept = ({ messages, retentionMs }: Queue) => messages.filter(({ at }) => now() - at <= retentionMs);

  function authorize(arn: string, caller: Caller): void {
    const principal: Principal =
      caller.kind === 'service' ? { kind: 'service', service: caller.service } : iam.principal(caller);
    const request: AccessRequest = {
      action: 'sqs:SendMessage',
      resource: arn,
      context: {
        'aws:securetransport': ['true'],
        ...(caller.kind === 'service' && { 'aws:sourcearn': [caller.sourceArn], 'aws:sourceaccount': [account] }),
      },
    };
    const decision = iam.decide(principal, request);
    if (decision.kind === 'allowed') return;
    const who = callerText(principal);
    throw new AwsError(
      'AccessDenied',
      `User: ${who} is not authorized to perform: sqs:sendmessage on resource: ${arn} ${decision.because}`,
      { status: 403 },
    );
  }

  return {
    create({ name, region, retentionMs }) {
      const arn = `arn:aws:sqs:${region}:${account}:${name}`;
      if (queues.has(arn)) throw new AwsError('QueueNameExists', `A queue already exists with the name ${name}.`);
      queues.set(arn, { name, region, retentionMs, messages: [] });
      return arn;
    },
    retain(arn, retentionMs) {
      const queue = queues.get(arn);
      if (queue !== undefined) queue.retentionMs = retentionMs;
    },
    delete: (arn) => void queues.delete(arn),
    send(arn, message, caller) {
      const queue = queues.get(arn);
      if (queue === undefined) {
        throw new AwsError('AWS.SimpleQueueService.NonExistentQueue', 'The specified queue does not exist.');
      }
      authorize(arn, caller);
      queue.messages.splice(0, queue.messages.length, ...kept(queue), { ...message, at: now() });
    },
    messages: (arn) => {
      const queue = queues.get(arn);
      return queue === undefined ? [] : kept(queue);
    },
    visible: () =>
      [...queues.values()].map((queue) => ({ name: queue.name, region: queue.region, count: kept(queue).length })),
  };
}

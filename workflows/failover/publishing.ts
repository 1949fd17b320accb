import { jsonata } from '../asl.ts';
import type { GuardedState } from '../guarded.ts';
import { inEveryForm } from './in-every-form.ts';

export interface Published {
  /** In the machine's own region, or a placeholder. */
  readonly topicArn: string;
  /** Whether a chat channel of Amazon Q Developer listens to it. */
  readonly chat: boolean;
  /** The sentence that an operator reads. */
  readonly comment: string;
  readonly subject: string;
  /** JSONata. */
  readonly text: string;
  /** Whether people were told or not. */
  readonly next: string;
}

/** Tells people by the shortest way that there is: no function, no ledger. */
export const publishing = ({ topicArn, chat, comment, subject, text, next }: Published): GuardedState => ({
  Type: 'Task',
  Comment: comment,
  Resource: 'arn:aws:states:::sns:publish',
  Arguments: {
    TopicArn: topicArn,
    Subject: subject,
    ...(chat ? { MessageStructure: 'json', Message: jsonata(inEveryForm(subject, text)) } : { Message: jsonata(text) }),
  },
  // At the worst (1 + 3 + 1) × 10 s + 1 + 2 + 4 + 1 s = 58 s.
  TimeoutSeconds: 10,
  Retry: [
    { ...pageRetry, ErrorEquals: ['States.TaskFailed'], MaxAttempts: 3 },
    { ...pageRetry, ErrorEquals: ['States.Timeout'], MaxAttempts: 1 },
  ],
  // What the run has come to is its output, whoever was told on the way.
  Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.input %}', Next: next }],
  Output: '{% $states.input %}',
  Next: next,
});

const pageRetry = { IntervalSeconds: 1, BackoffRate: 2, MaxDelaySeconds: 4, JitterStrategy: 'FULL' } as const;

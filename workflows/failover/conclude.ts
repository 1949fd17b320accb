import type { StepFunctions } from '../../deployment/steps.ts';
import { jsonata } from '../asl.ts';
import type { GuardedState } from '../guarded.ts';
import { caughtError } from './caught.ts';
import { instantOrNull } from './instant.ts';
import { leadsBack } from './leads-back.ts';
import { notConcluded, notConcludedText } from './not-concluded.ts';
import { publishing } from './publishing.ts';
import { retry } from './retry.ts';
import { settleStates } from './settle.ts';
import { stepTask } from './step-task.ts';

/** Every run comes here, and ends in the state that is named for its ending. */
export function concludeStates(
  functions: StepFunctions,
  topicArns: TopicArns,
  chat: boolean,
): Record<string, GuardedState> {
  return {
    Conclude: stepTask('conclude', functions, {
      comment: 'Writes the end into the ledger, gives the lease back, and tells people once how it ended.',
      payload: {
        incident: '{% $incident %}',
        refusal: '{% $refusal %}',
        verdict: '{% $verdict %}',
        approval: '{% $approval %}',
        act: '{% $act %}',
        error: '{% $error %}',
        execution: {
          arn: '{% $states.context.Execution.Id %}',
          startTime: '{% $startTime %}',
        },
      },
      // Ledger, metrics and a message that is retried itself. At the worst (1 + 3 + 1) × 30 s + 1 + 2 + 4 + 1 s = 158 s.
      timeoutSeconds: 30,
      retry: retry({ transient: 3, unanswered: 1 }),
      assign: {
        ending: '{% $states.result.Payload.ending %}',
        headline: '{% $string($states.result.Payload.headline) %}',
        returnAt: jsonata(instantOrNull('$states.result.Payload.returnAt')),
        settles: '{% $states.result.Payload.settles = true %}',
        isNews: '{% $states.result.Payload.isNews = true %}',
      },
      next: 'Settles?',
      onError: { next: 'Unconcluded?', assign: { concludeError: caughtError } },
    }),
    ...settleStates(functions, topicArns.critical, chat),
    'Ended?': {
      Type: 'Choice',
      Comment: 'The execution succeeds where the run did what it should, a well-founded no included.',
      Choices: [
        {
          Comment: 'A drill has begun, and this execution leads it back.',
          Condition: leadsBack,
          Assign: {
            // As many fresh starts as every other run has, the one of the drill's beginning among them.
            rounds: '{% $rounds + 1 %}',
            returns: '{% $returns + 1 %}',
            drill: {
              id: '{% $incident.id %}',
              service: '{% $incident.service %}',
              requestedBy: '{% $incident.requestedBy %}',
              reason: jsonata("'the drill is over: ' & $substring($incident.reason, 0, 400)"),
            },
          },
          Next: 'WaitToReturn',
        },
        { Condition: jsonata("$ending = 'recovered'"), Next: 'Recovered' },
        { Condition: jsonata("$ending = 'rehearsed'"), Next: 'Rehearsed' },
        { Condition: jsonata("$ending = 'held'"), Next: 'Held' },
        { Condition: jsonata("$ending = 'shadowed'"), Next: 'Shadowed' },
        { Condition: jsonata("$ending = 'refused'"), Next: 'Refused' },
        { Condition: jsonata("$ending = 'declined'"), Next: 'Declined' },
        { Condition: jsonata("$ending = 'unanswered'"), Next: 'Unanswered' },
        { Condition: jsonata("$ending = 'rolled-back'"), Next: 'RolledBack' },
        { Condition: jsonata("$ending = 'unproven'"), Next: 'Unproven' },
        { Condition: jsonata("$ending = 'rollback-failed'"), Next: 'RollbackFailed' },
        { Condition: jsonata("$ending = 'vetoed'"), Next: 'Vetoed' },
        { Condition: jsonata("$ending = 'fenced'"), Next: 'Fenced' },
      ],
      Default: 'Failed',
    },
    Recovered: { Type: 'Succeed', Comment: 'Moved, and verified with real requests.' },
    Rehearsed: { Type: 'Succeed', Comment: 'Every step ran and nothing was written.' },
    Held: { Type: 'Succeed', Comment: 'Stayed where it was, for a reason that the verdict gives.' },
    Shadowed: { Type: 'Succeed', Comment: 'Would have moved; the policy says shadow, so nothing was written.' },
    Refused: { Type: 'Succeed', Comment: 'Nothing was begun, for a reason that the refusal gives.' },
    Declined: { Type: 'Succeed', Comment: 'A person said no.' },
    Unanswered: { Type: 'Succeed', Comment: 'Nobody answered, and the policy says to stay then.' },
    RolledBack: failed('RolledBack', 'The move did not verify; everything is as it was before.'),
    Unproven: failed(
      'Unproven',
      'Moved and not proven; it stays, because the region that it left is down: a person has to look.',
    ),
    RollbackFailed: failed('RollbackFailed', 'The lever is in an unknown state: a person has to look now.'),
    Vetoed: failed('Vetoed', 'A hook said no before anything was written.'),
    Fenced: failed('Fenced', 'A newer run took over; this one changed nothing more.'),
    Failed: failed('Failed', 'The run could not do its work; the error says where.'),
    ...pageStates(topicArns, chat),
  };
}

const failed = (error: string, comment: string): GuardedState => ({
  Type: 'Fail',
  Comment: comment,
  Error: error,
  Cause: '{% $headline %}',
});

/** In the machine's own region, or placeholders. */
export type TopicArns = Readonly<Record<'critical' | 'info', string>>;

const unconcluded = { subject: notConcluded, text: notConcludedText, next: 'NotConcluded' };

/**
 * Where even the end cannot be written, people are told by the shortest way there is: no function, no ledger. A run that was never
 * admitted has moved nothing, and while the ledger is gone there are several a minute: those wake nobody themselves. The
 * alarm for runs that fail does, once.
 */
function pageStates({ critical, info }: TopicArns, chat: boolean): Record<string, GuardedState> {
  return {
    'Unconcluded?': {
      Type: 'Choice',
      Comment: 'Who was never admitted has moved nothing, but for one that should have led a drill back.',
      Choices: [{ Condition: jsonata('$incident = null and $returns = 0'), Next: 'Note' }],
      Default: 'Page',
    },
    Page: publishing({
      topicArn: critical,
      chat,
      ...unconcluded,
      comment: 'Wakes people: this run could not conclude.',
    }),
    Note: publishing({
      topicArn: info,
      chat,
      ...unconcluded,
      comment: 'Tells that this run could not conclude, and wakes nobody.',
    }),
    NotConcluded: {
      Type: 'Fail',
      Comment: 'How the run ended could not be written down.',
      Error: 'NotConcluded',
      Cause: jsonata("$concludeError.Error & ': ' & $concludeError.Cause"),
    },
  };
}

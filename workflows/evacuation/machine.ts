import { evacuateSeconds } from '../../deployment/steps.ts';
import { type Assign, jsonata, type Template } from '../asl.ts';
import { caughtSentence } from '../failover/caught.ts';
import { retry } from '../failover/retry.ts';
import type { GuardedMachine, GuardedState, GuardedTask } from '../guarded.ts';
import { evacuationSecondsMax, looksMax, pollsMax, turnsMax } from './bounds.ts';

/** Reading a variable that was never assigned ends an execution, so all of them are there from the first state on. */
const unset = {
  evacuation: null,
  refused: null,
  turns: [],
  turn: 0,
  led: [],
  toSwitch: [],
  evidenceAt: 0,
  switched: [],
  proveUntil: 0,
  looks: 0,
  isLate: false,
  running: [],
  rest: [],
  ended: [],
  waitSeconds: 0,
  polls: 0,
  aborted: false,
  error: null,
  report: null,
} satisfies Assign;

/**
 * Every service out of a region, or back into it. `evacuate` is the function that does its steps, by ARN or as a placeholder. The override of regions leads those that move by a KeyValueStore, all of a tier at once; a run
 * of the failover machine moves each of the others, a few at a time. A later tier waits for the one before. Whoever started it may go.
 */
export function evacuationMachine(evacuate: string): GuardedMachine {
  return {
    Comment: 'Works through every service of a region: out of it, or back into it.',
    QueryLanguage: 'JSONata',
    TimeoutSeconds: evacuationSecondsMax,
    StartAt: 'Plan',
    States: {
      ...planStates(evacuate),
      ...turnStates(evacuate),
      ...runStates(evacuate),
      ...reportStates(evacuate),
    },
  };
}

const result = '$states.result.Payload';

/** Where an error leads on the way: people hear what was done, and the region stays as it is. */
const toReport = { next: 'Report', assign: { error: jsonata(caughtSentence) } } as const;

function planStates(evacuate: string): Record<string, GuardedState> {
  return {
    Plan: step(evacuate, {
      comment: 'Takes the one place for an evacuation, keeps automation out of the region, names what cannot leave.',
      payload: {
        do: 'plan',
        event: '{% $states.input %}',
        execution: { arn: '{% $states.context.Execution.Id %}', name: '{% $states.context.Execution.Name %}' },
      },
      assign: {
        ...unset,
        evacuation: `{% ${result}.evacuation %}`,
        refused: `{% ${result}.refused %}`,
        turns: `{% ${result}.turns %}`,
      },
      next: 'Planned?',
      onError: { next: 'NotBegun', assign: { ...unset, error: jsonata(caughtSentence) } },
    }),
    'Planned?': {
      Type: 'Choice',
      Comment: 'Another evacuation is under way, or there is nothing to lead back.',
      Choices: [{ Condition: jsonata('$refused != null'), Next: 'Refused' }],
      Default: 'Turn?',
    },
    Refused: { Type: 'Succeed', Comment: 'Nothing was begun.', Output: { refused: '{% $refused %}' } },
    NotBegun: { Type: 'Fail', Comment: 'Nothing was begun.', Error: 'NotBegun', Cause: '{% $error %}' },
  };
}

function turnStates(evacuate: string): Record<string, GuardedState> {
  return {
    'Turn?': {
      Type: 'Choice',
      Comment: 'Tiers, one after the other.',
      Choices: [
        {
          Condition: jsonata(`$turn < $count($turns) and $turn < ${turnsMax} and $aborted = false`),
          Assign: { turn: '{% $turn + 1 %}' },
          Next: 'Lead',
        },
      ],
      Default: 'Report',
    },
    Lead: step(evacuate, {
      comment: 'Looks once more, and leads by the override of regions whoever it leads: one write for all of a store.',
      // What the turn was before the last rule was taken.
      payload: { do: 'lead', evacuation: '{% $evacuation %}', turns: '{% $turns %}', turn: '{% $turn - 1 %}' },
      assign: {
        led: `{% ${result}.led %}`,
        toSwitch: `{% ${result}.toSwitch %}`,
        evidenceAt: `{% ${result}.evidenceAt %}`,
        switched: [],
        proveUntil: `{% ${result}.proveUntil %}`,
        rest: `{% ${result}.runs %}`,
        aborted: `{% ${result}.aborted %}`,
        running: [],
      },
      next: 'Led?',
      onError: toReport,
    }),
    'Led?': {
      Type: 'Choice',
      Comment: 'What was written is believed when edges and callers say so.',
      Choices: [
        { Condition: jsonata('$count($toSwitch) > 0'), Next: 'Switch' },
        { Condition: jsonata('$count($led) > 0'), Next: 'Prove' },
      ],
      Default: 'NextRuns',
    },
    Switch: step(evacuate, {
      comment: 'Writes routing controls, up to ten a call, each service under its own lease and epoch.',
      payload: {
        do: 'switch',
        evacuation: '{% $evacuation %}',
        toSwitch: '{% $toSwitch %}',
        evidenceAt: '{% $evidenceAt %}',
        rest: '{% $rest %}',
      },
      assign: {
        toSwitch: [],
        switched: `{% ${result}.switched %}`,
        rest: `{% ${result}.runs %}`,
        aborted: `{% ${result}.aborted %}`,
      },
      next: 'Switched?',
      onError: toReport,
    }),
    'Switched?': {
      Type: 'Choice',
      Comment: 'Whether there is anything to prove.',
      Choices: [{ Condition: jsonata('$count($led) + $count($switched) > 0'), Next: 'Prove' }],
      Default: 'NextRuns',
    },
    Prove: step(evacuate, {
      comment: 'Asks every observer what its edge believes, and the front door who answers, service by service.',
      payload: {
        do: 'prove',
        evacuation: '{% $evacuation %}',
        led: '{% $led %}',
        switched: '{% $switched %}',
        proveUntil: '{% $proveUntil %}',
      },
      assign: {
        led: `{% ${result}.pending %}`,
        switched: `{% ${result}.switched %}`,
        isLate: `{% ${result}.isLate %}`,
        looks: '{% $looks + 1 %}',
      },
      next: 'Proved?',
      onError: toReport,
    }),
    'Proved?': {
      Type: 'Choice',
      Comment: 'All of them, or their time is over.',
      Choices: [
        { Condition: jsonata('$count($led) + $count($switched) = 0'), Next: 'NextRuns' },
        { Condition: jsonata(`$isLate = true or $looks >= ${looksMax}`), Next: 'Settle' },
      ],
      Default: 'WaitToLook',
    },
    WaitToLook: { Type: 'Wait', Comment: 'Writes take seconds to arrive.', Seconds: 2, Next: 'Look?' },
    'Look?': {
      Type: 'Choice',
      Comment: 'Another look, while there may be one.',
      Choices: [{ Condition: jsonata(`$looks < ${looksMax}`), Next: 'Prove' }],
      Default: 'Settle',
    },
    Settle: step(evacuate, {
      comment: 'What could not be proved goes back to where it was, unless that is bad.',
      payload: {
        do: 'settle',
        evacuation: '{% $evacuation %}',
        led: '{% $led %}',
        switched: '{% $switched %}',
      },
      assign: { led: [], switched: [] },
      next: 'NextRuns',
      onError: toReport,
    }),
  };
}

function runStates(evacuate: string): Record<string, GuardedState> {
  return {
    NextRuns: step(evacuate, {
      comment: 'Starts runs of the failover machine, so many at a time, and keeps what those have done that are over.',
      payload: {
        do: 'runs',
        evacuation: '{% $evacuation %}',
        running: '{% $running %}',
        rest: '{% $rest %}',
        ended: '{% $ended %}',
      },
      assign: {
        running: `{% ${result}.running %}`,
        rest: `{% ${result}.rest %}`,
        ended: `{% ${result}.ended %}`,
        waitSeconds: `{% ${result}.waitSeconds %}`,
        aborted: `{% ${result}.aborted %}`,
        polls: '{% $polls + 1 %}',
      },
      next: 'Running?',
      onError: toReport,
    }),
    'Running?': {
      Type: 'Choice',
      Comment: 'A run looks, moves, proves, and undoes what does not hold; a later tier waits for all of them.',
      Choices: [{ Condition: jsonata(`$count($running) > 0 and $polls < ${pollsMax}`), Next: 'WaitForRuns' }],
      Default: 'Turn?',
    },
    WaitForRuns: {
      Type: 'Wait',
      Comment: 'Longer, the longer they take.',
      Seconds: '{% $waitSeconds %}',
      Next: 'NextRuns',
    },
  };
}

function reportStates(evacuate: string): Record<string, GuardedState> {
  return {
    Report: step(evacuate, {
      comment: 'Asks every lever where its service is, tells people once, and gives the place back.',
      payload: {
        do: 'report',
        evacuation: '{% $evacuation %}',
        turns: '{% $turns %}',
        ended: '{% $ended %}',
        switched: '{% $switched %}',
        aborted: '{% $aborted %}',
        error: '{% $error %}',
      },
      assign: { report: `{% ${result} %}` },
      next: 'Reported?',
      onError: { next: 'NotReported', assign: { error: jsonata(caughtSentence) } },
    }),
    'Reported?': {
      Type: 'Choice',
      Comment: 'Whether all of them are where they were to go.',
      Choices: [{ Condition: jsonata('$report.isComplete = true'), Next: 'Complete' }],
      Default: 'Incomplete',
    },
    Complete: { Type: 'Succeed', Comment: 'Everything is where it was to go.', Output: '{% $report %}' },
    Incomplete: { Type: 'Succeed', Comment: 'Some stay, for reasons that the report gives.', Output: '{% $report %}' },
    NotReported: {
      Type: 'Fail',
      Comment: 'What was done stands in the record; how it ended could not be told.',
      Error: 'NotReported',
      Cause: '{% $error %}',
    },
  };
}

interface Step {
  readonly comment: string;
  readonly payload: Template;
  readonly assign: Assign;
  readonly next: string;
  readonly onError: { readonly next: string; readonly assign: Assign };
}

/** Every step may be repeated: what it writes it reads first, and a write that stands is not made again. */
function step(evacuate: string, { comment, payload, assign, next, onError }: Step): GuardedTask {
  return {
    Type: 'Task',
    Comment: comment,
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: evacuate, Payload: payload },
    TimeoutSeconds: evacuateSeconds + 5,
    Retry: retry({ transient: 3, unanswered: 2 }),
    Catch: [{ ErrorEquals: ['States.ALL'], Assign: onError.assign, Next: onError.next }],
    Assign: assign,
    Output: `{% ${result} %}`,
    Next: next,
  };
}

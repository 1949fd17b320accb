import { boundedMoves } from './bounded-moves.ts';
import type { CheckerOf } from './checker.ts';
import { backWithinMs, drillsEnd } from './drills-end.ts';
import { endsAndTells } from './ends-and-tells.ts';
import { epochsGrow, olderEpochChangesNothing } from './epochs.ts';
import { freezesHold } from './freezes-hold.ts';
import { freshGoodEvidence } from './fresh-good-evidence.ts';
import { hooksFollow } from './hooks-follow.ts';
import { freeAfterMs, leasesAreFree } from './leases-are-free.ts';
import { followMs, movesInTime, ticksToMove } from './moves-in-time.ts';
import { noControlPlane } from './no-control-plane.ts';
import { onRecordBeforeWrite } from './on-record-before-write.ts';
import { oneWriter } from './one-writer.ts';
import { heardWithinMs, outageIsHeard } from './outage-is-heard.ts';
import { pagesAreBounded, pagesMax } from './pages-are-bounded.ts';
import { peopleAreNotUndone } from './people-are-not-undone.ts';
import { automationLimits, pausedMeansPaused } from './people-are-obeyed.ts';
import { proofDependsOnWrite } from './proof-depends-on-write.ts';
import { quorumBeforeAutomation, silenceMovesNothing } from './quorum-before-automation.ts';
import { rehearsalWritesNothing } from './rehearsal-writes-nothing.ts';
import { restoresOrPages } from './restores-or-pages.ts';
import { severalPeople } from './several-people.ts';
import { somebodyServes } from './somebody-serves.ts';

export interface Invariant {
  readonly name: string;
  readonly kind: 'safety' | 'liveness';
  readonly sentence: string;
  readonly checkerOf: CheckerOf;
}

/** What holds in every story, whatever goes wrong. */
export const invariants: readonly Invariant[] = [
  {
    name: 'somebody-serves',
    kind: 'safety',
    sentence: 'No write of ours leaves a service without a region that serves.',
    checkerOf: somebodyServes,
  },
  {
    name: 'fresh-good-evidence',
    kind: 'safety',
    sentence: 'No region is given traffic that a quorum of observers has not just seen good.',
    checkerOf: freshGoodEvidence,
  },
  {
    name: 'quorum-before-automation',
    kind: 'safety',
    sentence:
      'Automation leaves a region only when a quorum of observers has just seen it bad, or all of one but one and an alarm on what users see, or each of a quorum has seen the policy’s share of its probes bad over the policy’s window.',
    checkerOf: quorumBeforeAutomation,
  },
  {
    name: 'silence-moves-nothing',
    kind: 'safety',
    sentence: 'Observers that are silent, or see nothing at all, count for nothing.',
    checkerOf: silenceMovesNothing,
  },
  {
    name: 'epochs-grow',
    kind: 'safety',
    sentence: 'The epoch at the lever never falls, and no two runs ever write under the same one.',
    checkerOf: epochsGrow,
  },
  {
    name: 'older-epoch-changes-nothing',
    kind: 'safety',
    sentence: 'After a run has written, no run with an older epoch changes anything.',
    checkerOf: olderEpochChangesNothing,
  },
  {
    name: 'one-writer',
    kind: 'safety',
    sentence:
      'The lease of a run that may move changes hands only when it ran out, was given back, or the run is over, and never without a new epoch.',
    checkerOf: oneWriter,
  },
  {
    name: 'paused-means-paused',
    kind: 'safety',
    sentence: 'While a service is paused no run moves it, but for one that a person insists on.',
    checkerOf: pausedMeansPaused,
  },
  {
    name: 'automation-limits',
    kind: 'safety',
    sentence:
      'No automatic run that was let in while automation was off, paused, disarmed or cooling down moves traffic.',
    checkerOf: automationLimits,
  },
  {
    name: 'several-people',
    kind: 'safety',
    sentence:
      'Where several people have to approve, and silence is a no, automation moves nothing before as many different people did.',
    checkerOf: severalPeople,
  },
  {
    name: 'freezes-hold',
    kind: 'safety',
    sentence:
      'Automation moves nothing towards a region that is frozen while an observer that it asked still gets answers from the region that it leaves.',
    checkerOf: freezesHold,
  },
  {
    name: 'bounded-moves',
    kind: 'safety',
    sentence:
      'Automation moves once, then not again before a person acknowledges it, whatever the signal does; once more for each run that could not conclude, and paged.',
    checkerOf: boundedMoves,
  },
  {
    name: 'rehearsal-writes-nothing',
    kind: 'safety',
    sentence: 'A rehearsal writes nothing to the lever.',
    checkerOf: rehearsalWritesNothing,
  },
  {
    name: 'on-record-before-write',
    kind: 'safety',
    sentence: 'No write of a run is sent before its incident and the verdict, with its evidence, are on record.',
    checkerOf: onRecordBeforeWrite,
  },
  {
    name: 'no-control-plane',
    kind: 'safety',
    sentence: 'No run calls a control plane.',
    checkerOf: noControlPlane,
  },
  {
    name: 'restores-or-pages',
    kind: 'safety',
    sentence:
      'A move that is undone leaves exactly what was there before it; one that cannot be undone is told as that.',
    checkerOf: restoresOrPages,
  },
  {
    name: 'hooks-follow',
    kind: 'safety',
    sentence:
      'No hook is called after a move for a region that got no traffic, or to undo for one that did; what was prepared for nothing is taken back, or people hear of it.',
    checkerOf: hooksFollow,
  },
  {
    name: 'proof-depends-on-write',
    kind: 'safety',
    sentence:
      'No run ends as recovered before a quorum of the edges that observers ask send writes where it says, by what it wrote.',
    checkerOf: proofDependsOnWrite,
  },
  {
    name: 'people-are-not-undone',
    kind: 'safety',
    sentence: 'Automation does not undo what a person did with the traffic, until a person opens it again.',
    checkerOf: peopleAreNotUndone,
  },
  {
    name: 'leases-are-free',
    kind: 'liveness',
    sentence: `No service is without automation for more than ${freeAfterMs / 60_000} minutes after a run ended, however it ended.`,
    checkerOf: leasesAreFree,
  },
  {
    name: 'pages-are-bounded',
    kind: 'safety',
    sentence: `People get at most ${pagesMax} messages of one trouble in any hour, whatever flaps.`,
    checkerOf: pagesAreBounded,
  },
  {
    name: 'outage-is-heard',
    kind: 'liveness',
    sentence: `Whatever automation may do, people are woken within ${heardWithinMs / 60_000} minutes when no region that callers are sent to answers.`,
    checkerOf: outageIsHeard,
  },
  {
    name: 'ends-and-tells',
    kind: 'liveness',
    sentence: 'Every run ends, in a state that has a name, and has tried to tell people.',
    checkerOf: endsAndTells,
  },
  {
    name: 'drills-end',
    kind: 'liveness',
    sentence: `Whatever happens in a drill, its traffic is back ${backWithinMs / 60_000} minutes after its time, or people were woken, or somebody else has moved it.`,
    checkerOf: drillsEnd,
  },
  {
    name: 'moves-in-time',
    kind: 'liveness',
    sentence: `A region that is lost for good is left within ${ticksToMove} periods of a canary, once nothing else is wrong; callers follow within ${followMs.kvs / 1_000} s, behind a beacon within ${followMs.beacon / 60_000} minutes.`,
    checkerOf: movesInTime,
  },
];

export const allCheckers: readonly CheckerOf[] = invariants.map(({ checkerOf }) => checkerOf);

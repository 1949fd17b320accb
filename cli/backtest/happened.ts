import type { Instant, Region } from '../../core/brand.ts';

/** What a run, or several alike in a row, would have come to. */
export type Happened =
  | {
      readonly kind: 'move';
      readonly at: Instant;
      readonly from: Region;
      readonly to: Region;
      readonly red: readonly Region[];
      /** From the first of those alarms to the move. */
      readonly afterFirstAlarmMs: number;
      /** From the alarm that completed the quorum. */
      readonly afterQuorumMs: number;
      readonly asksForApproval: boolean;
    }
  | {
      readonly kind: 'hold';
      readonly at: Instant;
      readonly reason: string;
      readonly because: string;
      readonly wouldChange: string;
      /** Runs with this answer in a row, and when the last of them gave it. */
      readonly times: number;
      readonly until: Instant;
    }
  /** Assumed, so that later outages are judged by themselves. */
  | { readonly kind: 'home'; readonly at: Instant; readonly to: Region };

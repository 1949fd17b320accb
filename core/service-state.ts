import type { Instant } from './brand.ts';
import type { RoutingReading } from './evidence.ts';
import type { Freeze } from './freeze.ts';
import type { Outlook } from './outlook.ts';
import type { Protection } from './protection.ts';
import type { LedgerRecord, Question } from './record.ts';
import type { Stragglers } from './stragglers.ts';
import type { UserReading } from './users.ts';

/** How a region, or the front door, was last seen, and by whom. */
export interface TargetHealth {
  readonly target: string;
  readonly state: 'good' | 'bad' | 'unknown';
  /** Who says so, and when: the alarms as they are now, and the last look that a run took. */
  readonly because: string;
}

/** All that there is to say of one service now. */
export interface ServiceState {
  readonly service: string;
  /** What waits for a person's answer; null where nothing does. */
  readonly question: Question | null;
  readonly health: readonly TargetHealth[];
  readonly routing: RoutingReading;
  /** Whether it could be moved now, and where to. */
  readonly outlook: Outlook;
  /** Alarms on what users see; absent where nobody names any. */
  readonly users?: readonly UserReading[];
  readonly ledger: LedgerRecord;
  /** Since when, and what it lacks, where it was moved and what it left is no proven standby again; null while it is protected. */
  readonly protection: Protection | null;
  /** Change freezes that hold, by the calendar and by people. */
  readonly freezes: readonly Freeze[];
  /** Who still calls the region that was left; null where nobody does, absent where nothing counts that or can be asked. */
  readonly stragglers?: Stragglers | null;
  /** Decides, and writes nothing. */
  readonly shadow: boolean;
  /** Until when automation moves nothing; null where it is not cooling down. */
  readonly coolsUntil: Instant | null;
}

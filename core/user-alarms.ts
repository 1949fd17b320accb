import type { Region } from './brand.ts';

/**
 * An alarm of yours on what users see: errors in a log, metric math, the burn of an SLO, RUM, 5xx of a load balancer. It weighs less than a
 * probe: docs/decisions/0041-what-users-see-weighs-less-than-a-probe.md.
 */
export interface UserAlarm {
  /** Of a metric alarm. A composite one is not found: its state may only be read with a permission on every alarm. */
  readonly name: string;
  /** Where it stands; in the region that it is about unless said otherwise, where it cannot be read once that region is lost. */
  readonly in?: Region | undefined;
  /**
   * `vote`: while red it may stand for one observer that is missing to a quorum which sees its region bad. `veto`: while red
   * automation moves nothing into its region. `both` is both.
   */
  readonly says: 'vote' | 'veto' | 'both';
}

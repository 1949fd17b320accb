import type { Mode } from './incident.ts';

/*
 * The contract of hooks, the customer's own functions: what they are asked, and what they answer. An event of Lambda in JSON, and its result.
 */

/** What a hook is asked. */
export interface HookQuestion {
  /** Name of the service in the configuration. */
  readonly service: string;
  /** `service#epoch`: the same for all questions of a run. A hook may be asked twice in a run, after an answer that was lost. */
  readonly incident: string;
  /** The region to leave; null where several serve, and any of them may be left. */
  readonly from: string | null;
  /** The region that may take over, or is about to. */
  readonly to: string;
  /** Who moves: automation or a person; or nobody, in a rehearsal. */
  readonly mode: Mode;
}

/** What it answers. Anything else, an error, or no answer within `timeoutMs` is a failure, of which `onFailure` says what it means. */
export interface HookReply {
  /** `veto` ends the run before anything is written; of a readiness hook it rules out the region. */
  readonly kind: 'ok' | 'veto';
  /** Recorded and told to people, up to 500 characters. */
  readonly detail?: string;
}

/**
 * Asked while evidence is gathered, about every region that may take over, in rehearsals too: whether it could. It changes nothing, and is
 * waited for at most 20 seconds.
 *
 * @example
 * export const handler: ReadinessHook = async ({ to }) =>
 *   (await replicaLagSeconds(to)) < 60 ? { kind: 'ok' } : { kind: 'veto', detail: 'the replica is behind' };
 */
export type ReadinessHook = (question: HookQuestion) => Promise<HookReply>;

/**
 * Called before the first write of a move, in the order of the configuration: what must be so before traffic comes. Called in a rehearsal
 * only where the configuration says `safeInRehearsal`; then `mode` is `rehearsal`, and it changes nothing.
 *
 * @example
 * export const handler: PrepareHook = async ({ service, to, incident }) => {
 *   await scaleUp(service, to, { idempotencyKey: incident });
 *   return { kind: 'ok', detail: `capacity is there in ${to}` };
 * };
 */
export type PrepareHook = (question: HookQuestion) => Promise<HookReply>;

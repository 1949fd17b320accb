import type { Ending, Mode } from './incident.ts';

/*
 * The contract of hooks, the customer's own functions: what they are asked, and what they answer. An event of Lambda in JSON, and its result.
 */

/**
 * When a hook is called. `readiness`: while evidence is gathered. `prepare`: before the first write of a move, whichever way it leads.
 * `after`: once a move away from home stands. `return`: once a move home stands. `undo`: where what was prepared came to nothing, and
 * traffic is where it was before.
 */
export const hookMoments = ['readiness', 'prepare', 'after', 'undo', 'return'] as const;

export type HookMoment = (typeof hookMoments)[number];

/** What a hook is asked. */
export interface HookQuestion {
  /** Name of the service in the configuration. */
  readonly service: string;
  /** Name of the hook in the configuration. */
  readonly hook: string;
  /** Why it is called now. */
  readonly when: HookMoment;
  /** `service#epoch`: the same for all questions of a run. A hook may be asked twice in a run, after an answer that was lost. */
  readonly incident: string;
  /** Of the incident. It only grows: what was done for a newer one, an older one does not undo. */
  readonly epoch: number;
  /** `service#epoch` again, by the name of what it is for: the same call of the same `when` twice has the same token. */
  readonly token: string;
  /**
   * The region to leave; null where several serve, and any of them may be left. Of `undo` the one that keeps the traffic, of `return` the
   * standby that had it.
   */
  readonly from: string | null;
  /** The region that may take over, is about to, has, or (`undo`) does not. */
  readonly to: string;
  /** Who moves: automation or a person; for practice; or nobody, in a rehearsal. */
  readonly mode: Mode;
  /** Whether the region to leave was seen bad when the move was decided; absent where that is not known. */
  readonly flees?: boolean | undefined;
  /** After the run: the region whose part is over, `from` (of `undo`, `to`), carries a share all the same, as one of several. Absent where it carries none. */
  readonly keepsShare?: boolean | undefined;
  /** How the run ended, of a hook that is called after that. */
  readonly ending?: Ending | undefined;
}

/** What it answers. Anything else, an error, or no answer within `timeoutMs` is a failure, of which `onFailure` says what it means. */
export interface HookReply {
  /**
   * `veto` ends the run before anything is written; of a readiness hook it rules out the region. Where traffic has moved already nothing can
   * veto, and the word counts as a failure.
   */
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
 * only where the configuration says `safeInRehearsal`; then `mode` is `rehearsal`, and it changes nothing. A veto sets nothing in motion.
 *
 * @example
 * export const handler: PrepareHook = async ({ service, to, token }) => {
 *   await scaleUp(service, to, { idempotencyKey: token });
 *   return { kind: 'ok', detail: `capacity is there in ${to}` };
 * };
 */
export type PrepareHook = (question: HookQuestion) => Promise<HookReply>;

/**
 * Called once a move away from home stands and people heard of that, in the order of the configuration. What fails is told, and the move stands.
 *
 * @example
 * export const handler: AfterHook = async ({ to, token }) => {
 *   await startWorkers(to, { idempotencyKey: token });
 *   return { kind: 'ok', detail: `workers run in ${to}` };
 * };
 */
export type AfterHook = (question: HookQuestion) => Promise<HookReply>;

/**
 * Called where a prepare hook was called and traffic stayed, or went back: after a veto of a later one, a move that was undone, a verdict that
 * changed. In the opposite order of the configuration, all of them whatever one answers.
 *
 * @example
 * export const handler: UndoHook = async ({ service, to, token }) => {
 *   await scaleDown(service, to, { idempotencyKey: `${token}/undo` });
 *   return { kind: 'ok', detail: `${to} is as small as before` };
 * };
 */
export type UndoHook = (question: HookQuestion) => Promise<HookReply>;

/**
 * Called once a move back to the home region stands, in the order of the configuration: what the standby needs no more. What fails is told.
 *
 * @example
 * export const handler: ReturnHook = async ({ service, from, token }) => {
 *   await scaleDown(service, from, { idempotencyKey: token });
 *   return { kind: 'ok', detail: `${from} is a standby again` };
 * };
 */
export type ReturnHook = (question: HookQuestion) => Promise<HookReply>;

/** What one hook answered, as the record keeps it. */
export interface HookAnswered {
  readonly hook: string;
  /** For people. */
  readonly answer: string;
  /** `spared`: not called in a rehearsal. `skipped`: not called, because what came before it or meanwhile forbids it. Absent where it was written before hooks said so. */
  readonly did?: HookDid | undefined;
}

export const hookDids = ['ok', 'veto', 'failed', 'spared', 'skipped'] as const;

export type HookDid = (typeof hookDids)[number];

/** Whether it may have set something in motion: what failed may have done a part of it. */
export const hasActed = ({ did = 'ok' }: Pick<HookAnswered, 'did'>): boolean => did === 'ok' || did === 'failed';

/** Of one that was called after the run, or should have been: whether people have to do what it did not. */
export const hasFailed = ({ did }: Pick<HookAnswered, 'did'>): boolean =>
  did === 'failed' || did === 'veto' || did === 'skipped';

/** `capacity: ok: 8 run; database: failed: no answer` */
export const answersText = (answers: readonly HookAnswered[]): string =>
  answers.map(({ hook, answer }) => `${hook}: ${answer}`).join('; ');

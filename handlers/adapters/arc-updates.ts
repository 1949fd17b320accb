import { LeverUnavailable } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { isOurMistake, sentenceOf } from './vendor-error.ts';

export type ControlState = 'On' | 'Off';

/** By routing control ARN. */
export type ControlStates = Readonly<Record<string, ControlState>>;

export type UpdateAnswer =
  | { readonly kind: 'written'; readonly endpoint: number }
  /** A safety rule stands against it. */
  | { readonly kind: 'conflict'; readonly because: string }
  /** Nothing was sent: the controls were changed while this waited for its turn. */
  | { readonly kind: 'overtaken' }
  /** Sent, and no answer that says what became of it. */
  | { readonly kind: 'unknown'; readonly because: string };

/** Whether the controls still say what the update rests on; asked again where the update had to wait for its turn. */
export type IsStill = () => Promise<boolean>;

export interface UpdatesOptions {
  readonly clock: Clock;
  readonly wait: (ms: number) => Promise<unknown>;
  /** The endpoint to write to next, not in `tried`, the one whose turn `turnOf` says comes first; undefined where none is left. */
  readonly pick: (tried: ReadonlySet<number>, turnOf: (endpoint: number) => number) => number | undefined;
  readonly endpoints: number;
  readonly send: (endpoint: number, states: ControlStates) => Promise<SendAnswer>;
  /** What is thrown where each endpoint has said why it did not write. */
  readonly noneAnswered: (errors: readonly EndpointError[]) => Error;
}

/** What one endpoint said to one call. */
export type SendAnswer =
  | { readonly kind: 'written' }
  | { readonly kind: 'conflict'; readonly because: string }
  | { readonly kind: 'unknown'; readonly because: string }
  | ({ readonly kind: 'not-performed' } & EndpointError);

export interface EndpointError {
  /** With its region. */
  readonly because: string;
  readonly error: unknown;
}

interface Waiting {
  readonly states: ControlStates;
  readonly tried: Set<number>;
  readonly isStill: IsStill | undefined;
  readonly since: number;
  readonly errors: EndpointError[];
  /** With others a safety rule stood against it, or every endpoint refused it: it is asked which of them that meant. */
  isAlone: boolean;
  /** Endpoints that refused it together with others, where the mistake may be another's. */
  readonly refusedTogether: Set<number>;
  readonly resolve: (answer: UpdateAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** ARC updates at most so many controls in one call. https://docs.aws.amazon.com/r53recovery/latest/dg/routing-control.quotas.html */
export const controlsMax = 10;

/**
 * Writes of routing controls, within what an endpoint takes: three calls a second. A write goes out at once where an endpoint has its turn; those
 * that have to wait meanwhile share the next call, up to ten controls of it. Each stays whole in one call. A call is one transaction, so where a
 * safety rule stands against it, or every endpoint says that a name or a permission is wrong, each is tried again alone, and only whoever it means
 * is told.
 */
export function arcUpdates({ clock, wait, pick, endpoints, send, noneAnswered }: UpdatesOptions) {
  const queue: Waiting[] = [];
  const nextTurnAt = Array.from({ length: endpoints }, () => Number.NEGATIVE_INFINITY);
  const turnOf = (endpoint: number) => Math.max(clock.now(), nextTurnAt[endpoint] ?? 0);
  let isServing = false;

  async function serve(): Promise<void> {
    if (isServing) return;
    isServing = true;
    try {
      for (let head = queue[0]; head !== undefined; head = queue[0]) {
        const endpoint = pick(head.tried, turnOf);
        if (endpoint === undefined) {
          if (parted(head)) continue;
          queue.shift();
          head.reject(noneAnswered(head.errors));
          continue;
        }
        const now = clock.now();
        const turn = turnOf(endpoint);
        nextTurnAt[endpoint] = turn + writeSpacingMs;
        if (turn > now) await wait(turn - now);
        void call(endpoint, takeFor(endpoint));
      }
    } finally {
      isServing = false;
    }
  }

  /** Whether it is tried once more, alone: those that it shared calls with may be what endpoints refused. */
  function parted(waiting: Waiting): boolean {
    const { isAlone, refusedTogether, tried, errors } = waiting;
    if (isAlone || refusedTogether.size === 0) return false;
    for (const endpoint of refusedTogether) tried.delete(endpoint);
    errors.length = 0;
    waiting.isAlone = true;
    return true;
  }

  /** From the head of the queue on, as many as one call holds. */
  function takeFor(endpoint: number): readonly Waiting[] {
    const taken: Waiting[] = [];
    const arns = new Set<string>();
    for (const waiting of [...queue]) {
      const own = Object.keys(waiting.states);
      const fits = arns.size + own.length <= controlsMax && !own.some((arn) => arns.has(arn));
      const mayJoin = taken.length === 0 || (!waiting.isAlone && taken[0]?.isAlone === false);
      if (waiting.tried.has(endpoint) || !mayJoin || (taken.length > 0 && !fits)) continue;
      taken.push(waiting);
      for (const arn of own) arns.add(arn);
      queue.splice(queue.indexOf(waiting), 1);
    }
    return taken;
  }

  /** Never rejects: whoever waits hears of it. */
  async function call(endpoint: number, taken: readonly Waiting[]): Promise<void> {
    const asked = await Promise.all(taken.map(async (waiting) => ((await mayBeSent(waiting)) ? [waiting] : [])));
    const sent = asked.flat();
    if (sent.length === 0) return;
    const answer = await send(endpoint, Object.assign({}, ...sent.map(({ states }) => states)));
    if (answer.kind === 'conflict' && sent.length > 1) {
      for (const waiting of sent) waiting.isAlone = true;
      queue.unshift(...sent);
    } else if (answer.kind === 'not-performed') {
      for (const waiting of sent) {
        waiting.tried.add(endpoint);
        if (sent.length > 1 && isOurMistake(answer.error)) waiting.refusedTogether.add(endpoint);
        waiting.errors.push({ because: answer.because, error: answer.error });
      }
      queue.unshift(...sent);
    } else {
      for (const { tried, resolve } of sent) {
        if (answer.kind === 'unknown') tried.add(endpoint);
        resolve(answer.kind === 'written' ? { kind: 'written', endpoint } : answer);
      }
    }
    await serve();
  }

  async function mayBeSent({ isStill, since, resolve, reject }: Waiting): Promise<boolean> {
    if (isStill === undefined || clock.now() - since < youngMs) return true;
    try {
      if (await isStill()) return true;
      resolve({ kind: 'overtaken' });
    } catch (error) {
      reject(new LeverUnavailable(`nothing was written: ${sentenceOf(error)}`, { cause: error }));
    }
    return false;
  }

  /** All of `states` in one transaction, at an endpoint that is not in `tried`; those that fail are added to it. */
  return (states: ControlStates, tried: Set<number>, isStill?: IsStill): Promise<UpdateAnswer> =>
    new Promise((resolve, reject) => {
      const about = { states, tried, isStill, since: clock.now(), errors: [], refusedTogether: new Set<number>() };
      queue.push({ ...about, isAlone: false, resolve, reject });
      void serve();
    });
}

/**
 * An endpoint takes three writes a second, and one may be on its way for some milliseconds less than the one before.
 * https://docs.aws.amazon.com/r53recovery/latest/dg/routing-control.quotas.html
 */
const writeSpacingMs = 350;

/** What was read no longer ago than a call takes is not read again. */
const youngMs = 100;

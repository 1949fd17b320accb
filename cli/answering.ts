import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Executions } from './executions.ts';
import { Unreachable } from './unreachable.ts';

/** What became of an answer: it was taken, or somebody else's stands. */
export type Answered = { readonly kind: 'taken' } | { readonly kind: 'already'; readonly output: unknown };

/**
 * Answers what a run waits for, and says what the run was answered: where Step Functions did not say that it took ours, or
 * says that it came too late, the run's history knows. Rejects with `Unreachable` where that does not say either.
 */
export async function answering(
  executions: Pick<Executions, 'answer' | 'answered'>,
  { taskToken, executionArn, output }: { taskToken: string; executionArn: string | null; output: object },
): Promise<Answered> {
  try {
    await executions.answer(taskToken, JSON.stringify(output));
    return { kind: 'taken' };
  } catch (error) {
    if (!(error instanceof Unreachable) || executionArn === null || wasRefused(error)) throw error;
    const given = await readAnswer(executions, executionArn, taskToken);
    if (given === null) throw error;
    return isDeepStrictEqual(given, output) ? { kind: 'taken' } : { kind: 'already', output: given };
  }
}

/** A token that is over may have been ended by our own answer; any other refusal says that ours was not taken. */
function wasRefused(error: Unreachable): boolean {
  return error.wasNotPerformed && !(error.cause instanceof Error && over.has(error.cause.name));
}

const over = new Set(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken']);

async function readAnswer(executions: Pick<Executions, 'answered'>, executionArn: string, taskToken: string) {
  for (let look = 0; look < looksMax; look++) {
    if (look > 0) await delay(lookAgainMs);
    const given = await executions.answered(executionArn, taskToken).catch(() => null);
    if (given !== null) return given;
  }
  return null;
}

const looksMax = 3;
const lookAgainMs = 500;

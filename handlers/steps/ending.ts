import type { ApprovalAnswer, Ending, Incident } from '../../core/incident.ts';
import type { Verdict } from '../../core/verdict.ts';
import type { RefusedRun } from './admit.ts';
import { sentence } from './sentence.ts';

/** Everything that a run left behind; what it never came to is null. */
export interface Run {
  readonly incident: Incident | null;
  readonly refusal: RefusedRun | null;
  readonly verdict: Verdict | null;
  readonly approval: ApprovalAnswer | null;
  readonly act: Act | null;
  readonly error: RunError | null;
}

export interface Act {
  /** The branch asked for a fresh look instead of an ending. */
  readonly again: boolean;
  readonly ending: Ending | null;
  readonly because: string;
  /** The last look at the move; null where there was none. */
  readonly verified?: { readonly unproven: string | null } | null | undefined;
}

/** What a Catch of the state machine hands over. */
export interface RunError {
  readonly Error: string;
  readonly Cause: string;
}

export interface Outcome {
  readonly ending: Ending;
  /** In a sentence. */
  readonly because: string;
}

/** How a run ended, from what it left behind. What the move came to says more than the error that broke it. */
export function endingOf({ incident, refusal, verdict, approval, act, error }: Run): Outcome {
  if (refusal !== null) return { ending: 'refused', because: `${refusal.reason}: ${refusal.because}` };
  if (act !== null && act.ending !== null) return actEnding(act.ending, act.because, incident);
  if (error !== null) {
    return { ending: error.Error === 'Fenced' ? 'fenced' : 'failed', because: `${error.Error}: ${messageOf(error)}` };
  }
  if (verdict?.kind === 'hold') {
    const ending = verdict.reason === 'fenced' ? 'fenced' : verdict.reason === 'shadow' ? 'shadowed' : 'held';
    return { ending, because: `${verdict.because}. A move would take ${verdict.wouldChange}` };
  }
  if (approval !== null && !approval.approved) {
    if (approval.decision === 'deadline') return { ending: 'unanswered', because: 'nobody answered in time' };
    return { ending: 'declined', because: `${approval.by ?? 'somebody'} declined` };
  }
  if (act?.again === true) return { ending: 'held', because: `no look led to a write: ${act.because}` };
  return { ending: 'failed', because: 'the run stopped without an outcome' };
}

/** A rehearsal wrote nothing, so it neither recovers anything nor rolls anything back. */
function actEnding(ending: Ending, because: string, incident: Incident | null): Outcome {
  if (incident?.mode !== 'rehearsal') return { ending, because };
  if (ending === 'recovered') return { ending: 'rehearsed', because };
  return ending === 'rolled-back' || ending === 'unproven'
    ? { ending: 'failed', because: `the rehearsal failed: ${because}` }
    : { ending, because };
}

/** Lambda reports an error as JSON, which may have been cut short: `{"errorType":…,"errorMessage":…,"trace":…}`. */
function messageOf({ Cause }: RunError): string {
  const quoted = /"errorMessage":\s*("(?:[^"\\]|\\.)*")/.exec(Cause)?.[1];
  if (quoted === undefined) return sentence(Cause);
  try {
    return sentence(JSON.parse(quoted));
  } catch {
    // It only looked like JSON. However a run ends, people are told.
    return sentence(Cause);
  }
}

import type { Failover } from '../../../core/service.ts';
import type { Ports } from '../../../handlers/ports.ts';
import { admit } from '../../../handlers/steps/admit.ts';
import { announce } from '../../../handlers/steps/announce.ts';
import { type Concluded, conclude } from '../../../handlers/steps/conclude.ts';
import type { Act, Run, RunError } from '../../../handlers/steps/ending.ts';
import { prepare } from '../../../handlers/steps/prepare.ts';
import { rollback } from '../../../handlers/steps/rollback.ts';
import { shift } from '../../../handlers/steps/shift.ts';
import { verify } from '../../../handlers/steps/verify.ts';
import { weigh } from '../../../handlers/steps/weigh.ts';
import * as payload from '../../support/payloads.ts';

/** Calls one step; what it is given and what it answers have been through JSON, as between Lambda functions. */
export type Invoke = <I, O>(
  name: string,
  schema: { parse(value: unknown): I },
  step: (input: I, ports: Ports, failover: Failover) => Promise<O>,
  input: unknown,
) => Promise<O>;

export interface Waiting {
  now(): number;
  wait(ms: number): Promise<unknown>;
}

export interface Execution {
  readonly arn: string;
  readonly startTime: string;
}

/** The steps in the machine's order, as plainly as it goes: enough to see what they come to together. */
export async function drive(event: unknown, execution: Execution, invoke: Invoke, time: Waiting): Promise<Concluded> {
  const run: { -readonly [K in keyof Run]: Run[K] } = {
    incident: null,
    refusal: null,
    verdict: null,
    approval: null,
    act: null,
    error: null,
  };
  try {
    const admission = await invoke('admit', payload.admitPayload, admit, { event, execution });
    if (admission.admitted) run.incident = admission.incident;
    else run.refusal = admission.refusal;
    if (run.incident !== null) await pursue(run, execution, invoke, time);
  } catch (error) {
    run.error = errorOutput(error);
  }
  return invoke('conclude', payload.concludePayload, conclude, { ...run, execution });
}

async function pursue(
  run: { -readonly [K in keyof Run]: Run[K] },
  execution: Execution,
  invoke: Invoke,
  time: Waiting,
): Promise<void> {
  const { incident } = run;
  for (let round = 0; round < 20; round++) {
    const decision = await invoke('assess', payload.assessPayload, weigh, {
      incident,
      previous: run.verdict,
      approved: true,
    });
    if ('evidence' in decision) throw new Error('asked for a verdict, Assess gave evidence');
    run.verdict = decision.verdict;
    if (decision.recheckAt !== null) {
      await time.wait(Date.parse(decision.recheckAt) - time.now());
      continue;
    }
    if (decision.verdict.kind === 'hold') return;
    const { plan } = decision.verdict;
    await invoke('announce', payload.announcePayload, announce, { incident, verdict: decision.verdict, execution });
    run.act = await move(incident, plan, decision.evidenceAt, invoke, time);
    if (!run.act.again) return;
  }
}

async function move(
  incident: Run['incident'],
  plan: { readonly prepare: readonly string[] },
  evidenceAt: number,
  invoke: Invoke,
  time: Waiting,
): Promise<Act> {
  const over = (ending: Act['ending'], because: string): Act => ({ again: false, ending, because });
  const undo = async (because: string): Promise<Act> => {
    const undone = await invoke('rollback', payload.rollbackPayload, rollback, { incident, plan, because });
    return over(undone.outcome, undone.because);
  };
  if (plan.prepare.length > 0) {
    const prepared = await invoke('prepare', payload.preparePayload, prepare, { incident, plan });
    if (prepared.outcome === 'vetoed') return over('vetoed', prepared.because);
  }
  let seenAt = evidenceAt;
  for (let step = 0; ; step++) {
    const shifted = await invoke('shift', payload.shiftPayload, shift, { incident, plan, step, evidenceAt: seenAt });
    switch (shifted.outcome) {
      case 'stale':
      case 'moved-meanwhile':
        return { again: true, ending: null, because: shifted.because };
      case 'fenced':
        return over('fenced', shifted.because);
      case 'paused':
      case 'not-alone':
        return over('held', shifted.because);
      case 'refused':
        return over('failed', shifted.because);
    }
    let streak = 0;
    for (;;) {
      seenAt = time.now();
      const { verifyUntil } = shifted;
      const look = await invoke('verify', payload.verifyPayload, verify, { incident, plan, step, verifyUntil, streak });
      streak = look.streak;
      if (look.state === 'failed') return undo(look.because);
      if (look.state === 'verified' && look.done) {
        return over(incident?.mode === 'rehearsal' ? 'rehearsed' : 'recovered', look.because);
      }
      const until = Date.parse(look.lookAgainAt ?? look.bakeUntil ?? '');
      await time.wait(until - time.now());
      if (look.state === 'verified') {
        seenAt = time.now();
        break;
      }
    }
  }
}

/** What a Catch of the machine keeps of an error that a function left with. */
function errorOutput(error: unknown): RunError {
  if (!(error instanceof Error)) throw error;
  return {
    Error: error.name,
    Cause: JSON.stringify({ errorType: error.name, errorMessage: error.message, trace: [] }),
  };
}

/** As JSON carries it. */
export const overTheWire = <T>(value: T): T => (value === undefined ? value : JSON.parse(JSON.stringify(value)));

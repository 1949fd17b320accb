import { burstMs } from '../core/policy.ts';
import type { Service } from '../core/service.ts';
import type { At, Mistake } from './mistake.ts';

/** What a look may take: Verify's function has 25 s for one, and the call and the record take some of them. */
const lookMaxMs = 15_000;

/** Times that a step could not keep: its function would be stopped at every attempt, or no number of looks would suffice. */
export function* timeMistakes({ healthy, policy }: Service, at: At): Generator<Mistake> {
  const { burst, evidenceMaxAgeMs, verify } = policy;
  const lastsMs = burstMs(burst);
  const lookMs = lastsMs + healthy.timeoutMs;
  if (lookMs > lookMaxMs) {
    yield {
      path: at('policy', 'burst'),
      message: `is ${lookMs} ms long with healthy.timeoutMs; a look may take ${lookMaxMs} ms`,
    };
  }
  if (lookMs > evidenceMaxAgeMs) {
    yield {
      path: at('policy', 'evidenceMaxAgeMs'),
      message: `is less than the ${lookMs} ms that a look takes: no evidence would be fresh`,
    };
  }
  const verifyMs = (verify.consecutive - 1) * (verify.intervalMs + lastsMs) + lastsMs;
  if (verifyMs > verify.timeoutMs) {
    yield {
      path: at('policy', 'verify', 'timeoutMs'),
      message: `is ${verify.timeoutMs}, and ${verify.consecutive} good looks ${verify.intervalMs} ms apart take ${verifyMs} ms: every move would be rolled back`,
    };
  }
}

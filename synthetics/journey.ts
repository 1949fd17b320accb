import type { Access } from '../core/access.ts';
import type { Region } from '../core/brand.ts';
import { judge, memberOf } from '../core/judge.ts';
import type { Answer } from '../core/observation.ts';
import { probeUrl } from '../core/probe-url.ts';
import type { HealthyAnswer, JourneyStep } from '../core/service.ts';
import type { Ask } from './ask.ts';

export interface JourneyRequest {
  /** The front door's. */
  readonly url: string;
  readonly healthy: HealthyAnswer;
  readonly steps: readonly JourneyStep[];
  /** The regions of the service: whichever the lever says may answer, and nobody else. */
  readonly regions: readonly Region[];
  readonly resolvers: readonly string[];
  readonly access?: Access | undefined;
}

export interface JourneyPorts {
  readonly ask: Ask;
  /** A string that was never given before. */
  readonly unique: () => string;
}

/**
 * Does what a user does, one request after the other, and stops at the first answer that is not as it should be. Throws an
 * error that names the step and never quotes what was answered.
 */
export async function journey(request: JourneyRequest, { ask, unique }: JourneyPorts): Promise<void> {
  const { healthy, regions, resolvers, access } = request;
  const kept = new Map<string, string>();
  for (const step of request.steps) {
    const answer = await ask({
      url: probeUrl(request.url, filledIn(step, kept)),
      method: step.method,
      ...(step.send === undefined ? {} : { send: step.send }),
      timeoutMs: healthy.timeoutMs,
      resolvers,
      access,
      signedFor: null,
      cacheBuster: unique(),
    });
    const { status, contentType, body, text } = step;
    const outcome = judge(answer, { ...healthy, status, contentType, body, text }, null);
    if (outcome.kind === 'bad') throw new Error(`${step.name}: ${outcome.because}: ${outcome.detail}`);
    if (outcome.servedBy === null || !regions.includes(outcome.servedBy)) {
      throw new Error(`${step.name}: wrong-region: served by ${outcome.servedBy}, which is no region of the service`);
    }
    for (const [name, path] of Object.entries(step.keep)) kept.set(name, keepable(step.name, path, answer));
  }
}

function filledIn({ name, path }: JourneyStep, kept: ReadonlyMap<string, string>): string {
  return path.replaceAll(/\{([^}]*)\}/g, (_, placeholder: string) => {
    const value = kept.get(placeholder);
    if (value === undefined) throw new Error(`${name}: no earlier step kept ${placeholder}`);
    return encodeURIComponent(value);
  });
}

function keepable(step: string, path: string, answer: Answer): string {
  const found = answer.kind === 'answered' ? memberOf(answer.body, path) : undefined;
  if (typeof found === 'string' || typeof found === 'number') return String(found);
  throw new Error(`${step}: body: member ${path} is no text or number to keep`);
}

import http from 'node:http';
import https from 'node:https';
import type { Clock } from '../clock.ts';
import { waited } from '../waited.ts';
import { type EndpointCheck, firstOpinion, healthyByCheckers, type Opinion, opinionAfter } from './health-check.ts';

interface Surroundings {
  readonly clock: Clock;
  readonly random: () => number;
  readonly tempo: number;
  readonly signal: AbortSignal;
}

/**
 * Lets every checker of an endpoint ask at its own rhythm until the signal aborts, and reports the endpoint's status after
 * each answer. Simplified: AWS's checkers look from eight regions and see different networks; these see one.
 */
export async function watchEndpoint(
  check: EndpointCheck,
  report: (healthy: boolean) => void,
  { clock, random, tempo, signal }: Surroundings,
): Promise<void> {
  const intervalMs = check.intervalMs / tempo;
  const opinions: Opinion[] = Array.from({ length: check.checkers ?? 3 }, () => firstOpinion);

  const ask = async (checker: number) => {
    const passed = await passes(check, signal);
    if (signal.aborted) return;
    opinions[checker] = opinionAfter(opinions[checker] ?? firstOpinion, passed, check.failureThreshold);
    report(healthyByCheckers(opinions));
  };

  const checker = async (number: number) => {
    const asked = new Set<Promise<void>>();
    // Asked at a fixed rate: a slow answer does not put off the next question.
    let next = clock.now() + random() * intervalMs;
    while (await waited(clock, next - clock.now(), signal)) {
      const asking = ask(number).finally(() => asked.delete(asking));
      asked.add(asking);
      next = Math.max(next + intervalMs, clock.now());
    }
    await Promise.all(asked);
  };

  await Promise.all(opinions.map((_, number) => checker(number)));
}

const searchedBytes = 5_120;

/** One question: 2xx or 3xx within the time passes, with the string in its beginning where one is asked for. */
export function passes(check: EndpointCheck, signal: AbortSignal): Promise<boolean> {
  const url = new URL(check.url);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const asked = (url.protocol === 'https:' ? https : http).get(url, {
    agent: false,
    // Route 53 does not validate certificates either.
    rejectUnauthorized: false,
    signal: AbortSignal.any([signal, AbortSignal.timeout(check.timeoutMs ?? 6_000)]),
    headers: { 'user-agent': 'Amazon-Route53-Health-Check-Service', ...(check.host ? { host: check.host } : {}) },
  });
  asked.on('error', () => resolve(false));
  asked.on('close', () => resolve(false));
  asked.on('response', (response) => {
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 399) return resolve(false);
    const wanted = check.searchString;
    if (wanted === undefined) return resolve(true);
    let beginning = Buffer.alloc(0);
    response.on('data', (chunk: Buffer) => {
      beginning = Buffer.concat([beginning, chunk]).subarray(0, searchedBytes);
      if (beginning.includes(wanted)) resolve(true);
      else if (beginning.length === searchedBytes) resolve(false);
    });
    response.on('end', () => resolve(false));
    response.on('error', () => resolve(false));
  });
  return promise.finally(() => asked.destroy());
}

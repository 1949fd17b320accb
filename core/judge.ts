import type { Region } from './brand.ts';
import type { Answer, BadReason, Belief, Outcome } from './observation.ts';
import { type BodyText, type HealthyAnswer, type Statuses, statusesOf } from './service.ts';
import { isWeight } from './stored-value.ts';

/**
 * Compares what came back with what a healthy answer looks like. `expectedRegion` is null where any region may answer
 * (the front door); the region must name itself all the same. The first thing wrong is the one told, content before
 * slowness. Details never quote what the answer said: it may hold a secret, and they end up in messages and reports.
 */
export function judge(answer: Answer, healthy: HealthyAnswer, expectedRegion: Region | null): Outcome {
  if (answer.kind === 'failed') return bad(answer.because, answer.detail);
  const wrongStatus = statusFault(answer.status, healthy.status);
  if (wrongStatus !== null) return bad('status', wrongStatus);

  const fault = typeFault(answer.headers['content-type'], healthy.contentType);
  if (fault !== null) return bad('content-type', fault);

  if (healthy.text !== undefined && !hasText(answer.body, healthy.text)) {
    return bad('body', 'body has not the text that it should have');
  }

  const needsBody = Object.keys(healthy.body).length > 0 || 'field' in healthy.servedBy;
  const parsed: Parsed = needsBody ? parseJson(answer.body) : { kind: 'json', value: undefined };
  if (parsed.kind === 'no-json') return bad('body', parsed.because);
  for (const [path, expected] of Object.entries(healthy.body)) {
    const fault = memberFault(member(parsed.value, path), expected);
    if (fault !== null) return bad('body', `body member ${path} ${fault}`);
  }

  const servedBy =
    'header' in healthy.servedBy
      ? regionIn(answer.headers[healthy.servedBy.header.toLowerCase()])
      : regionIn(member(parsed.value, healthy.servedBy.field));
  if (servedBy === null) return bad('wrong-region', 'names no region');
  if (expectedRegion !== null && servedBy !== expectedRegion) {
    return bad('wrong-region', `served by ${servedBy}, not ${expectedRegion}`);
  }

  // Written so that a latency that is no number is not good either.
  if (!(answer.latencyMs <= healthy.slowMs)) {
    return bad('slow', `took ${Math.round(answer.latencyMs)} ms, more than ${healthy.slowMs} ms`);
  }
  return { kind: 'good', servedBy };
}

/** Judges by the status alone: enough for a control target, which only proves that the observer can see at all. */
export function judgeStatus(answer: Answer, status: Statuses): Outcome {
  if (answer.kind === 'failed') return bad(answer.because, answer.detail);
  const fault = statusFault(answer.status, status);
  return fault === null ? { kind: 'good', servedBy: null } : bad('status', fault);
}

/** An edge's answer: well formed like any other, and with what it believes. Slow is no fault of it. */
export function judgeEdge(answer: Answer, healthy: HealthyAnswer): Outcome {
  const outcome = judge(answer, { ...healthy, slowMs: healthy.timeoutMs }, null);
  if (outcome.kind === 'bad' || answer.kind === 'failed') return outcome;
  const parsed = parseJson(answer.body);
  const belief = parsed.kind === 'json' ? beliefIn(parsed.value) : null;
  return belief === null ? bad('body', 'says no epochs and weights') : { ...outcome, belief };
}

function beliefIn(value: unknown): Belief | null {
  const [override, routing, weights] = ['override', 'routing', 'weights'].map((name) => member(value, name));
  return isEpoch(override) && isEpoch(routing) && Array.isArray(weights) && weights.every(isWeight)
    ? { override, routing, weights }
    : null;
}

const isEpoch = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** The member of a JSON text at a dotted path; undefined where the text is no JSON or has none. */
export function memberOf(json: string, path: string): unknown {
  const parsed = parseJson(json);
  return parsed.kind === 'json' ? member(parsed.value, path) : undefined;
}

function statusFault(status: number, wanted: Statuses): string | null {
  const good = statusesOf(wanted);
  return good.includes(status) ? null : `status ${status}, not ${good.join(' or ')}`;
}

const hasText = (body: string, text: BodyText): boolean =>
  'contains' in text ? body.includes(text.contains) : patternOf(text.matches).test(body);

const patternOf = (text: string): RegExp => new RegExp(text, 'u');

/** Whether it is a regular expression, as an answer is held against it. */
export function isPattern(text: string): boolean {
  try {
    return patternOf(text) !== null;
  } catch {
    return false;
  }
}

const bad = (because: BadReason, detail: string): Outcome => ({ kind: 'bad', because, detail });

function typeFault(header: string | undefined, wanted: string | null): string | null {
  if (wanted === null || header === wanted) return null;
  const type = mediaType(header);
  return type === mediaType(wanted) ? null : `content type ${type === '' ? 'missing' : quotable(type)}, not ${wanted}`;
}

/** `Application/JSON; charset=utf-8` is `application/json`. https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1 */
function mediaType(header: string | undefined): string {
  return (header ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** A media type as it may stand in a message; anything else that was put into the header may not. */
function quotable(type: string): string {
  return /^[\w.+-]{1,40}\/[\w.+-]{1,60}$/.test(type) ? type : 'malformed';
}

type Parsed =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'no-json'; readonly because: string };

function parseJson(body: string): Parsed {
  if (body.trim() === '') return { kind: 'no-json', because: 'body is empty' };
  try {
    // A byte order mark may be ignored, as browsers do. https://www.rfc-editor.org/rfc/rfc8259#section-8.1
    return { kind: 'json', value: JSON.parse(body.startsWith('\ufeff') ? body.slice(1) : body) };
  } catch (error) {
    // The parser's message quotes the body, so its name is all that may be told.
    return { kind: 'no-json', because: `body is not JSON (${error instanceof Error ? error.name : 'unknown'})` };
  }
}

/** The value at a dotted path, by own members only: `constructor` is no member of an empty object. */
function member(value: unknown, path: string): unknown {
  let at = value;
  for (const name of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}

function memberFault(found: unknown, expected: string | number | boolean | null): string | null {
  if (found === undefined) return 'is missing';
  // Beyond 2^53 different numbers in the text are parsed to the same one, so equality would prove nothing.
  if (typeof found === 'number' && Math.abs(found) > Number.MAX_SAFE_INTEGER) return 'is a number too large to compare';
  return found === expected ? null : 'has another value';
}

/** Region names are short and plain; whatever else stands there is not quoted. */
function regionIn(value: unknown): Region | null {
  return typeof value === 'string' && /^[a-z][a-z0-9-]{0,31}$/.test(value) ? (value as Region) : null;
}

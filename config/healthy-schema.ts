import * as z from 'zod';
import { isPattern } from '../core/judge.ts';
import { type HealthyAnswer, type Service, type Statuses, statusesOf } from '../core/service.ts';
import { pathSchema } from './addresses.ts';
import type { At, Mistake } from './mistake.ts';

export const durationMs = z
  .number('must be a number of milliseconds')
  .int('must be a whole number of milliseconds')
  .nonnegative('must not be negative');

export const positiveMs = durationMs.positive('must be more than 0');

export const bodySchema = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null()], 'must be a string, a number, true, false or null'),
);

/** No answer is final below 200. https://www.rfc-editor.org/rfc/rfc9110#section-15.2 */
export const statusSchema = z
  .number()
  .int()
  .min(200, 'must be at least 200: what is below is no final answer')
  .max(599);

/** One good status, or several. */
export const statusesSchema = z.union(
  [statusSchema, z.array(statusSchema).min(1, 'must have one at least').max(10, 'must have at most 10')],
  'must be a status, like 200, or a list of them',
);

/** Repeats within repeats: such an expression may try for minutes to fit what does not fit, and an observer would hang. */
const endless = /\([^()]*[+*}][^()]*\)[+*{]/;

export const textSchema = z
  .union(
    [
      z.strictObject({ contains: z.string().min(1, 'must not be empty: every body has that') }),
      z.strictObject({
        matches: z
          .string()
          .min(1, 'must not be empty: every body has that')
          .max(500, 'must have at most 500 letters')
          .refine(isPattern, 'is no regular expression')
          .refine((pattern) => !endless.test(pattern), 'repeats what repeats, and may try for ever; write it flatter'),
      }),
    ],
    { error: 'must be { contains: "ok" } or { matches: "^ok$" }' },
  )
  .optional();

/** https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1 */
const mediaType = /^[\w!#$%&'+.^`|~-]+\/[\w!#$%&'+.^`|~-]+\s*(;.*)?$/;

export const contentTypeSchema = z
  .string()
  .regex(mediaType, 'must be a media type, like application/json')
  .nullable()
  .optional();

/** https://www.rfc-editor.org/rfc/rfc9110#section-5.1 */
const headerSchema = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'must be the name of a header alone, like x-served-region')
  .toLowerCase();

const servedBySchema = z.union(
  [
    z.strictObject({ header: headerSchema }),
    z.strictObject({ field: z.string().min(1, 'must name a member of the body, like region') }),
  ],
  { error: 'must be { header: "x-served-region" } or { field: "region" }' },
);

/** GET, HEAD and OPTIONS fail over by an origin group, and prove nothing of writes. */
export const writeProbeSchema = z
  .strictObject({
    method: z.enum(['POST', 'PUT', 'PATCH', 'DELETE'], 'must be POST, PUT, PATCH or DELETE: others fail over as reads'),
    path: pathSchema,
    send: z.json().optional(),
    status: statusesSchema.default(200),
    contentType: contentTypeSchema,
    body: bodySchema.default({}),
    text: textSchema,
    servedBy: servedBySchema.optional(),
  })
  .transform(withContentType);

export const healthySchema = z
  .strictObject({
    path: pathSchema.default('/'),
    method: z
      .enum(['GET', 'HEAD', 'POST'], 'must be GET, HEAD or POST; what writes is a write probe of its own (writeProbe)')
      .optional(),
    send: z.json().optional(),
    status: statusesSchema.default(200),
    contentType: contentTypeSchema,
    body: bodySchema.default({}),
    text: textSchema,
    servedBy: servedBySchema.default({ field: 'region' }),
    slowMs: positiveMs.default(1_000),
    timeoutMs: positiveMs.default(2_000),
  })
  .transform(withContentType);

/** JSON is what is expected where nothing is said, and nothing where an answer has no content or is compared as a text. */
export function withContentType<
  Answer extends {
    status: Statuses;
    contentType?: string | null | undefined;
    text?: HealthyAnswer['text'];
  },
>(answer: Answer): Answer & { contentType: string | null } {
  // What is compared as a text may be of any type.
  const isAny = answer.text !== undefined || statusesOf(answer.status).some(isEmpty);
  return { ...answer, contentType: answer.contentType ?? (isAny ? null : 'application/json') };
}

/** Members that contradict one another: no answer could be as they say together, and no region would ever be good. */
export function* healthyMistakes({ healthy, journey, writeProbe }: Service, at: At): Generator<Mistake> {
  if (healthy.slowMs > healthy.timeoutMs) {
    yield { path: at('healthy', 'slowMs'), message: 'is above timeoutMs: no answer could be slow and in time' };
  }
  const { method = 'GET', send } = healthy;
  if (method !== 'POST' && send !== undefined) {
    yield {
      path: at('healthy', 'send'),
      message: `is a body, and ${method} is sent without one; write method: 'POST'`,
    };
  }
  if (method === 'HEAD') {
    const asked = (['body', 'text'] as const).find((member) => Object.keys(healthy[member] ?? {}).length > 0);
    if (asked !== undefined) {
      yield { path: at('healthy', asked), message: 'asks for a body, and a HEAD has none; write GET' };
    }
    if ('field' in healthy.servedBy) {
      yield { path: at('healthy', 'servedBy'), message: `is a member of the body, and a HEAD has none; ${inHeader}` };
    }
  }
  // What has a mistake of its own comes as it was written, with less in it.
  yield* unmeetable(withContentType(healthy), healthy, (...path) => at('healthy', ...path));
  if (writeProbe !== undefined) {
    const { servedBy = healthy.servedBy } = writeProbe;
    yield* unmeetable(withContentType(writeProbe), { servedBy }, (...path) => at('writeProbe', ...path));
  }
  for (const [index, step] of (journey?.steps ?? []).entries()) {
    yield* unmeetable(withContentType(step), healthy, (...path) => at('journey', 'steps', index, ...path));
  }
}

type Described = Pick<HealthyAnswer, 'status' | 'contentType' | 'body' | 'text'>;

const inHeader = 'name the region in a header: healthy.servedBy: { header: "x-served-region" }';

/** Of each status that counts as good: one that no answer could meet would be a region that is never good. */
function* unmeetable(
  { status: statuses, contentType, body, text }: Described,
  { servedBy }: Pick<HealthyAnswer, 'servedBy'>,
  at: At,
): Generator<Mistake> {
  const several = statusesOf(statuses);
  const mixed = several.every(isEmpty) ? -1 : several.findIndex(isEmpty);
  if (mixed >= 0 && (Object.keys(body).length > 0 || text !== undefined || 'field' in servedBy)) {
    yield {
      path: at('status', mixed),
      message: `is ${several[mixed]}, whose answer has no body, and the others are held against one; leave it out, or write one number`,
    };
    return;
  }
  const empty = several.find(isEmpty);
  const status = empty ?? several[0] ?? 200;
  if (empty !== undefined && text !== undefined) {
    yield {
      path: at('text'),
      message: `asks for a text, and an answer with status ${status} has no body; leave it out`,
    };
  }
  if (noContent.has(status) && contentType !== null) {
    yield {
      path: at('contentType'),
      message: `is ${contentType}, and an answer with status ${status} has no content; leave it out`,
    };
  }
  const lacking = isEmpty(status)
    ? `an answer with status ${status} has no body`
    : contentType === null || isJson(contentType) || !mediaType.test(contentType)
      ? null
      : `${contentType} is no JSON`;
  const members = Object.keys(body);
  if (lacking !== null && members.length > 0) {
    yield { path: at('body'), message: `asks for ${members.join(', ')}, and ${lacking}; leave it out` };
  }
  if (lacking !== null && 'field' in servedBy) {
    yield {
      path: at('servedBy'),
      message: `is { field: ${JSON.stringify(servedBy.field)} }, a member of a JSON body, and ${lacking}; ${inHeader}`,
    };
  }
  yield* contradictions(body, 'field' in servedBy ? servedBy.field : null, at);
}

function* contradictions(body: Described['body'], field: string | null, at: At): Generator<Mistake> {
  const paths = [...Object.keys(body), ...(field === null ? [] : [field])];
  for (const [path, value] of Object.entries(body)) {
    const mistake = (message: string): Mistake => ({ path: at('body', path), message });
    const within = paths.find((other) => other.startsWith(`${path}.`));
    if (path === field) {
      yield mistake('is where servedBy finds the region, another one from each region; leave it out');
    } else if (within !== undefined) {
      yield mistake(`is one value, and ${within} would be a member of it; leave one of them out`);
    } else if (field !== null && path.startsWith(`${field}.`)) {
      yield mistake(`is a member of ${field}, where servedBy finds the name of the region; leave one of them out`);
    }
    if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER) {
      yield mistake('is a number too large to compare; leave it out, or have it answered as a string');
    }
  }
}

/** https://www.rfc-editor.org/rfc/rfc9110#section-6.4.1 */
const noContent: ReadonlySet<number> = new Set([204, 205, 304]);

/** A redirect may have a body, and it is for people. */
const isEmpty = (status: number) => noContent.has(status) || (status >= 300 && status < 400);

/** `application/json`, `application/health+json; charset=utf-8`. */
const isJson = (contentType: string) => /[/+.-]json\s*(;|$)/i.test(contentType);

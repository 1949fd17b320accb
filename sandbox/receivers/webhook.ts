import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import { jsonOf } from './json.ts';
import type { Reply } from './reply.ts';

const eventSchema = z.looseObject({ data: z.looseObject({ subject: z.string().optional() }).optional() });

/** In either direction. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
const toleranceMs = 5 * 60_000;

/** A receiver as Standard Webhooks describes one: verifies the raw body, and takes each id once. */
export function webhookReceiver(signingKey: string, now: () => number) {
  const key = Buffer.from(signingKey.slice('whsec_'.length), 'base64');
  const seen = new Set<string>();
  return {
    receive(headers: IncomingHttpHeaders, raw: Buffer): Reply {
      const [id, timestamp, signature] = ['id', 'timestamp', 'signature'].map((name) =>
        String(headers[`webhook-${name}`] ?? ''),
      );
      const refused = (error: string): Reply => ({ status: 401, body: { error }, subject: null });
      if (!id || !timestamp || !signature) return refused('a header is missing');
      if (!(Math.abs(now() - Number(timestamp) * 1_000) <= toleranceMs)) return refused('the timestamp is too far off');
      const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(raw).digest();
      const isSigned = signature.split(' ').some((one) => {
        const given = Buffer.from(one.replace(/^v1,/, ''), 'base64');
        return one.startsWith('v1,') && given.length === expected.length && timingSafeEqual(given, expected);
      });
      if (!isSigned) return refused('no signature matches');
      const { success, data: event } = eventSchema.safeParse(jsonOf(raw));
      if (!success) return { status: 400, body: { error: 'the body is no event' }, subject: null };
      const isNew = !seen.has(id);
      seen.add(id);
      return { status: 200, body: { received: id }, subject: isNew ? (event.data?.subject ?? '') : null };
    },
  };
}

import * as z from 'zod';
import type { WireAnswer } from '../protocols/protocol.ts';

const resultSchema = z.object({
  statusCode: z.number().int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  body: z.string().default(''),
  cookies: z.array(z.string()).optional(),
  isBase64Encoded: z.boolean().default(false),
});

/**
 * What callers get of what a function returned: its status where it names one; else 200 and all of it as JSON.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
 */
export function urlAnswer(payload: string): WireAnswer {
  const result: unknown = payload === '' ? null : JSON.parse(payload);
  const { success, data } = resultSchema.safeParse(result);
  if (!success) {
    const isFormed = typeof result === 'object' && result !== null && 'statusCode' in result;
    // A status that is none is an error of the function.
    if (isFormed) return plainAnswer(502, 'Internal Server Error');
    const body = Buffer.from(typeof result === 'string' ? result : JSON.stringify(result));
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const headers = Object.fromEntries(
    Object.entries(data.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  return {
    status: data.statusCode,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(data.body, data.isBase64Encoded ? 'base64' : 'utf8'),
  };
}

/** What AWS answers in the function's place. */
export const plainAnswer = (status: number, message: string): WireAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify({ Message: message })),
});
